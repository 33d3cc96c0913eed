package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// MonthProgress says how far the building of a month's reports is.
type MonthProgress struct {
	Month     string `json:"month"`
	Total     int    `json:"total"`
	Built     int    `json:"built"` // what no worker has to do any more: drafts, approved, published, withdrawn and failed ones.
	Failed    int    `json:"failed"`
	Drafts    int    `json:"drafts"`
	Approved  int    `json:"approved"` // and published.
	Withdrawn int    `json:"withdrawn"`
	// SecondsLeft is how long the rest takes at the pace of the last minutes; nil when nothing is left, or no pace is known yet.
	SecondsLeft *int `json:"seconds_left,omitempty"`
}

// The pace of building is measured so far back, once it was watched for a while: the first batches end together.
const (
	paceOver  = 10 * time.Minute
	paceAfter = 2 * time.Second
)

// ReportMonth says how far the building of a month's reports ("2026-10") is: of the couples an actor treats, or of the whole
// practice for the worker and the command line. Faults: invalid, forbidden.
func (s *Service) ReportMonth(ctx context.Context, actor Actor, month string) (MonthProgress, error) {
	p := MonthProgress{Month: month}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		scope, err := t.reportScope(ReportFilter{})
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		when, err := spanOf(month, t.now, practice.Zone())
		if err != nil {
			return err
		}
		scope.Month = when.month
		work, err := models.WorkOfMonth(t.DB, scope, t.now.Add(-paceOver))
		if err != nil {
			return err
		}
		p = monthProgress(when.month, work, t.now)
		return nil
	})
	return p, err
}

func monthProgress(month models.Day, work models.MonthWork, now time.Time) MonthProgress {
	p := MonthProgress{
		Month: string(month)[:7], Failed: work.ByStatus[models.ReportFailed], Drafts: work.ByStatus[models.ReportDraft],
		Approved: work.ByStatus[models.ReportApproved] + work.ByStatus[models.ReportPublished], Withdrawn: work.ByStatus[models.ReportWithdrawn],
	}
	p.Built = p.Failed + p.Drafts + p.Approved + p.Withdrawn
	waiting := work.ByStatus[models.ReportQueued] + work.ByStatus[models.ReportBuilding]
	p.Total = p.Built + waiting
	if waiting > 0 && work.Recent > 0 && work.First != nil && now.Sub(*work.First) >= paceAfter {
		each := now.Sub(*work.First).Seconds() / float64(work.Recent) // The first batch only starts the clock.
		left := int(each*float64(waiting) + 0.5)
		p.SecondsLeft = &left
	}
	return p
}

// RequestMonth asks for the reports of a month of a whole practice, as the first of a month does by itself. What stands
// already is left alone. Faults: invalid.
func (s *Service) RequestMonth(ctx context.Context, practiceID uuid.UUID, month string) error {
	return s.requestMonthly(ctx, practiceID, month)
}

// MonthReport is a report of a practice's month for the command line: ids and where it stands.
type MonthReport struct {
	ID       uuid.UUID
	CoupleID uuid.UUID
	Audience string
	Locale   string
	Status   models.ReportStatus
	Reason   string // the code of what kept it from being built.
}

// MonthReports lists all reports of a practice's month, for the command line. Faults: invalid.
func (s *Service) MonthReports(ctx context.Context, practiceID uuid.UUID, month string) ([]MonthReport, error) {
	var out []MonthReport
	err := s.inPractice(ctx, cliActor(practiceID), func(t *txn) error {
		scope, err := t.reportScope(ReportFilter{Month: month})
		if err != nil {
			return err
		}
		list, err := models.Reports(t.DB, scope, 0, -1)
		for _, r := range list {
			m := MonthReport{ID: r.ID, CoupleID: r.CoupleID, Audience: r.Audience, Locale: r.Locale, Status: r.Status}
			if r.Error != nil {
				m.Reason = *r.Error
			}
			out = append(out, m)
		}
		return err
	})
	return out, err
}

// ExportReport gives the PDF of a report as it stands, for the command line; it is on the record as an export. Faults:
// not_found, conflict while it has not been built.
func (s *Service) ExportReport(ctx context.Context, practiceID, reportID uuid.UUID) ([]byte, error) {
	var pdf []byte
	err := s.inPractice(ctx, cliActor(practiceID), func(t *txn) error {
		b, err := t.builtReport(reportID, "export")
		if err != nil {
			return err
		}
		pdf, err = t.openPDF(b)
		return err
	})
	return pdf, err
}

// cliActor is who acts at the command line, in a practice.
func cliActor(practiceID uuid.UUID) Actor {
	a := System(practiceID)
	a.Edge = "cli"
	return a
}
