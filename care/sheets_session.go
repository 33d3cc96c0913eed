package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
	"tussentijds/reports"
)

// PreparationView is a sheet to prepare a session with: the same sections as the PDF, for who reads it on a screen.
type PreparationView struct {
	Cover    reports.Cover
	Sections []reports.Section
	Session  uuid.UUID // it is for; zero when none is planned.
}

const (
	sheetAnswers = 6 // that are told of on one sheet.
	sheetWords   = 4 // answers to one exercise.
	sheetChars   = 180
	sheetLines   = 9
)

// preparing is a sheet in the making.
type preparing struct {
	t        *txn
	w        *work
	session  models.Session // zero when none is planned.
	last     models.Session // the one before it; zero for none.
	since    time.Time
	names    map[uuid.UUID]string
	only     uuid.UUID // the partner of an individual session: the sheet tells nothing of the other's own work then.
	l        locale.Localizer
	in       string
	practice models.Practice
}

// SessionPreparation gives what a therapist wants in hand before a session: what was done since the last one, what came in and can
// be read, what waits to be opened, agreements, questionnaires, what needs a look, and what the last note planned. It is for the
// therapist's eyes: of one partner alone when the session is with one. sessionID may be nil for the next one that is planned.
// What is read for it is on the record. Faults: not_found, forbidden.
func (s *Service) SessionPreparation(ctx context.Context, actor Actor, coupleID, sessionID uuid.UUID) (PreparationView, error) {
	doc, session, err := s.preparation(ctx, actor, coupleID, sessionID, "read")
	return PreparationView{doc.Cover, doc.Sections, session}, err
}

// SessionPreparationPDF is SessionPreparation as a PDF to print. Faults: not_found, forbidden.
func (s *Service) SessionPreparationPDF(ctx context.Context, actor Actor, coupleID, sessionID uuid.UUID) ([]byte, error) {
	doc, _, err := s.preparation(ctx, actor, coupleID, sessionID, "print")
	if err != nil {
		return nil, err
	}
	return reports.BuildDocument(doc)
}

func (s *Service) preparation(ctx context.Context, actor Actor, coupleID, sessionID uuid.UUID, verb string) (doc reports.Document, session uuid.UUID, err error) {
	err = s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, readClinical)
		if err != nil {
			return err
		}
		p := preparing{t: t, l: actor.L(), in: string(actor.Locale)}
		if p.practice, err = t.thePractice(); err != nil {
			return err
		}
		if err := p.find(couple, sessionID); err != nil {
			return err
		}
		when := span{
			month: models.DayOf(p.since.In(p.practice.Zone())), from: p.since, until: t.now.AddDate(0, 0, 1), trendsFrom: p.since,
			earliest: p.since.AddDate(0, -6, 0), now: t.now, zone: p.practice.Zone(),
		}
		if p.w, err = t.workOf(couple, when); err != nil {
			return err
		}
		if p.names, err = t.partnerNames(p.w.partners...); err != nil {
			return err
		}
		read := act{verb: verb, object: "preparation", objectID: p.session.ID, coupleID: couple.ID}
		if p.only != uuid.Nil {
			read.coupleID, read.partnerID = uuid.Nil, p.only
			t.note(read)
		} else {
			t.noteJointFor(p.w.partners, read)
		}
		session = p.session.ID
		doc, err = p.document(couple)
		return err
	})
	return doc, session, err
}

// find settles which session the sheet is for and since when it looks back: the last session of the same kind, else four weeks.
func (p *preparing) find(couple models.Couple, sessionID uuid.UUID) error {
	var err error
	if sessionID != uuid.Nil {
		if p.session, err = models.FindSession(p.t.DB, sessionID); err == nil && p.session.CoupleID != couple.ID {
			err = fault.Missing()
		}
	} else {
		p.session, _, err = models.NextPlanned(p.t.DB, couple.ID, p.t.now)
	}
	if err != nil {
		return err
	}
	if p.session.PartnerID != nil {
		p.only = *p.session.PartnerID
	}
	before := p.t.now
	if p.session.ID != uuid.Nil && p.session.StartsAt.Before(before) {
		before = p.session.StartsAt
	}
	found := false
	if p.last, found, err = models.LastHeld(p.t.DB, couple.ID, p.only, before); err != nil {
		return err
	}
	if p.since = before.AddDate(0, 0, -28); found {
		p.since = p.last.StartsAt
	}
	return nil
}

func (p *preparing) at(t time.Time) time.Time { return t.In(p.practice.Zone()) }

// theirs tells whether something of a partner's own work belongs on the sheet.
func (p *preparing) theirs(partner uuid.UUID) bool { return p.only == uuid.Nil || p.only == partner }

func (p *preparing) document(couple models.Couple) (reports.Document, error) {
	l := p.l
	doc := reports.Document{Locale: l.Lang, BuiltAt: p.at(p.t.now), Compact: true}
	therapists, err := p.t.therapistNames(couple.ID)
	if err != nil {
		return doc, err
	}
	if doc.Brand, err = p.t.reportBrand(); err != nil {
		return doc, err
	}
	var both []string
	for _, partner := range p.w.partners {
		both = append(both, p.names[partner.ID])
	}
	before := p.t.now
	if p.session.ID != uuid.Nil {
		before = p.session.StartsAt
	}
	held, err := models.CountHeld(p.t.DB, couple.ID, p.only, before)
	if err != nil {
		return doc, err
	}
	doc.Cover = reports.Cover{
		Practice: p.practice.Name, Title: l.T("prepare.title"), For: coupleName(both...), Private: l.T("prepare.private"),
		Lines: []string{therapists, l.T("sheet.made", "Date", l.Date(doc.BuiltAt))},
	}
	switch {
	case p.only != uuid.Nil:
		doc.Cover.For = p.names[p.only]
		doc.Cover.Month = l.T("prepare.session.one", "Number", held+1, "Moment", l.Moment(p.at(p.session.StartsAt)))
	case p.session.ID != uuid.Nil:
		doc.Cover.Month = l.T("prepare.session", "Number", held+1, "Moment", l.Moment(p.at(p.session.StartsAt)))
	default:
		doc.Cover.Month = l.T("prepare.session.none", "Number", held+1)
	}
	if p.last.ID != uuid.Nil {
		doc.Cover.Lines = append(doc.Cover.Lines, l.T("prepare.since", "Date", l.Date(p.at(p.since))))
	} else {
		doc.Cover.Lines = append(doc.Cover.Lines, l.T("prepare.since.weeks"))
	}
	for _, part := range []func(models.Couple) (reports.Section, error){
		p.looks, p.plan, p.homework, p.toOpen, p.agreements, p.open, p.instruments, p.answers,
	} {
		section, err := part(couple)
		if err != nil {
			return doc, err
		}
		if len(section.Blocks) > 0 {
			doc.Sections = append(doc.Sections, section)
		}
	}
	doc.Sections = append(doc.Sections, p.section("write", reports.Block{Lines: sheetLines, Rest: true}))
	return doc, nil
}

func (p *preparing) section(id string, blocks ...reports.Block) reports.Section {
	return reports.Section{ID: id, Title: p.l.T("prepare." + id), Blocks: blocks}
}
