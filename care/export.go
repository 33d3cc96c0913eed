package care

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
	"tussentijds/reports"
)

// ExportInput says whose data are wanted.
type ExportInput struct {
	PartnerID uuid.UUID // a partner's own when left out.
	CoupleID  uuid.UUID // whose partner it is, where an address says so; any when left out.
	// Private also takes the answers to the private questions along, which a file that others may see had better not hold.
	// Only the person, or the operator on that person's request, can ask for them.
	Private bool
	Reason  string // of a member of the practice: on whose request, or why.
}

// Export is one person's data, ready to be written: the rights were checked and the export is on the record.
type Export struct {
	s        *Service
	actor    Actor // who asked.
	as       Actor // the person, as whom joint things are looked at.
	partner  models.Partner
	couple   models.Couple
	practice models.Practice
	brand    reports.Brand
	name     string
	private  bool
	who      reader // whose eyes the answers pass: the writer's, or a therapist's.
	at       time.Time
}

const (
	maxExportReason = 500
	exportsAnHour   = 6 // of one person, by whoever asks.
)

// BeginExport checks the right to one person's data and puts the export on the record, in that person's own file alone: the other
// partner does not learn of it. A partner exports the own data, behind a fresh sign-in. Who treats the couple (no trainee)
// exports what a therapist may read of it, with a reason: what the person keeps from the therapists stays out (ADR 0031). The
// operator exports the whole on the person's request. Faults: not_found, forbidden, invalid, rate_limited, conflict for a person
// who was erased.
func (s *Service) BeginExport(ctx context.Context, actor Actor, in ExportInput) (*Export, error) {
	e := &Export{s: s, actor: actor, at: s.Clock.Now(), private: in.Private, who: readerWriter}
	in.Reason = strings.TrimSpace(in.Reason)
	err := s.inPractice(ctx, actor, func(t *txn) error {
		var err error
		if e.partner, err = t.exportable(in.CoupleID, in.PartnerID); err != nil {
			return err
		}
		if actor.Kind != "system" && !s.Fresh(actor) {
			return fault.New(fault.Forbidden, "export.fresh")
		}
		if actor.Member() {
			e.who = readerTherapist
			if e.private {
				return fault.New(fault.Forbidden, "")
			}
			var c fault.Collector
			checkWords(&c, "reason", in.Reason, maxExportReason, "error.field.required")
			if err := c.Err(); err != nil {
				return err
			}
		}
		if actor.Kind != "system" {
			if err := s.allow(ctx, "export:"+e.partner.ID.String(), exportsAnHour, time.Hour); err != nil {
				return err
			}
		}
		return e.begin(t, in.Reason)
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// MayExport tells whether an actor could export the data of a couple's partner (a partner's own when both are left out), for the
// form that asks for it. A fresh sign-in is asked for on top. Faults: not_found, forbidden.
func (s *Service) MayExport(ctx context.Context, actor Actor, coupleID, partnerID uuid.UUID) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		_, err := t.exportable(coupleID, partnerID)
		return err
	})
}

// exportable loads a partner, of a couple when one is given, whose data the actor may take out: one's own when id is left out.
func (t *txn) exportable(coupleID, id uuid.UUID) (models.Partner, error) {
	if t.actor.Partner() && id == uuid.Nil {
		id = t.actor.ID
	}
	partner, err := models.FindPartner(t.DB, id)
	if err == nil && coupleID != uuid.Nil && partner.CoupleID != coupleID {
		err = fault.Missing()
	}
	if err != nil {
		return partner, err
	}
	st, err := t.standingOn(partner.CoupleID)
	if err != nil {
		return partner, err
	}
	return partner, mayExport(t.actor, st, partner.ID).fault()
}

func (e *Export) begin(t *txn, reason string) error {
	var err error
	if e.couple, err = models.FindCouple(t.DB, e.partner.CoupleID); err != nil {
		return err
	}
	if e.practice, err = t.thePractice(); err != nil {
		return err
	}
	if e.brand, err = t.reportBrand(); err != nil {
		return err
	}
	plain, ok, err := t.open(partnerName(e.partner), e.partner.Name)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Conflict, "error.erased")
	}
	e.name = string(plain)
	lang, _ := locale.Parse(e.partner.Locale)
	e.as = Actor{
		Kind: "partner", ID: e.partner.ID, Role: models.RolePartner, PracticeID: e.partner.PracticeID, CoupleID: e.couple.ID,
		Locale: lang, Zone: e.practice.Zone(), Edge: e.actor.Edge, Stage: "full",
	}
	t.note(act{verb: "export", object: "file", objectID: e.partner.ID, partnerID: e.partner.ID, reason: reason})
	return nil
}

// PracticeOfPartner finds the practice of a partner, for a command of the operator. Faults: not_found.
func (s *Service) PracticeOfPartner(ctx context.Context, partnerID uuid.UUID) (uuid.UUID, error) {
	ids, err := s.Practices(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	for _, id := range ids {
		found := false
		err := s.inPractice(ctx, System(id), func(t *txn) error {
			_, err := models.FindPartner(t.DB, partnerID)
			found = err == nil
			return nil
		})
		if err != nil {
			return uuid.Nil, err
		}
		if found {
			return id, nil
		}
	}
	return uuid.Nil, fault.Missing()
}

// FileName names the file without telling whose it is.
func (e *Export) FileName() string {
	return e.l().T("export.file") + "-" + e.at.In(e.as.Zone).Format(time.DateOnly) + ".zip"
}

func (e *Export) l() locale.Localizer { return locale.For(e.as.Locale) }

// look runs fn in a transaction of its own, in which joint things are seen as the person sees them. What is looked at so is on
// the record once, as the export.
func (e *Export) look(ctx context.Context, fn func(*txn) error) error {
	return e.s.inPractice(ctx, e.actor, func(t *txn) error {
		t.actor = e.as
		err := fn(t)
		t.events = nil
		return err
	})
}

// exportTime bounds the writing of one export, slow readers included.
const exportTime = 5 * time.Minute

// Send is Write for an answer that has begun: what goes wrong can only be logged, and the answer then breaks off, which makes a
// ZIP that no program opens. It goes on when the request that asked for it is over.
func (e *Export) Send(ctx context.Context, w io.Writer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exportTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil { // The request's own guard does not reach here, and what it holds may be private.
			e.s.Log.ErrorContext(ctx, "writing an export panicked")
		}
	}()
	if err := e.Write(ctx, w); err != nil {
		e.s.Log.ErrorContext(ctx, "an export broke off", "code", string(fault.From(err).Code))
	}
}

// Write writes the file: a ZIP with JSON for programs and a PDF for people. It reads in parts, each in a transaction of its own,
// and holds little more than one part in memory; nothing is put down in clear on the way. What is half written when an error
// comes back opens in no program.
func (e *Export) Write(ctx context.Context, w io.Writer) error {
	z := newExportFile(w, e.at)
	b := &exportBook{e: e, z: z}
	for _, part := range []func(context.Context, *exportBook) error{
		e.person, e.homework, e.agreements, e.messages, e.sessions, e.programme, e.reports, e.reminded, e.looked,
	} {
		if err := part(ctx, b); err != nil {
			return err
		}
	}
	if err := b.close(); err != nil {
		return err
	}
	if err := e.manifest(z); err != nil {
		return err
	}
	return z.Close()
}
