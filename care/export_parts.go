package care

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
	"tussentijds/reports"
)

// person writes who it is, what was agreed to, and how messages reach that person.
func (e *Export) person(ctx context.Context, b *exportBook) error {
	type consent struct {
		Kind        models.ConsentKind `json:"kind"`
		Version     int                `json:"version"`
		GivenAt     time.Time          `json:"given_at"`
		WithdrawnAt *time.Time         `json:"withdrawn_at,omitempty"`
	}
	type device struct {
		Kind string    `json:"kind"`
		On   time.Time `json:"since"`
	}
	type address struct {
		Channel string     `json:"channel"`
		DeadAt  *time.Time `json:"given_up_at,omitempty"`
		OkAt    *time.Time `json:"confirmed_at,omitempty"`
	}
	var out struct {
		ID           uuid.UUID            `json:"id"`
		Name         string               `json:"name"`
		Email        string               `json:"email"`
		Phone        string               `json:"phone,omitempty"`
		Role         string               `json:"role,omitempty"`
		Language     string               `json:"language"`
		Status       models.PartnerStatus `json:"status"`
		Since        time.Time            `json:"since"`
		Therapists   string               `json:"therapists"`
		Consents     []consent            `json:"consents"`
		Reminders    any                  `json:"reminders,omitempty"`
		Devices      []device             `json:"devices,omitempty"`
		Addresses    []address            `json:"addresses,omitempty"`
		CalendarFrom *time.Time           `json:"calendar_address_since,omitempty"`
	}
	p := e.partner
	err := e.look(ctx, func(t *txn) error {
		var err error
		out.ID, out.Name, out.Role, out.Language, out.Status, out.Since = p.ID, e.name, p.Role, p.Locale, p.Status, p.CreatedAt
		if out.Email, err = t.openText(partnerEmail(p), p.Email); err != nil {
			return err
		}
		if out.Phone, err = t.openText(partnerPhone(p), p.Phone); err != nil {
			return err
		}
		if out.Therapists, err = t.therapistNames(e.couple.ID); err != nil {
			return err
		}
		consents, err := models.ConsentHistory(t.DB, p.ID)
		if err != nil {
			return err
		}
		for _, c := range consents {
			out.Consents = append(out.Consents, consent{c.Kind, c.Version, c.GivenAt, c.WithdrawnAt})
		}
		pref, found, err := models.FindPreference(t.DB, "partner", p.ID)
		if err != nil {
			return err
		}
		if found {
			out.Reminders = wishesOf(pref)
		}
		browsers, err := models.SubscriptionsOf(t.DB, []uuid.UUID{p.ID})
		if err != nil {
			return err
		}
		for _, d := range browsers {
			out.Devices = append(out.Devices, device{d.Device, d.CreatedAt})
		}
		states, err := models.DeliveryStatesOf(t.DB, []uuid.UUID{p.ID})
		if err != nil {
			return err
		}
		for _, s := range states {
			out.Addresses = append(out.Addresses, address{s.Channel, s.DeadAt, s.OkAt})
		}
		feed, found, err := models.FindFeed(t.DB, "partner", p.ID)
		if found {
			out.CalendarFrom = &feed.MadeAt
		}
		return err
	})
	if err != nil {
		return err
	}
	l := e.l()
	facts := reports.Block{Facts: []reports.Fact{{Label: l.T("export.name"), Value: out.Name}, {Label: l.T("export.email"), Value: out.Email}}}
	if out.Phone != "" {
		facts.Facts = append(facts.Facts, reports.Fact{Label: l.T("export.phone"), Value: out.Phone})
	}
	facts.Facts = append(facts.Facts, reports.Fact{Label: l.T("export.since"), Value: l.Date(out.Since.In(e.as.Zone))}, reports.Fact{Label: l.T("export.therapists"), Value: out.Therapists})
	agreed := reports.Block{Heading: l.T("export.consents")}
	for _, c := range out.Consents {
		meta := l.T("export.given", "Date", l.Date(c.GivenAt.In(e.as.Zone)))
		if c.WithdrawnAt != nil {
			meta += ", " + l.T("export.taken_back", "Date", l.Date(c.WithdrawnAt.In(e.as.Zone)))
		}
		agreed.Items = append(agreed.Items, reports.Item{Text: l.T("web.consent." + string(c.Kind)), Meta: meta})
	}
	if err := b.add("person", l.T("export.part.person"), facts, agreed); err != nil {
		return err
	}
	return b.z.putJSON("person.json", l.T("export.part.person"), 1, out)
}

// wishesOf is how a person wants to be reminded, without ids.
func wishesOf(p models.ReminderPreference) any {
	return struct {
		Channels  map[string][]string `json:"channels"`
		QuietFrom string              `json:"quiet_from"`
		QuietTo   string              `json:"quiet_until"`
		Cap       int                 `json:"cap_per_day"`
		Digest    bool                `json:"digest"`
		StoppedAt *time.Time          `json:"stopped_at,omitempty"`
	}{p.Channels.V, p.QuietFrom, p.QuietUntil, p.CapPerDay, p.Digest, p.StoppedAt}
}

// exportAgreement is an agreement as the person reads it. What that person told the therapist alone at the own signature comes
// along with the private questions only: whoever forced the signature must not find it in a file.
type exportAgreement struct {
	AgreementView
	Told []exportTold `json:"told_to_therapist,omitempty"`
}

type exportTold struct {
	SignedAt   time.Time `json:"signed_at"`
	FreeChoice *bool     `json:"free_choice,omitempty"`
	Worries    string    `json:"worries,omitempty"`
	Withdrawal string    `json:"withdrawal,omitempty"`
}

// agreements writes the joint agreements, with the person's own half of a look back that has not opened yet.
func (e *Export) agreements(ctx context.Context, b *exportBook) error {
	var list []exportAgreement
	err := e.look(ctx, func(t *txn) error {
		rows, err := models.AgreementsOf(t.DB, e.couple.ID)
		if err != nil || len(rows) == 0 {
			return err
		}
		views, err := t.viewAgreements(e.couple, rows)
		if err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(rows))
		for i, r := range rows {
			ids[i] = r.ID
		}
		signatures, err := models.SignaturesOf(t.DB, ids...)
		if err != nil {
			return err
		}
		for _, v := range views {
			if e.who == readerTherapist {
				v.OwnReview = nil // A therapist reads a half once both are in.
			}
			a := exportAgreement{AgreementView: v}
			for _, sig := range signatures {
				if !e.private || sig.AgreementID != v.ID || sig.PartnerID != e.partner.ID {
					continue
				}
				told := exportTold{SignedAt: sig.SignedAt}
				if told.FreeChoice, err = t.freeChoice(sig); err != nil {
					return err
				}
				if told.Worries, err = t.privateWords(worriesPlace(sig.PartnerID, sig.ID), sig.Worries); err != nil {
					return err
				}
				if told.Withdrawal, err = t.privateWords(withdrawalPlace(sig.PartnerID, sig.ID), sig.Withdrawal); err != nil {
					return err
				}
				a.Told = append(a.Told, told)
			}
			list = append(list, a)
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		return err
	}
	l := e.l()
	var blocks []reports.Block
	for _, a := range list {
		blocks = append(blocks, e.agreementBlock(a))
	}
	if err := b.add("agreements", l.T("export.part.agreements"), blocks...); err != nil {
		return err
	}
	return b.z.putJSON("agreements.json", l.T("export.part.agreements"), len(list), list)
}

func (e *Export) agreementBlock(a exportAgreement) reports.Block {
	l := e.l()
	block := reports.Block{Heading: a.Title, Facts: []reports.Fact{{Label: l.T("export.state"), Value: l.T("export.agreement." + string(a.Status))}}, Paragraphs: paragraphsOf(a.Intro)}
	for _, p := range a.Points {
		block.Items = append(block.Items, reports.Item{Text: p.Agreement, Meta: p.Measure})
	}
	for _, s := range a.Signatures {
		block.Pairs = append(block.Pairs, reports.Pair{Label: l.T("export.signed", "Name", s.Name), Text: []string{l.Date(s.SignedAt.In(e.as.Zone))}})
	}
	for _, told := range a.Told {
		if told.Worries != "" {
			block.Pairs = append(block.Pairs, reports.Pair{Label: l.T("export.worries"), Text: paragraphsOf(told.Worries)})
		}
		if told.Withdrawal != "" {
			block.Pairs = append(block.Pairs, reports.Pair{Label: l.T("export.withdrawal"), Text: paragraphsOf(told.Withdrawal)})
		}
	}
	reviews := a.Reviews
	if a.OwnReview != nil {
		reviews = append(append([]AgreementReviewView{}, reviews...), *a.OwnReview)
	}
	for _, r := range reviews {
		kept := 0
		for _, yes := range r.Kept {
			if yes {
				kept++
			}
		}
		text := append([]string{l.T("export.kept", "Kept", kept, "Of", len(r.Kept))}, paragraphsOf(r.Words)...)
		block.Pairs = append(block.Pairs, reports.Pair{Label: l.T("export.review", "Date", l.Date(r.On.In(e.as.Zone))), Text: text})
	}
	return block
}

// exportMessage is one message of a thread that the person reads.
type exportMessage struct {
	Thread string    `json:"thread"` // together, alone.
	Author string    `json:"author"`
	Mine   bool      `json:"mine"`
	SentAt time.Time `json:"sent_at"`
	Body   string    `json:"body"`
}

const exportPage = 200

// messages writes the joint thread and the own one. What the person takes out counts as shown to that person.
func (e *Export) messages(ctx context.Context, b *exportBook) error {
	l := e.l()
	list, err := b.z.list("messages.json", l.T("export.part.messages"))
	if err != nil {
		return err
	}
	for _, thread := range []struct {
		name string
		own  *uuid.UUID
	}{{ThreadTogether, nil}, {ThreadAlone, &e.partner.ID}} {
		var blocks []reports.Block
		for offset := 0; ; offset += exportPage {
			var views []MessageView
			err := e.look(ctx, func(t *txn) error {
				if err := models.LockMessages(t.DB, e.couple.ID); err != nil {
					return err
				}
				rows, err := models.AllMessages(t.DB, e.couple.ID, thread.own, offset, exportPage)
				if err != nil {
					return err
				}
				views, err = e.openMessages(t, rows)
				return err
			})
			if err != nil {
				return err
			}
			for _, v := range views {
				m := exportMessage{thread.name, v.Author, v.Mine, v.SentAt, v.Body}
				if err := list.add(m); err != nil {
					return err
				}
				blocks = append(blocks, reports.Block{Pairs: []reports.Pair{{Label: l.T("export.message", "Name", m.Author, "Moment", l.Moment(m.SentAt.In(e.as.Zone))), Text: paragraphsOf(m.Body)}}})
			}
			if len(views) < exportPage {
				break
			}
		}
		if err := b.add("messages", l.T("export.messages."+thread.name), blocks...); err != nil {
			return err
		}
	}
	return list.close()
}

// openMessages opens messages for the export. Only the person's own export counts as reading them.
func (e *Export) openMessages(t *txn, rows []models.Message) ([]MessageView, error) {
	if e.actor.Partner() {
		return t.showMessages(rows)
	}
	bodies := make([]models.Sealed, len(rows))
	for i, m := range rows {
		bodies[i] = m.Body
	}
	if err := t.warm(bodies...); err != nil {
		return nil, err
	}
	names, err := t.authorNames(rows)
	if err != nil {
		return nil, err
	}
	out := make([]MessageView, len(rows))
	for i, m := range rows {
		body, err := t.openText(messagePlace(m), m.Body)
		if err != nil {
			return nil, err
		}
		out[i] = MessageView{ID: m.ID, Author: names[m.AuthorID], Mine: m.AuthorID == e.partner.ID, SentAt: m.SentAt, Body: body}
	}
	return out, nil
}

// exportSession is a session that the person knows of.
type exportSession struct {
	StartsAt   time.Time            `json:"starts_at"`
	EndsAt     time.Time            `json:"ends_at"`
	Kind       string               `json:"kind"`
	Status     models.SessionStatus `json:"status"`
	Therapists []string             `json:"therapists"`
}

// sessions writes the conjoint sessions and the person's own individual ones.
func (e *Export) sessions(ctx context.Context, b *exportBook) error {
	var list []exportSession
	for offset := 0; ; offset += exportPage {
		n := 0
		err := e.look(ctx, func(t *txn) error {
			rows, err := models.Sessions(t.DB, models.SessionScope{CoupleID: e.couple.ID, PartnerID: e.partner.ID}, offset, exportPage)
			if err != nil {
				return err
			}
			views, err := t.viewSessions(rows)
			for _, v := range views {
				list = append(list, exportSession{v.StartsAt, v.EndsAt, v.Kind, v.Status, v.Names})
			}
			n = len(rows)
			return err
		})
		if err != nil {
			return err
		}
		if n < exportPage {
			break
		}
	}
	if len(list) == 0 {
		return nil
	}
	l := e.l()
	block := reports.Block{}
	for _, s := range list {
		block.Items = append(block.Items, reports.Item{Text: l.Moment(s.StartsAt.In(e.as.Zone)), Meta: l.T("export.session."+s.Kind) + ", " + l.T("export.session."+string(s.Status))})
	}
	if err := b.add("sessions", l.T("export.part.sessions"), block); err != nil {
		return err
	}
	return b.z.putJSON("sessions.json", l.T("export.part.sessions"), len(list), list)
}

// programme writes the programme as the portal shows it to the person.
func (e *Export) programme(ctx context.Context, b *exportBook) error {
	var view CoupleProgrammeView
	err := e.look(ctx, func(t *txn) error {
		var err error
		view, err = t.programmeForPartner(e.couple)
		return err
	})
	if err != nil || view.Status == ProgrammeNone {
		return err
	}
	l := e.l()
	block := reports.Block{Heading: view.Title, Paragraphs: some(view.Summary)}
	for _, text := range []string{view.Goal, view.Mine, view.Ours} {
		block.Paragraphs = append(block.Paragraphs, some(text)...)
	}
	for _, m := range view.Reached {
		block.Items = append(block.Items, reports.Item{Text: m.Title, Meta: m.ReachedOn})
	}
	if view.Title != "" {
		if err := b.add("programme", l.T("export.part.programme"), block); err != nil {
			return err
		}
	}
	return b.z.putJSON("programme.json", l.T("export.part.programme"), 1, view)
}

// reminded writes which messages reached the person: over what, about what kind of thing, and when.
func (e *Export) reminded(ctx context.Context, b *exportBook) error {
	type sent struct {
		About   string     `json:"about"`
		Channel string     `json:"channel"`
		SentAt  *time.Time `json:"sent_at"`
	}
	list, err := b.z.list("reminders.json", e.l().T("export.part.reminders"))
	if err != nil {
		return err
	}
	for offset := 0; ; offset += exportPage {
		var rows []models.Reminder
		err := e.look(ctx, func(t *txn) (err error) {
			rows, err = models.SentTo(t.DB, e.partner.ID, e.private, offset, exportPage)
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := list.add(sent{r.CauseKind, r.Carrier, r.SentAt}); err != nil {
				return err
			}
		}
		if len(rows) < exportPage {
			return list.close()
		}
	}
}

// looked writes who looked into the person's file: what the privacy page shows, all of it.
func (e *Export) looked(ctx context.Context, b *exportBook) error {
	type look struct {
		At        time.Time `json:"at"`
		Who       string    `json:"who"`
		Role      string    `json:"role"`
		Act       string    `json:"act"`
		Object    string    `json:"object"`
		Emergency bool      `json:"emergency,omitempty"`
	}
	list, err := b.z.list("record.json", e.l().T("export.part.record"))
	if err != nil {
		return err
	}
	q := models.AuditQuery{Partner: e.partner.ID, Couple: e.couple.ID, Limit: exportPage}
	for {
		n := 0
		err := e.look(ctx, func(t *txn) error {
			events, err := models.AuditEvents(t.DB, q)
			if err != nil {
				return err
			}
			names, err := t.actorNames(events)
			if err != nil {
				return err
			}
			for _, ev := range events {
				if err := list.add(look{ev.At, names[ev.ID], ev.Role, ev.Act, ev.ObjectKind, ev.Emergency}); err != nil {
					return err
				}
				q.BeforeAt, q.BeforeID = ev.At, ev.ID
			}
			n = len(events)
			return nil
		})
		if err != nil {
			return err
		}
		if n < exportPage {
			return list.close()
		}
	}
}

// reports puts the reports that were put out for the person beside the rest, as they were approved.
func (e *Export) reports(ctx context.Context, b *exportBook) error {
	l := e.l()
	var rows []models.Report
	err := e.look(ctx, func(t *txn) (err error) {
		rows, err = models.PublishedFor(t.DB, e.couple.ID, e.partner.ID)
		return err
	})
	if err != nil {
		return err
	}
	for i, r := range rows {
		var pdf []byte
		err := e.look(ctx, func(t *txn) error {
			shown, err := t.revisionOf(r, *r.ShownRevision)
			if err != nil {
				return err
			}
			pdf, err = t.openPDF(shown)
			return err
		})
		if err != nil {
			return err
		}
		name := fmt.Sprintf("reports/%s-%s-%s-%d.pdf", string(r.Month)[:7], r.Audience, r.Locale, i+1)
		if err := b.z.put(name, l.T("export.part.report", "Month", l.Month(r.Month.In(e.as.Zone))), 1, pdf); err != nil {
			return err
		}
	}
	return nil
}
