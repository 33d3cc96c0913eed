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
	CorrectedAt *time.Time          `json:"corrected_at,omitempty"` // when what is published took the place of an earlier revision.
	// ShownRevision is the revision that the readers have now; for the practice alone.
	ShownRevision *int       `json:"shown_revision,omitempty"`
	ApprovedAt    *time.Time `json:"approved_at,omitempty"`
	Note          string     `json:"note,omitempty"`     // the therapist's words; for the practice alone, until they stand in the report.
	Goals         []string   `json:"goals,omitempty"`    // for the month to come; likewise.
	LeftOut       []string   `json:"left_out,omitempty"` // ids of sections that stay out of it.
	Version       int        `json:"version"`
	CreatedAt     time.Time  `json:"created_at"`
}

// Correcting tells whether a corrected revision is being made while its readers have an earlier one.
func (v ReportView) Correcting() bool {
	return v.ShownRevision != nil && *v.ShownRevision != v.Revision
}

// RequestReport queues the building of a report, once per couple, month, audience, reader and language; asking again
// rebuilds a draft. Asking for one that is approved or published makes a corrected revision, which takes the earlier one's
// place once it is approved too. Faults: invalid, not_found, forbidden.
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
	return r, t.buildAgain(&r)
}

// buildAgain queues a report that stands: a draft is made anew; what is approved gets a corrected revision, and readers keep
// the one they have until that is approved. Faults: forbidden for a trainee who would set aside what somebody approved.
func (t *txn) buildAgain(r *models.Report) error {
	change := map[string]any{"status": models.ReportQueued, "error": nil}
	switch r.Status {
	case models.ReportQueued, models.ReportBuilding:
		return t.queueBuild(*r)
	case models.ReportApproved, models.ReportPublished:
		if t.actor.Role == models.RoleTrainee {
			return fault.New(fault.Forbidden, "")
		}
		if r.Status == models.ReportApproved { // Nobody has it yet, and now nobody will.
			if err := models.EndRevisions(t.DB, r.ID, r.Revision, t.now); err != nil {
				return err
			}
		}
		var err error
		if r.Revision, err = models.NextRevision(t.DB, *r); err != nil {
			return err
		}
		r.ApprovedBy, r.ApprovedAt, r.PublishAt, r.SHA256, r.BuiltAt = nil, nil, nil, nil, nil
		change["revision"], change["approved_by"], change["approved_at"], change["publish_at"], change["sha256"], change["built_at"] = r.Revision, nil, nil, nil, nil, nil
	}
	r.Status, r.Error = models.ReportQueued, nil
	return t.changeReport(r, change, models.ReportDraft, models.ReportFailed, models.ReportApproved, models.ReportPublished)
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
	if r.PartnerID != nil {
		t.noteReportFor(nil, verb, r)
		return nil
	}
	partners, err := models.PartnersOf(t.DB, r.CoupleID)
	if err != nil {
		return err
	}
	t.noteReportFor(partners, verb, r)
	return nil
}

// noteReportFor is noteReport with the partners at hand.
func (t *txn) noteReportFor(partners []models.Partner, verb string, r models.Report) {
	a := act{verb: verb, object: "report", objectID: r.ID}
	if r.PartnerID != nil {
		a.partnerID = *r.PartnerID
		t.note(a)
		return
	}
	a.coupleID = r.CoupleID
	t.noteJointFor(partners, a)
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
			Status: r.Status, Revision: r.Revision, SHA256: r.SHA256, Error: r.Error, PublishAt: r.PublishAt, PublishedAt: r.PublishedAt,
			CorrectedAt: r.CorrectedAt, ShownRevision: r.ShownRevision, ApprovedAt: r.ApprovedAt, Version: r.Version, CreatedAt: r.CreatedAt,
		}
	}
	return views, nil
}

// publishedView is a report as its readers know it: the revision they have, and nothing of one that is being made.
func publishedView(r models.Report) ReportView {
	return ReportView{
		ID: r.ID, CoupleID: r.CoupleID, Month: string(r.Month)[:7], Audience: r.Audience, PartnerID: r.PartnerID, Locale: r.Locale,
		Status: models.ReportPublished, Revision: r.Revision, SHA256: r.SHA256, PublishedAt: r.PublishedAt, CorrectedAt: r.CorrectedAt,
		Version: r.Revision, CreatedAt: r.CreatedAt,
	}
}

// ReportFilter narrows a list of reports; the zero value narrows nothing.
type ReportFilter struct {
	CoupleID uuid.UUID
	Month    string // YYYY-MM.
	Statuses []models.ReportStatus
}

// scope says which reports an actor of the practice may list by the filter. Faults: invalid, not_found, forbidden.
func (t *txn) reportScope(f ReportFilter) (models.ReportScope, error) {
	scope := models.ReportScope{CoupleID: f.CoupleID, Statuses: f.Statuses}
	if f.Month != "" {
		month, err := time.Parse("2006-01", f.Month)
		if err != nil {
			return scope, fault.Fieldf("month", "progress.month", nil)
		}
		scope.Month = models.DayOf(month)
	}
	if f.CoupleID != uuid.Nil {
		_, err := t.coupleFor(f.CoupleID, readClinical)
		return scope, err
	}
	if t.actor.Member() {
		scope.TreatedBy = t.actor.ID
	}
	return scope, mayListReports(t.actor).fault()
}

// ListReports lists reports, newest month first: those of a clinician's couples, or those published for a partner, whom the
// filter's states do not concern. Faults: invalid, not_found, forbidden.
func (s *Service) ListReports(ctx context.Context, actor Actor, f ReportFilter, page Page) (List[ReportView], error) {
	out := List[ReportView]{Data: []ReportView{}}
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		if actor.Partner() {
			out, err = t.ownReports(f, offset, limit)
			return err
		}
		scope, err := t.reportScope(f)
		if err != nil {
			return err
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

// ownReports lists what is published for the acting partner.
func (t *txn) ownReports(f ReportFilter, offset, limit int) (List[ReportView], error) {
	out := List[ReportView]{Data: []ReportView{}}
	if _, err := t.ownPartner(); err != nil {
		return out, err
	}
	if f.CoupleID != uuid.Nil {
		if _, err := t.coupleFor(f.CoupleID, takePart); err != nil {
			return out, err
		}
	}
	list, err := models.PublishedReports(t.DB, t.actor.CoupleID, t.actor.ID, time.Time{}, offset, limit+1)
	if err != nil {
		return out, err
	}
	views := make([]ReportView, len(list))
	for i, r := range list {
		views[i] = publishedView(r)
	}
	return more(views, offset, limit), nil
}
