package care

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/models"
	"tussentijds/reports"
)

// RequestReportInput asks for a report.
type RequestReportInput struct {
	Month     string `json:"month" form:"month"`                     // YYYY-MM.
	Audience  string `json:"audience" form:"audience"`               // couple, partner, therapist.
	PartnerID string `json:"partner_id,omitempty" form:"partner_id"` // with audience partner.
	Locale    string `json:"locale,omitempty" form:"locale"`
}

// ReportView is a report's state.
type ReportView struct {
	ID          uuid.UUID           `json:"id"`
	CoupleID    uuid.UUID           `json:"couple_id"`
	CoupleName  string              `json:"-"`
	Month       string              `json:"month"`
	Audience    string              `json:"audience"`
	PartnerID   *uuid.UUID          `json:"partner_id,omitempty"`
	Locale      string              `json:"locale"`
	Status      models.ReportStatus `json:"status"`
	Revision    int                 `json:"revision"`
	SHA256      *string             `json:"sha256,omitempty"`
	Error       *string             `json:"error,omitempty"`
	PublishAt   *time.Time          `json:"publish_at,omitempty"`
	PublishedAt *time.Time          `json:"published_at,omitempty"`
	Note        string              `json:"note,omitempty"` // therapist only, until it stands in the report.
	Version     int                 `json:"version"`
	CreatedAt   time.Time           `json:"created_at"`
}

// ReportDocument is a report to read in the browser: the same snapshot the PDF was drawn from.
type ReportDocument struct {
	Report   ReportView
	Snapshot reports.Snapshot
}

// RequestReport queues the building of a report, once per couple, month, audience, reader and language; asking again
// rebuilds a draft. Asking for one that is approved or published makes a new revision, which takes the earlier one's
// place and is approved anew. Faults: invalid, not_found, forbidden.
func (s *Service) RequestReport(ctx context.Context, actor Actor, coupleID uuid.UUID, in RequestReportInput) (ReportView, error) {
	var view ReportView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, writeClinical)
		if err != nil {
			return err
		}
		wanted, err := t.wantedReport(couple, in)
		if err != nil {
			return err
		}
		r, err := t.askReport(wanted, true)
		if err != nil {
			return err
		}
		if err := t.noteReport("create", r); err != nil {
			return err
		}
		view, err = t.reportView(r)
		return err
	})
	return view, err
}

// wantedReport checks what was asked for. Without a language, a partner's report speaks that partner's, the couple's the
// first partner's, and the therapists' the actor's.
func (t *txn) wantedReport(couple models.Couple, in RequestReportInput) (models.Report, error) {
	r := models.Report{CoupleID: couple.ID, Audience: in.Audience, Locale: in.Locale}
	practice, err := t.thePractice()
	if err != nil {
		return r, err
	}
	partners, err := models.PartnersOf(t.DB, couple.ID)
	if err != nil {
		return r, err
	}
	var c fault.Collector
	month, err := spanOf(in.Month, t.now, practice.Zone())
	if err != nil || in.Month == "" {
		c.Add("month", "progress.month", nil)
	}
	r.Month = month.month
	speaks := string(t.actor.Locale)
	switch in.Audience {
	case forCouple:
		if len(partners) > 0 {
			speaks = partners[0].Locale
		}
	case forTherapist:
	case forPartner:
		id, err := uuid.Parse(in.PartnerID)
		p, ok := partnerOf(partners, id)
		if err != nil || !ok {
			c.Add("partner_id", "error.field.recipients", nil)
			break
		}
		r.PartnerID, speaks = &p.ID, p.Locale
	default:
		c.Add("audience", "error.field.choice", nil)
	}
	if in.PartnerID != "" && in.Audience != forPartner {
		c.Add("partner_id", "error.field.unknown", nil)
	}
	if r.Locale == "" {
		r.Locale = speaks
	}
	checkLocale(&c, "locale", r.Locale)
	return r, c.Err()
}

// askReport makes sure that a report stands for what is wanted and is being built; again says whether one that is there
// already is built anew.
func (t *txn) askReport(wanted models.Report, again bool) (models.Report, error) {
	r, err := models.OpenReport(t.DB, wanted)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		r = wanted
		r.Row, r.Status, r.Revision, r.Version, r.CreatedAt = models.NewRow(t.PracticeID), models.ReportQueued, 1, 1, t.now
		made, err := models.AddReport(t.DB, r)
		if err != nil {
			return r, err
		}
		if !made { // Another transaction was first: its report is the one.
			return models.OpenReport(t.DB, wanted)
		}
		return r, t.queueBuild(r)
	}
	if err != nil || !again {
		return r, err
	}
	change := map[string]any{"status": models.ReportQueued, "error": nil}
	switch r.Status {
	case models.ReportQueued, models.ReportBuilding:
		return r, t.queueBuild(r)
	case models.ReportApproved, models.ReportPublished:
		if t.actor.Role == models.RoleTrainee { // It would take back what somebody who may decide has approved.
			return r, fault.New(fault.Forbidden, "")
		}
		r.Revision++
		r.ApprovedBy, r.ApprovedAt, r.PublishAt, r.PublishedAt = nil, nil, nil, nil
		change["revision"], change["approved_by"], change["approved_at"], change["publish_at"], change["published_at"] = r.Revision, nil, nil, nil, nil
		if err := t.dropReminders("report", []uuid.UUID{r.ID}, "changed"); err != nil {
			return r, err
		}
	}
	r.Status, r.Error = models.ReportQueued, nil
	return r, t.changeReport(&r, change, models.ReportDraft, models.ReportFailed, models.ReportApproved, models.ReportPublished)
}

// changeReport writes a change and, when the report is queued by it, the job that builds it. Faults: stale.
func (t *txn) changeReport(r *models.Report, change map[string]any, from ...models.ReportStatus) error {
	changed, err := models.ChangeReport(t.DB, r, change, from...)
	if err != nil {
		return err
	}
	if !changed {
		return fault.New(fault.Stale, "")
	}
	if r.Status == models.ReportQueued {
		return t.queueBuild(*r)
	}
	return nil
}

func (t *txn) queueBuild(r models.Report) error {
	return t.queue(JobBuildReport, r.ID, reportKey(r), t.now)
}

// reportKey names one state of a report, so that a job for it is the same job however often it is asked for.
func reportKey(r models.Report) string { return fmt.Sprintf("%s:%d.%d", r.ID, r.Revision, r.Version) }

// noteReport puts an act on a report on the record: a partner's own report in that partner's file, any other in both.
func (t *txn) noteReport(verb string, r models.Report) error {
	a := act{verb: verb, object: "report", objectID: r.ID, coupleID: r.CoupleID}
	if r.PartnerID == nil {
		return t.noteJoint(a)
	}
	a.coupleID, a.partnerID = uuid.Nil, *r.PartnerID
	t.note(a)
	return nil
}

func (t *txn) reportView(r models.Report) (ReportView, error) {
	views, err := t.reportViews([]models.Report{r})
	if err != nil {
		return ReportView{}, err
	}
	return views[0], nil
}

// reportViews gives the state of reports without their documents, with a constant number of statements.
func (t *txn) reportViews(list []models.Report) ([]ReportView, error) {
	names := map[uuid.UUID]string{}
	if t.actor.Member() {
		ids := make([]uuid.UUID, len(list))
		for i, r := range list {
			ids[i] = r.CoupleID
		}
		var err error
		if names, err = t.coupleNames(ids); err != nil {
			return nil, err
		}
	}
	views := make([]ReportView, len(list))
	for i, r := range list {
		views[i] = ReportView{
			ID: r.ID, CoupleID: r.CoupleID, CoupleName: names[r.CoupleID], Month: string(r.Month)[:7], Audience: r.Audience, PartnerID: r.PartnerID, Locale: r.Locale,
			Status: r.Status, Revision: r.Revision, SHA256: r.SHA256, Error: r.Error, PublishAt: r.PublishAt, PublishedAt: r.PublishedAt, Version: r.Version, CreatedAt: r.CreatedAt,
		}
	}
	return views, nil
}

// ListReports lists reports, newest month first: those of a clinician's couples, or those published for a partner.
// coupleID may be nil. Faults: not_found, forbidden.
func (s *Service) ListReports(ctx context.Context, actor Actor, coupleID uuid.UUID, page Page) (List[ReportView], error) {
	out := List[ReportView]{Data: []ReportView{}}
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		scope := models.ReportScope{CoupleID: coupleID}
		switch {
		case coupleID != uuid.Nil:
			if _, err := t.coupleFor(coupleID, agreementRight(actor, false)); err != nil {
				return err
			}
		case actor.Partner():
			scope.CoupleID = actor.CoupleID
		default:
			if err := mayUseLibrary(actor).fault(); err != nil {
				return err
			}
			scope.TreatedBy = actor.ID
		}
		if actor.Partner() {
			if _, err := t.ownPartner(); err != nil {
				return err
			}
			scope.ReaderID = actor.ID
		}
		list, err := models.Reports(t.DB, scope, offset, limit+1)
		if err != nil {
			return err
		}
		views, err := t.reportViews(list)
		if err != nil {
			return err
		}
		out = more(views, offset, limit)
		return nil
	})
	return out, err
}

// reportFor loads a report for an act, without its documents. A partner knows published ones that are meant for them, and
// nothing of any other. Faults: not_found, forbidden.
func (t *txn) reportFor(id uuid.UUID, r right) (models.Report, error) {
	find := models.FindReport
	if r == writeClinical || r == decide {
		find = models.LockReport
	}
	row, err := find(t.DB, id)
	if err != nil {
		return row, err
	}
	if t.actor.Partner() && (row.Status != models.ReportPublished || row.Audience == forTherapist || row.PartnerID != nil && *row.PartnerID != t.actor.ID) {
		return row, fault.Missing()
	}
	if t.actor.Partner() && r == readClinical {
		r = takePart
	}
	_, err = t.coupleFor(row.CoupleID, r)
	return row, err
}

func reportPlace(r models.Report, column string) place {
	switch {
	case r.Audience == forPartner && r.PartnerID != nil:
		return place{keyPerson, *r.PartnerID, "reports", column, r.ID}
	case r.Audience == forTherapist:
		return place{keyPractice, r.PracticeID, "reports", column, r.ID}
	}
	return place{keyCouple, r.CoupleID, "reports", column, r.ID}
}

// Report gives one report's state. A partner knows published ones only. Faults: not_found, forbidden.
func (s *Service) Report(ctx context.Context, actor Actor, id uuid.UUID) (ReportView, error) {
	var view ReportView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		r, err := t.reportFor(id, readClinical)
		if err != nil {
			return err
		}
		if view, err = t.reportView(r); err != nil || actor.Partner() {
			return err
		}
		with, err := models.ReportWithNote(t.DB, id)
		if err != nil {
			return err
		}
		if view.Note, err = t.openText(reportPlace(with, "note"), with.Note); err != nil {
			return err
		}
		return t.noteReport("read", r)
	})
	return view, err
}

// ReadReport gives the report's content for the browser; read and logged. Faults: not_found, forbidden, conflict while it
// has not been built.
func (s *Service) ReadReport(ctx context.Context, actor Actor, id uuid.UUID) (ReportDocument, error) {
	var doc ReportDocument
	err := s.inPractice(ctx, actor, func(t *txn) error {
		r, documents, err := t.builtReport(id, "read")
		if err != nil {
			return err
		}
		if ok, err := t.openJSON(reportPlace(r, "snapshot"), documents.Snapshot, &doc.Snapshot); err != nil {
			return err
		} else if !ok {
			return fault.Missing() // The person it was about was erased.
		}
		if doc.Report, err = t.reportView(r); err != nil || actor.Partner() {
			return err
		}
		doc.Report.Note, err = t.openText(reportPlace(r, "note"), documents.Note)
		return err
	})
	return doc, err
}

// ReportPDF gives the PDF's octets; every download is logged. Faults: not_found, forbidden, conflict while it has not been
// built.
func (s *Service) ReportPDF(ctx context.Context, actor Actor, id uuid.UUID) ([]byte, ReportView, error) {
	var pdf []byte
	var view ReportView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		r, documents, err := t.builtReport(id, "print")
		if err != nil {
			return err
		}
		var ok bool
		if pdf, ok, err = t.open(reportPlace(r, "pdf"), documents.PDF); err != nil {
			return err
		} else if !ok {
			return fault.Missing()
		}
		view, err = t.reportView(r)
		return err
	})
	return pdf, view, err
}

// builtReport loads a report with its documents for reading, and puts that on the record.
func (t *txn) builtReport(id uuid.UUID, verb string) (r, documents models.Report, err error) {
	if r, err = t.reportFor(id, readClinical); err != nil {
		return r, documents, err
	}
	if documents, err = models.ReportDocuments(t.DB, id); err != nil {
		return r, documents, err
	}
	if len(documents.PDF) == 0 || len(documents.Snapshot) == 0 || r.Status == models.ReportQueued || r.Status == models.ReportBuilding || r.Status == models.ReportFailed {
		return r, documents, fault.New(fault.Conflict, "progress.not_built")
	}
	return r, documents, t.noteReport(verb, r)
}
