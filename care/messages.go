package care

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// Names of threads, as addresses and the API say them. A therapist names a partner's own thread by the partner's id.
const (
	ThreadTogether = "together"
	ThreadAlone    = "alone" // a partner's word for the own thread.
)

// MessageView is one message as its reader may read it.
type MessageView struct {
	ID          uuid.UUID `json:"id"`
	AuthorKind  string    `json:"author_kind"` // member, partner.
	AuthorID    uuid.UUID `json:"author_id"`
	Author      string    `json:"author"` // the name; empty for somebody who was erased.
	Mine        bool      `json:"mine"`
	Body        string    `json:"body"`
	SentAt      time.Time `json:"sent_at"`
	New         bool      `json:"new"`           // it was not shown to the reader before.
	CanTakeBack bool      `json:"can_take_back"` // by the reader, who wrote it: nobody else was shown it.
	Erased      bool      `json:"erased,omitempty"`
}

// ThreadView is a part of a thread, newest first.
type ThreadView struct {
	CoupleID   uuid.UUID
	PartnerID  uuid.UUID // whose own thread it is; zero for the joint one.
	State      ThreadState
	Messages   []MessageView
	Next       *string
	Draft      string   // what the reader typed and has not sent.
	Partners   []string // who reads it, by name: the partners, in their order, and the therapists.
	Therapists []string
	Unreminded bool // to a therapist: the partner whose own thread it is has stepped back and hears of nothing.
	Days       int  // within how many working days the practice says that it answers.
}

// ThreadLine is one of a couple's threads in the therapists' list.
type ThreadLine struct {
	PartnerID uuid.UUID // whose own; zero for the joint one.
	State     ThreadState
	Unread    int
	LastAt    *time.Time
}

// openThread is a thread that the actor may use, with what decides over it.
type openThread struct {
	thread
	couple   models.Couple
	partners []models.Partner
	practice models.Practice
}

func (o openThread) state() ThreadState {
	return threadState(o.practice, o.couple, o.partners, o.thread)
}

// own is whose own thread it is, as messages keep it.
func (o openThread) own() *uuid.UUID { return ref(o.partner) }

// threadFor finds a thread of a couple by its name and checks the actor's right to it. A partner may leave out the
// couple: it is the own one. Faults: not_found, forbidden.
func (t *txn) threadFor(coupleID uuid.UUID, name string, r right) (openThread, error) {
	var o openThread
	if t.actor.Partner() {
		if _, err := t.ownPartner(); err != nil {
			return o, err
		}
		if coupleID == uuid.Nil {
			coupleID = t.actor.CoupleID
		}
	}
	var err error
	if o.couple, err = models.FindCouple(t.DB, coupleID); err != nil {
		return o, err
	}
	st, err := t.standingOn(o.couple.ID)
	if err != nil {
		return o, err
	}
	if o.partners, err = models.PartnersOf(t.DB, o.couple.ID); err != nil {
		return o, err
	}
	o.thread = thread{couple: o.couple.ID}
	switch {
	case name == "" || name == ThreadTogether:
	case name == ThreadAlone && t.actor.Partner():
		o.partner = t.actor.ID
	default:
		id, err := uuid.Parse(name)
		if _, found := partnerOf(o.partners, id); err != nil || !found {
			// Whoever may not use the couple's threads at all hears that first: it is the same for each name.
			if err := mayUseThread(t.actor, st, o.thread, r).fault(); err != nil {
				return o, err
			}
			return o, fault.Missing()
		}
		o.partner = id
	}
	if err := mayUseThread(t.actor, st, o.thread, r).fault(); err != nil {
		return o, err
	}
	o.practice, err = t.thePractice()
	return o, err
}

func messagePlace(m models.Message) place {
	if m.PartnerID != nil {
		return place{keyPerson, *m.PartnerID, "messages", "body", m.ID}
	}
	return place{keyCouple, m.CoupleID, "messages", "body", m.ID}
}

// noteThread puts an act on a thread on the record: of an own one in that partner's file alone, of the joint one in both.
func (t *txn) noteThread(o openThread, a act) {
	if !o.joint() {
		a.partnerID = o.partner
		t.note(a)
		return
	}
	a.coupleID = o.couple.ID
	t.noteJointFor(o.partners, a)
}

// Thread opens a thread and shows a part of it. What is shown counts as read, and each reading is on the record. A partner's
// own thread opens to that partner behind a fresh sign-in (design decision 18). Faults: not_found, forbidden when the
// sign-in is not fresh or the thread is not the actor's to read.
func (s *Service) Thread(ctx context.Context, actor Actor, coupleID uuid.UUID, name string, page Page) (ThreadView, error) {
	var view ThreadView
	offset, limit, err := page.window()
	if err != nil {
		return view, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		o, err := t.threadFor(coupleID, name, readClinical)
		if err != nil {
			return err
		}
		if actor.Partner() && !o.joint() && !s.Fresh(actor) {
			return fault.New(fault.Forbidden, "message.fresh")
		}
		if err := models.LockMessages(t.DB, o.couple.ID); err != nil {
			return err
		}
		list, err := models.MessagesOf(t.DB, o.couple.ID, o.own(), offset, limit+1)
		if err != nil {
			return err
		}
		view = o.view()
		if len(list) > limit {
			list = list[:limit]
			next := strconv.Itoa(offset + limit)
			view.Next = &next
		}
		if view.Messages, err = t.showMessages(list); err != nil {
			return err
		}
		if err := t.nameReaders(o, &view); err != nil {
			return err
		}
		t.noteThread(o, act{verb: "read", object: "messages", objectID: o.id()})
		view.Draft, err = t.messageDraft(o)
		return err
	})
	return view, err
}

// view is what a thread's page shows whatever is written in it.
func (o openThread) view() ThreadView {
	v := ThreadView{CoupleID: o.couple.ID, PartnerID: o.partner, State: o.state(), Messages: []MessageView{}, Days: o.practice.MessageDays}
	if p, ok := partnerOf(o.partners, o.partner); ok {
		v.Unreminded = p.Status == models.PartnerPaused || p.Status == models.PartnerWithdrawn
	}
	return v
}

// ThreadForm is a thread without what is written in it: for a form that comes back while the thread itself stays closed.
// Faults: not_found, forbidden.
func (s *Service) ThreadForm(ctx context.Context, actor Actor, coupleID uuid.UUID, name string) (ThreadView, error) {
	var view ThreadView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		o, err := t.threadFor(coupleID, name, readClinical)
		if err != nil {
			return err
		}
		view = o.view()
		return t.nameReaders(o, &view)
	})
	return view, err
}

// nameReaders says who reads a thread.
func (t *txn) nameReaders(o openThread, view *ThreadView) error {
	names, err := t.partnerNames(o.partners...)
	if err != nil {
		return err
	}
	for _, p := range o.partners {
		if o.joint() || p.ID == o.partner {
			view.Partners = append(view.Partners, names[p.ID])
		}
	}
	list, err := models.TherapistsOf(t.DB, o.couple.ID)
	if err != nil {
		return err
	}
	var ids []uuid.UUID
	for _, th := range list {
		ids = append(ids, th.MemberID)
	}
	members, err := models.RowsByID[models.Member](t.DB, ids, "practice_id", "id", "name", "status")
	for _, id := range ids {
		if m := members[id]; m.Status != "ended" {
			view.Therapists = append(view.Therapists, m.Name)
		}
	}
	return err
}

// showMessages opens messages for their reader and notes that they were shown.
func (t *txn) showMessages(list []models.Message) ([]MessageView, error) {
	out := make([]MessageView, 0, len(list))
	if len(list) == 0 {
		return out, nil
	}
	ids := make([]uuid.UUID, len(list))
	bodies := make([]models.Sealed, len(list))
	for i, m := range list {
		ids[i], bodies[i] = m.ID, m.Body
	}
	reads, err := models.ReadsOf(t.DB, ids...)
	if err != nil {
		return nil, err
	}
	if err := t.warm(bodies...); err != nil {
		return nil, err
	}
	names, err := t.authorNames(list)
	if err != nil {
		return nil, err
	}
	var shown []models.MessageRead
	for _, m := range list {
		v := MessageView{ID: m.ID, AuthorKind: m.AuthorKind, AuthorID: m.AuthorID, Author: names[m.AuthorID], Mine: m.AuthorID == t.actor.ID, SentAt: m.SentAt}
		body, ok, err := t.open(messagePlace(m), m.Body)
		if err != nil {
			return nil, err
		}
		v.Body, v.Erased = string(body), !ok
		v.CanTakeBack = mayTakeBack(t.actor, m, reads)
		v.New = !v.Mine && !slices.ContainsFunc(reads, func(r models.MessageRead) bool { return r.MessageID == m.ID && r.ReaderID == t.actor.ID })
		if v.New {
			shown = append(shown, models.MessageRead{Row: models.NewRow(t.PracticeID), MessageID: m.ID, ReaderKind: t.actor.Kind, ReaderID: t.actor.ID, ReadAt: t.now})
		}
		out = append(out, v)
	}
	if len(shown) == 0 {
		return out, nil
	}
	if err := models.AddReads(t.DB, shown); err != nil {
		return nil, err
	}
	return out, t.fillBoxes(list[0].CoupleID, "read", t.actor.ID)
}

// authorNames gives the names of who wrote messages, by id.
func (t *txn) authorNames(list []models.Message) (map[uuid.UUID]string, error) {
	var members, partners []uuid.UUID
	for _, m := range list {
		if m.AuthorKind == "member" {
			members = append(members, m.AuthorID)
		} else {
			partners = append(partners, m.AuthorID)
		}
	}
	return t.namesByID(members, partners)
}

// Threads lists a couple's three threads for its therapists: the joint one, then each partner's own, with how much the actor
// has not read. Nothing of it counts as read. Faults: not_found, forbidden.
func (s *Service) Threads(ctx context.Context, actor Actor, coupleID uuid.UUID) ([]ThreadLine, error) {
	var out []ThreadLine
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, readClinical)
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		reader := models.MessageReader{Kind: actor.Kind, ID: actor.ID}
		list, err := models.TherapistsOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		for _, th := range list {
			if th.MemberID == actor.ID {
				reader.Since = th.CreatedAt
			}
		}
		counts, err := models.CountThreads(t.DB, couple.ID, reader)
		if err != nil {
			return err
		}
		threads := []thread{{couple: couple.ID}}
		for _, p := range partners {
			threads = append(threads, thread{couple: couple.ID, partner: p.ID})
		}
		for _, th := range threads {
			line := ThreadLine{PartnerID: th.partner, State: threadState(practice, couple, partners, th)}
			for i, c := range counts {
				if c.PartnerID == nil && th.joint() || c.PartnerID != nil && *c.PartnerID == th.partner {
					line.Unread, line.LastAt = c.Unread, &counts[i].LastAt
				}
			}
			out = append(out, line)
		}
		t.noteJointFor(partners, act{verb: "read", object: "message_list", objectID: couple.ID, coupleID: couple.ID})
		return nil
	})
	return out, err
}
