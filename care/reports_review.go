package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
	"tussentijds/reports"
)

// reviewPage is how many reports can be reviewed on one page: the snapshot of each draft among them is opened.
const reviewPage = 30

// maxApprovals is how many reports one act may approve.
const maxApprovals = 100

// ReportGlance is a draft at a glance: what one looks at before reading it.
type ReportGlance struct {
	Sessions int      `json:"sessions"`
	Assigned int      `json:"assigned"`
	Done     int      `json:"done"`
	Asked    int      `json:"asked"` // how often an agreement was looked back on.
	Kept     int      `json:"kept"`
	Wins     int      `json:"wins"`
	Warnings []string `json:"warnings"`
	// Seen tells that the actor had this very version of the draft open: only such a draft can be approved with others at once.
	Seen bool `json:"seen"`
	// Later tells that the actor looked at it and wants to decide later: it is left out when all that was seen is approved.
	Later bool `json:"later"`
}

// Warnings of a glance.
const (
	WarnThin    = "thin"    // little happened that a report could show.
	WarnConsent = "consent" // a yes to an own line was taken back since: it has to be made anew.
	WarnFlag    = "flag"    // the therapist's own version of the same month points something out.
	WarnNoNote  = "no_note" // no word of the therapist stands in it.
)

// ReviewedReport is a report to review: its state, and a draft's glance.
type ReviewedReport struct {
	ReportView
	Partner string        `json:"-"` // whose own report it is, by name.
	Glance  *ReportGlance `json:"glance,omitempty"`
}

// ReviewReports lists reports for who decides on them, a couple's together, newest month first, each draft at a glance. A
// glance is a read of the file and recorded as one. Faults: invalid, forbidden.
func (s *Service) ReviewReports(ctx context.Context, actor Actor, f ReportFilter, page Page) (List[ReviewedReport], error) {
	out := List[ReviewedReport]{Data: []ReviewedReport{}}
	if page.Limit == 0 || page.Limit > reviewPage {
		page.Limit = reviewPage
	}
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		scope, err := t.reportScope(f)
		if err != nil {
			return err
		}
		list, err := models.ReportsToReview(t.DB, scope, offset, limit+1)
		if err != nil {
			return err
		}
		rest := len(list) > limit
		if rest {
			list = list[:limit]
		}
		reviewed, err := t.review(list)
		if err != nil {
			return err
		}
		if rest {
			reviewed = append(reviewed, ReviewedReport{})
		}
		out = more(reviewed, offset, limit)
		return nil
	})
	return out, err
}

// review opens the drafts of a list at a glance, with a constant number of statements, and puts that on the record.
func (t *txn) review(list []models.Report) ([]ReviewedReport, error) {
	views, err := t.reportViews(list)
	if err != nil {
		return nil, err
	}
	var sealed []models.Sealed
	var ids, couples []uuid.UUID
	for _, r := range list {
		ids, couples = append(ids, r.ID), append(couples, r.CoupleID)
		sealed = append(sealed, r.Snapshot)
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	seen, err := models.Glances(t.DB, t.actor.ID, ids)
	if err != nil {
		return nil, err
	}
	back, err := models.ConsentsTakenBack(t.DB, couples, models.ConsentReportLine)
	if err != nil {
		return nil, err
	}
	partners, err := models.PartnersOf(t.DB, couples...)
	if err != nil {
		return nil, err
	}
	names, err := t.partnerNames(partners...)
	if err != nil {
		return nil, err
	}
	out := make([]ReviewedReport, len(list))
	flagged := map[string]bool{}
	for i, r := range list {
		out[i].ReportView = views[i]
		if r.PartnerID != nil {
			out[i].Partner = names[*r.PartnerID]
		}
		if r.Status != models.ReportDraft {
			continue
		}
		var snap reports.Snapshot
		if ok, err := t.openJSON(reportPlace(r, "snapshot"), r.Snapshot, &snap); err != nil {
			return nil, err
		} else if !ok {
			continue // The person it was about was erased.
		}
		g := glanceOf(snap)
		if r.Audience != forTherapist && len(r.Note) == 0 {
			g.Warnings = append(g.Warnings, WarnNoNote)
		}
		if lineOutdated(r, back) {
			g.Warnings = append(g.Warnings, WarnConsent)
		}
		flagged[r.CoupleID.String()+views[i].Month] = flagged[r.CoupleID.String()+views[i].Month] || len(snap.Flags) > 0
		g.Seen = seen[r.ID].Version == r.Version
		g.Later = g.Seen && seen[r.ID].Later
		out[i].Glance = &g
		t.noteReportFor(partners, "read", r)
	}
	for i, r := range list {
		if out[i].Glance != nil && flagged[r.CoupleID.String()+views[i].Month] {
			out[i].Glance.Warnings = append(out[i].Glance.Warnings, WarnFlag)
		}
	}
	return out, nil
}

// UnseenDrafts gives the next draft that the actor has not had open as it is now, and how many there are; the zero id when
// there is none. It tells ids alone. Faults: forbidden.
func (s *Service) UnseenDrafts(ctx context.Context, actor Actor) (next uuid.UUID, left int, err error) {
	err = s.inPractice(ctx, actor, func(t *txn) error {
		scope, err := t.reportScope(ReportFilter{})
		if err != nil {
			return err
		}
		next, left, err = models.UnseenDrafts(t.DB, scope, actor.ID)
		return err
	})
	return next, left, err
}

// LeaveReport leaves a draft for later, or takes it up again, for the actor alone: it stays a draft, and out of what is approved
// together as seen. version is the one the actor looked at; once another is there the draft has to be looked at anew. Faults:
// not_found, forbidden, stale, conflict for what is no draft.
func (s *Service) LeaveReport(ctx context.Context, actor Actor, id uuid.UUID, later bool, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, writeClinical, version, func(t *txn, r *models.Report) error {
		if r.Status != models.ReportDraft {
			return fault.New(fault.Conflict, "progress.not_draft")
		}
		left, err := models.LeaveForLater(t.DB, actor.ID, r.ID, r.Version, later)
		if err == nil && !left {
			err = fault.New(fault.Conflict, "progress.not_seen")
		}
		return err
	})
}

// glanceOf counts what a snapshot shows.
func glanceOf(s reports.Snapshot) ReportGlance {
	g := ReportGlance{Sessions: s.Sessions.Held, Wins: len(s.Wins), Warnings: []string{}}
	for _, week := range s.Homework.Weeks {
		g.Assigned, g.Done = g.Assigned+week.Assigned, g.Done+week.Done
	}
	for _, a := range s.Agreements {
		for _, p := range a.Points {
			for _, week := range p.Weeks {
				g.Asked, g.Kept = g.Asked+week.Asked, g.Kept+week.Kept
			}
		}
	}
	if g.Sessions+g.Done+g.Asked+g.Wins < thinMonth {
		g.Warnings = append(g.Warnings, WarnThin)
	}
	return g
}

// thinMonth is how many things a month holds at least that is not called thin: sessions, tasks done, looks back and wins.
const thinMonth = 4

// ReportAt names a report at a version.
type ReportAt struct {
	ID      uuid.UUID `json:"id"`
	Version int       `json:"version"`
}

// ApproveReportsInput approves many drafts.
type ApproveReportsInput struct {
	Reports   []ReportAt `json:"reports"`
	PublishAt *time.Time `json:"publish_at,omitempty"`
}

// Approval is what came of one report among many: the report, or the fault that kept it a draft.
type Approval struct {
	ID     uuid.UUID
	Report *ReportView
	Fault  *fault.Error
}

// ApproveReports approves many drafts, each on its own: what one of them runs into keeps the others from nothing. A draft
// that the actor has not had open at the version given is refused. Faults: invalid, forbidden, and what passes, such as
// unavailable; those of one report are in its outcome.
func (s *Service) ApproveReports(ctx context.Context, actor Actor, in ApproveReportsInput) ([]Approval, error) {
	if len(in.Reports) == 0 {
		return nil, fault.Fieldf("reports", "progress.approve.none", nil)
	}
	if len(in.Reports) > maxApprovals {
		return nil, fault.Fieldf("reports", "progress.approve.many", map[string]any{"Max": maxApprovals})
	}
	if err := mayListReports(actor).fault(); err != nil {
		return nil, err
	}
	out := make([]Approval, len(in.Reports))
	for i, at := range in.Reports {
		out[i].ID = at.ID
		view, err := s.onReport(ctx, actor, at.ID, decide, at.Version, func(t *txn, r *models.Report) error {
			seen, err := models.Glances(t.DB, actor.ID, []uuid.UUID{r.ID})
			if err != nil {
				return err
			}
			if r.Status == models.ReportDraft && seen[r.ID].Version != r.Version {
				return fault.New(fault.Conflict, "progress.not_seen")
			}
			return t.approve(r, in.PublishAt)
		})
		if err == nil {
			out[i].Report = &view
			continue
		}
		if out[i].Fault = fault.From(err); fault.Retryable(err) {
			return out, err
		}
	}
	return out, nil
}
