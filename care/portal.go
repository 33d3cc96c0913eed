package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
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
	Message     bool // a message waits, in whichever thread: it never says which, from whom, or how many.
	Helplines   []models.Helpline
}

// PortalToday is the partner's start page: what is open now, what comes within a week, and what waits. It is a hot page:
// everything goes out in one round trip, the record of reading it included.
func (s *Service) PortalToday(ctx context.Context, actor Actor) (PortalView, error) {
	var v PortalView
	if !actor.Partner() || !actor.Full() {
		return v, fault.Missing()
	}
	t := s.detached(ctx, actor)
	t.note(act{verb: "read", object: "today", partnerID: actor.ID})
	var (
		partner  models.Partner
		practice models.Practice
		keys     []models.WrappedKey
		tasks    []models.Task
		next     models.Session
		names    []string
		reports  []models.Report
		waiting  bool
	)
	err := s.DB.BatchInPractice(ctx, actor.PracticeID, actor.ID, func(b *db.Batch) {
		models.BatchPartner(b, &partner, &practice, actor.ID)
		models.BatchKeys(b, &keys, actor.CoupleID)
		models.BatchCurrentTasks(b, &tasks, actor.ID, t.now, t.now.AddDate(0, 0, 7))
		models.BatchNextSession(b, &next, &names, actor.CoupleID, actor.ID, t.now)
		models.BatchPublishedReports(b, &reports, actor.CoupleID, actor.ID, t.now.Add(-40*24*time.Hour))
		models.BatchAnyWaiting(b, &waiting, actor.CoupleID, models.DayOf(t.now.In(actor.Zone)))
		models.BatchMessageWaits(b, &v.Message, actor.ID)
		t.batchEvents(b, models.BatchEvent)
	})
	if err != nil {
		return v, err
	}
	if partner.ID != actor.ID {
		return v, fault.Missing()
	}
	if err := t.take(keys); err != nil {
		return v, err
	}
	if v.Name, err = t.openText(partnerName(partner), partner.Name); err != nil {
		return v, err
	}
	v.Practice, v.Helplines = practice.Name, practice.Helplines.V
	v.Paused = partner.Status == models.PartnerPaused || partner.Status == models.PartnerWithdrawn
	if next.ID != uuid.Nil {
		v.NextSession = &SessionView{ID: next.ID, CoupleID: next.CoupleID, Therapists: next.Therapists.V, Names: names, Room: next.Room, Kind: next.Kind, PartnerID: next.PartnerID, StartsAt: next.StartsAt, EndsAt: next.EndsAt, Status: next.Status, Version: next.Version}
	}
	for _, r := range reports {
		v.Reports = append(v.Reports, publishedView(r))
	}
	if err := t.sortToday(&v, partner, tasks); err != nil || !waiting {
		return v, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		v.Agreements, err = t.waitingAgreements(partner)
		return err
	})
	return v, err
}

// sortToday puts a partner's tasks where they stand on the start page.
func (t *txn) sortToday(v *PortalView, partner models.Partner, tasks []models.Task) error {
	views, err := t.taskViews(partner, tasks)
	if err != nil {
		return err
	}
	for i, r := range tasks {
		switch {
		case r.Discreet && (!r.Status.Unfinished() || r.OpensAt.After(t.now)): // Private questions are there while they can be answered.
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
	return nil
}
