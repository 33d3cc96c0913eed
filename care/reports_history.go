package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// ReportRevisionView is what was approved once.
type ReportRevisionView struct {
	Revision    int                 `json:"revision"`
	SHA256      string              `json:"sha256"`
	BuiltAt     time.Time           `json:"built_at"`
	ApprovedAt  time.Time           `json:"approved_at"`
	ApprovedBy  uuid.UUID           `json:"approved_by"`
	Approver    string              `json:"-"`
	PublishedAt *time.Time          `json:"published_at,omitempty"`
	WithdrawnAt *time.Time          `json:"withdrawn_at,omitempty"`
	Shown       bool                `json:"shown"` // what its readers have now.
	Openings    []ReportOpeningView `json:"openings"`
}

// ReportOpeningView tells when a reader of a published revision first opened it, and first downloaded it.
type ReportOpeningView struct {
	PartnerID    uuid.UUID  `json:"partner_id"`
	Name         string     `json:"-"`
	OpenedAt     *time.Time `json:"opened_at"` // nil: not yet.
	DownloadedAt *time.Time `json:"downloaded_at,omitempty"`
}

// ReportRevisions gives what was approved of a report, newest first, each with who opened it when: for the couple's
// clinicians, never for a partner, who must not learn when the other read. Faults: not_found, forbidden.
func (s *Service) ReportRevisions(ctx context.Context, actor Actor, id uuid.UUID) ([]ReportRevisionView, error) {
	views := []ReportRevisionView{}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		r, err := t.reportFile(id)
		if err != nil {
			return err
		}
		revisions, err := models.RevisionsOf(t.DB, id)
		if err != nil {
			return err
		}
		openings, err := models.OpeningsOf(t.DB, r.ID)
		if err != nil {
			return err
		}
		readers, err := t.meantFor(r)
		if err != nil {
			return err
		}
		approvers := make([]uuid.UUID, len(revisions))
		for i, v := range revisions {
			approvers[i] = v.ApprovedBy
		}
		staff, err := models.RowsByID[models.Member](t.DB, approvers, "practice_id", "id", "name")
		if err != nil {
			return err
		}
		for _, v := range revisions {
			view := ReportRevisionView{
				Revision: v.Revision, SHA256: v.SHA256, BuiltAt: v.BuiltAt, ApprovedAt: v.ApprovedAt, ApprovedBy: v.ApprovedBy, Approver: staff[v.ApprovedBy].Name,
				PublishedAt: v.PublishedAt, WithdrawnAt: v.WithdrawnAt, Shown: r.ShownRevision != nil && *r.ShownRevision == v.Revision, Openings: []ReportOpeningView{},
			}
			if v.PublishedAt != nil {
				view.Openings = openingsOf(v, readers, openings)
			}
			views = append(views, view)
		}
		return t.noteReport("read", r)
	})
	return views, err
}

// reportFile loads a report for what the practice alone may know of it. Faults: not_found, forbidden for a partner who may
// see that it is there.
func (t *txn) reportFile(id uuid.UUID) (models.Report, error) {
	r, err := t.reportFor(id, readClinical)
	if err == nil && t.actor.Partner() {
		err = fault.New(fault.Forbidden, "")
	}
	return r, err
}

// meantFor gives the partners who may read a report once it is published, by name.
func (t *txn) meantFor(r models.Report) ([]ReportOpeningView, error) {
	if r.Audience == forTherapist {
		return nil, nil
	}
	partners, err := models.PartnersOf(t.DB, r.CoupleID)
	if err != nil {
		return nil, err
	}
	names, err := t.partnerNames(partners...)
	if err != nil {
		return nil, err
	}
	var out []ReportOpeningView
	for _, p := range partners {
		if r.PartnerID == nil || *r.PartnerID == p.ID {
			out = append(out, ReportOpeningView{PartnerID: p.ID, Name: names[p.ID]})
		}
	}
	return out, nil
}

// openingsOf says of each reader when a revision was opened.
func openingsOf(v models.ReportRevision, readers []ReportOpeningView, openings []models.ReportOpening) []ReportOpeningView {
	out := append([]ReportOpeningView{}, readers...)
	for _, o := range openings {
		for i := range out {
			if o.Revision == v.Revision && o.PartnerID == out[i].PartnerID {
				out[i].OpenedAt, out[i].DownloadedAt = &o.OpenedAt, o.DownloadedAt
			}
		}
	}
	return out
}

// RevisionPDF gives the octets that were approved as a revision, for the couple's clinicians; logged like every download.
// Faults: not_found, forbidden.
func (s *Service) RevisionPDF(ctx context.Context, actor Actor, id uuid.UUID, revision int) ([]byte, ReportView, error) {
	var pdf []byte
	var view ReportView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		r, err := t.reportFile(id)
		if err != nil {
			return err
		}
		b, err := t.revisionOf(r, revision)
		if err != nil {
			return err
		}
		if pdf, err = t.openPDF(b); err != nil {
			return err
		}
		if view, err = t.reportView(b.report); err != nil {
			return err
		}
		return t.noteReport("print", r)
	})
	return pdf, view, err
}
