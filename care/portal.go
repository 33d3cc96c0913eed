package care

import (
	"context"
	"time"

	"tussentijds/models"
)

// PortalView is the partner's today.
type PortalView struct {
	Name        string
	Practice    string
	Open        []TaskView
	Upcoming    []TaskView // within a week.
	DoneCount   int        // own tasks done in the last seven days.
	NextSession *SessionView
	Reports     []ReportView    // published in the last 40 days.
	Agreements  []AgreementView // waiting for one's signature or review.
	Paused      bool
	Notice      bool // joint work was rescheduled.
	Helplines   []models.Helpline
}

// PortalToday is the partner's start page: what is open now, what comes within a week, and what waits.
func (s *Service) PortalToday(ctx context.Context, actor Actor) (PortalView, error) {
	var v PortalView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		names, err := t.partnerNames(partner)
		if err != nil {
			return err
		}
		v.Name, v.Practice, v.Helplines = names[partner.ID], practice.Name, practice.Helplines.V
		v.Paused = partner.Status == models.PartnerPaused || partner.Status == models.PartnerWithdrawn
		rows, err := models.CurrentTasks(t.DB, partner.ID, t.now, t.now.AddDate(0, 0, 7))
		if err != nil {
			return err
		}
		views, err := t.taskViews(partner, rows)
		if err != nil {
			return err
		}
		for i, r := range rows {
			switch {
			case r.Status == models.TaskRescheduled:
				v.Notice = true
			case r.Status == models.TaskDone:
				v.DoneCount++
			case !r.OpensAt.After(t.now):
				v.Open = append(v.Open, views[i])
			default:
				v.Upcoming = append(v.Upcoming, views[i])
			}
		}
		t.note(act{verb: "read", object: "today", partnerID: partner.ID})
		return t.portalRest(&v, partner)
	})
	return v, err
}

// portalRest adds the next session, new reports and the agreements that wait.
func (t *txn) portalRest(v *PortalView, partner models.Partner) error {
	next, err := t.nextSession(partner)
	if err != nil {
		return err
	}
	v.NextSession = next
	if v.Reports, err = t.publishedReports(partner, t.now.Add(-40*24*time.Hour)); err != nil {
		return err
	}
	v.Agreements, err = t.waitingAgreements(partner)
	return err
}

// publishedReports lists the reports that a partner may open and that were published since a moment.
func (t *txn) publishedReports(partner models.Partner, since time.Time) ([]ReportView, error) {
	rows, err := models.PublishedReports(t.DB, partner, since)
	if err != nil {
		return nil, err
	}
	out := make([]ReportView, 0, len(rows))
	for _, r := range rows {
		out = append(out, ReportView{
			ID: r.ID, CoupleID: r.CoupleID, Month: string(r.Month)[:7], Audience: r.Audience, PartnerID: r.PartnerID, Locale: r.Locale,
			Status: r.Status, Revision: r.Revision, SHA256: r.SHA256, PublishedAt: r.PublishedAt, Version: r.Version, CreatedAt: r.CreatedAt,
		})
	}
	return out, nil
}
