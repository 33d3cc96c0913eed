package care

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// maxMessage is how long a message may be, in characters; a draft may be longer, for it is only kept.
const (
	maxMessage      = 4_000
	maxMessageDraft = 20_000
)

// SendMessageInput is a message to send. ID may be given by whoever sends, so that a form sent twice makes one message.
type SendMessageInput struct {
	Body string    `json:"body" form:"body"`
	ID   uuid.UUID `json:"-" form:"-"`
}

// written is typed text in one form: one kind of line end, nothing empty around it.
func written(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

// SendMessage writes a message in a thread. Sending needs no fresh sign-in, reading what is there does. The same message with
// the same id is sent once, and gives what was sent. Faults: invalid (body), conflict when nothing can be written there now or
// the id is that of a message with other words, in another thread, or taken back; not_found, forbidden.
func (s *Service) SendMessage(ctx context.Context, actor Actor, coupleID uuid.UUID, name string, in SendMessageInput) (MessageView, error) {
	var view MessageView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		o, err := t.threadFor(coupleID, name, writeClinical)
		if err != nil {
			return err
		}
		in.Body = written(in.Body)
		var c fault.Collector
		checkWords(&c, "body", in.Body, maxMessage, "message.empty")
		if err := c.Err(); err != nil {
			return err
		}
		switch o.state() {
		case ThreadStopped:
			return fault.New(fault.Conflict, "message.stopped")
		case ThreadClosed:
			return fault.New(fault.Conflict, "message.closed")
		case ThreadOpen:
		}
		if err := models.LockMessages(t.DB, o.couple.ID); err != nil {
			return err
		}
		m := models.Message{
			Row: models.NewRow(t.PracticeID), CoupleID: o.couple.ID, PartnerID: o.own(), AuthorKind: actor.Kind, AuthorID: actor.ID,
			SentAt: t.now.Truncate(time.Microsecond),
		}
		if in.ID != uuid.Nil {
			m.ID = in.ID
		}
		if m.Body, err = t.seal(messagePlace(m), []byte(in.Body)); err != nil {
			return err
		}
		made, err := models.AddMessage(t.DB, &m)
		if err != nil {
			return err
		}
		if !made {
			view, err = t.sentAlready(o, m.ID, in.Body)
			return err
		}
		if err := models.DropMessageDraft(t.DB, o.id(), actor.ID); err != nil {
			return err
		}
		names, err := t.authorNames([]models.Message{m})
		if err != nil {
			return err
		}
		view = MessageView{ID: m.ID, AuthorKind: actor.Kind, AuthorID: actor.ID, Author: names[actor.ID], Mine: true, Body: in.Body, SentAt: m.SentAt, CanTakeBack: true}
		t.noteThread(o, act{verb: "create", object: "message", objectID: m.ID})
		return t.fillBoxes(o.couple.ID, "changed")
	})
	return view, err
}

// sentAlready gives a message of the actor's that was sent with an id before. Faults: conflict when what is sent now is not that
// message; of an id of somebody else's nothing is told.
func (t *txn) sentAlready(o openThread, id uuid.UUID, body string) (MessageView, error) {
	m, err := models.FindMessage(t.DB, id)
	if err != nil || m.AuthorID != t.actor.ID {
		return MessageView{}, fault.New(fault.Conflict, "")
	}
	said, _, err := t.open(messagePlace(m), m.Body)
	if err != nil {
		return MessageView{}, err
	}
	switch {
	case m.CoupleID != o.couple.ID || (m.PartnerID == nil) != o.joint() || m.PartnerID != nil && *m.PartnerID != o.partner:
		return MessageView{}, fault.New(fault.Conflict, "message.repeated.elsewhere")
	case m.TakenBackAt != nil:
		return MessageView{}, fault.New(fault.Conflict, "message.repeated.taken_back")
	case string(said) != body:
		return MessageView{}, fault.New(fault.Conflict, "message.repeated.changed")
	}
	reads, err := models.ReadsOf(t.DB, m.ID)
	if err != nil {
		return MessageView{}, err
	}
	names, err := t.authorNames([]models.Message{m})
	return MessageView{
		ID: m.ID, AuthorKind: m.AuthorKind, AuthorID: m.AuthorID, Author: names[m.AuthorID], Mine: true, Body: body, SentAt: m.SentAt.UTC(), CanTakeBack: mayTakeBack(t.actor, m, reads),
	}, err
}

// TakeBackMessage takes back a message of the actor's own that nobody else was shown: it is as if it had not been sent, and
// its words stand in the writer's box again. It gives the name of its thread. Faults: not_found, conflict when somebody was
// shown it, or for a partner's own in the joint thread.
func (s *Service) TakeBackMessage(ctx context.Context, actor Actor, id uuid.UUID) (string, error) {
	name := ThreadTogether
	err := s.inPractice(ctx, actor, func(t *txn) error {
		if !actor.Full() || !actor.Partner() && !actor.Member() {
			return fault.Missing()
		}
		m, err := models.FindMessage(t.DB, id)
		if err != nil {
			return err
		}
		if m.AuthorID != actor.ID {
			return fault.Missing()
		}
		if m.PartnerID != nil {
			if name = m.PartnerID.String(); actor.Partner() {
				name = ThreadAlone
			}
		}
		o, err := t.threadFor(m.CoupleID, name, writeClinical)
		if err != nil {
			return err
		}
		if err := models.LockMessages(t.DB, o.couple.ID); err != nil {
			return err
		}
		if m, err = models.FindMessage(t.DB, id); err != nil {
			return err
		}
		reads, err := models.ReadsOf(t.DB, m.ID)
		if err != nil {
			return err
		}
		if m.TakenBackAt != nil {
			return nil
		}
		if !mayTakeBack(actor, m, reads) {
			if actor.Partner() && o.joint() {
				return fault.New(fault.Conflict, "message.take_back.never")
			}
			return fault.New(fault.Conflict, "message.read_already")
		}
		body, ok, err := t.open(messagePlace(m), m.Body)
		if err != nil {
			return err
		}
		if ok {
			draft, err := t.messageDraft(o)
			if err != nil {
				return err
			}
			if err := t.keepMessageDraft(o, written(draft+"\n\n"+string(body))); err != nil {
				return err
			}
		}
		if err := models.TakeBackMessage(t.DB, m.ID, t.now); err != nil {
			return err
		}
		t.noteThread(o, act{verb: "take_back", object: "message", objectID: m.ID})
		return t.fillBoxes(o.couple.ID, "changed")
	})
	return name, err
}

// draftPlaceOf is where a writer's draft in a thread is sealed: a partner's own words under the own key, a member's under the
// thread's.
func messageDraftPlace(o openThread, d models.MessageDraft) place {
	switch {
	case d.WriterKind == "partner":
		return place{keyPerson, d.WriterID, "message_drafts", "body", d.ID}
	case o.joint():
		return place{keyCouple, o.couple.ID, "message_drafts", "body", d.ID}
	}
	return place{keyPerson, o.partner, "message_drafts", "body", d.ID}
}

// messageDraft is what the actor typed in a thread and has not sent; empty for nothing.
func (t *txn) messageDraft(o openThread) (string, error) {
	d, found, err := models.FindMessageDraft(t.DB, o.id(), t.actor.ID)
	if err != nil || !found {
		return "", err
	}
	return t.openText(messageDraftPlace(o, d), d.Body)
}

func (t *txn) keepMessageDraft(o openThread, body string) error {
	if runes := []rune(body); len(runes) > maxMessageDraft {
		body = string(runes[:maxMessageDraft])
	}
	d := models.MessageDraft{Row: models.NewRow(t.PracticeID), CoupleID: o.couple.ID, ThreadID: o.id(), WriterKind: t.actor.Kind, WriterID: t.actor.ID, SavedAt: t.now}
	var err error
	if d.Body, err = t.seal(messageDraftPlace(o, d), []byte(body)); err != nil {
		return err
	}
	return models.SaveMessageDraft(t.DB, &d)
}

// SaveMessageDraft keeps what the actor typed in a thread and has not sent; nothing typed forgets what was kept. in.ID is that of
// the message it is to become: once that is sent, nothing of it is kept. Faults: invalid (body), conflict when nothing can be
// written there now, not_found, forbidden.
func (s *Service) SaveMessageDraft(ctx context.Context, actor Actor, coupleID uuid.UUID, name string, in SendMessageInput) error {
	in.Body = written(in.Body)
	if !utf8.ValidString(in.Body) || strings.ContainsRune(in.Body, 0) {
		return fault.Fieldf("body", "error.field.control", nil)
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		o, err := t.threadFor(coupleID, name, writeClinical)
		if err != nil {
			return err
		}
		if o.state() != ThreadOpen {
			return fault.New(fault.Conflict, "")
		}
		if err := models.LockMessages(t.DB, o.couple.ID); err != nil {
			return err
		}
		if in.ID != uuid.Nil {
			if _, err := models.FindMessage(t.DB, in.ID); err == nil { // What was on its way when the form was sent.
				return nil
			}
		}
		if in.Body == "" {
			return models.DropMessageDraft(t.DB, o.id(), actor.ID)
		}
		return t.keepMessageDraft(o, in.Body)
	})
}

// MessageToken signs the right to keep what is typed in a thread, and to read nothing, for some hours: a form that is sent
// after the sign-in has expired loses nothing then (design decision 18).
func (s *Service) MessageToken(actor Actor, view ThreadView) string {
	raw := make([]byte, 0, 16*4+1+8+32)
	raw = append(raw, actor.PracticeID[:]...)
	raw = append(raw, actor.ID[:]...)
	raw = append(raw, view.CoupleID[:]...)
	raw = append(raw, view.PartnerID[:]...)
	raw = append(raw, actor.Kind[0])
	raw = binary.BigEndian.AppendUint64(raw, uint64(s.Clock.Now().Add(draftTokenTTL).Unix())) // #nosec G115 -- after 1970.
	return base64.RawURLEncoding.EncodeToString(append(raw, s.Master.MAC("message-token", raw)...))
}

// KeepMessageByToken keeps what was typed with such a token; it sends nothing and reads nothing back. Whether the writer may
// still use the thread is looked at anew. Faults: unauthenticated, invalid, not_found, forbidden.
func (s *Service) KeepMessageByToken(ctx context.Context, token, text string) error {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 16*4+1+8+32 {
		return fault.New(fault.Unauthenticated, "")
	}
	body, mac := raw[:73], raw[73:]
	until := time.Unix(int64(binary.BigEndian.Uint64(body[65:])), 0) // #nosec G115 -- signed by us.
	if !hmac.Equal(mac, s.Master.MAC("message-token", body)) || s.Clock.Now().After(until) {
		return fault.New(fault.Unauthenticated, "")
	}
	couple, partner := uuid.UUID(body[32:48]), uuid.UUID(body[48:64])
	actor := Actor{Kind: "member", ID: uuid.UUID(body[16:32]), PracticeID: uuid.UUID(body[:16]), Edge: "web", Stage: "full", Zone: time.UTC}
	name := ThreadTogether
	if partner != uuid.Nil {
		name = partner.String()
	}
	if text = written(text); text == "" {
		return nil
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fault.Fieldf("body", "error.field.control", nil)
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		if body[64] == 'p' {
			t.actor.Kind, t.actor.Role, t.actor.CoupleID = "partner", models.RolePartner, couple
		} else {
			m, err := models.FindMember(t.DB, actor.ID)
			if err != nil || m.Status == "ended" {
				return fault.New(fault.Unauthenticated, "")
			}
			t.actor.Role, t.actor.Clinician = m.Role, m.Clinician
		}
		o, err := t.threadFor(couple, name, writeClinical)
		if err != nil {
			return err
		}
		return t.keepMessageDraft(o, text)
	})
}
