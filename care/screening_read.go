package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// ScreeningView is one sending of the private questions, for the couple's therapists alone.
type ScreeningView struct {
	Title   string
	SentAt  time.Time
	DueAt   time.Time
	Answers []ScreeningAnswer // of each partner, in their order.
}

// ScreeningAnswer is where one partner's stands.
type ScreeningAnswer struct {
	PartnerID uuid.UUID
	Partner   string
	Status    models.TaskStatus
	Response  *ResponseView // nil while there is none.
}

// SafetyView is all that concerns safety with a couple, in one place that only its therapists see.
type SafetyView struct {
	Alerts     []AlertView // that nobody has seen yet, the most urgent first.
	Screenings []ScreeningView
	NextFrom   time.Time // from when on the private questions are proposed again; zero when they never went.
	Open       bool      // the last ones can still be answered.
	Holds      []HoldView
}

// Safety gives the couple's safety record: alerts, private questions and holds. Reading it is on the record where no partner
// sees it. Faults: not_found, forbidden.
func (s *Service) Safety(ctx context.Context, actor Actor, coupleID uuid.UUID) (SafetyView, error) {
	var view SafetyView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, readClinical)
		if err != nil {
			return err
		}
		alerts, err := models.OpenAlertsOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		if view.Alerts, err = t.alertViews(alerts); err != nil {
			return err
		}
		if view.Screenings, err = t.screenings(couple); err != nil {
			return err
		}
		if len(view.Screenings) > 0 {
			view.NextFrom = view.Screenings[0].SentAt.AddDate(0, screeningMonths, 0)
		}
		if view.Open, err = models.DiscreetOpen(t.DB, couple.ID, t.now); err != nil {
			return err
		}
		t.note(act{verb: "read", object: "safety", objectID: couple.ID, coupleID: couple.ID, restricted: true})
		view.Holds, err = t.holdViews(couple.ID)
		return err
	})
	return view, err
}

// screenings opens what was sent to a couple, newest first: the two halves of one sending stand together.
func (t *txn) screenings(couple models.Couple) ([]ScreeningView, error) {
	given, tasks, responses, err := models.DiscreetWork(t.DB, couple.ID)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	partners, err := models.PartnersOf(t.DB, couple.ID)
	if err != nil {
		return nil, err
	}
	names, err := t.partnerNames(partners...)
	if err != nil {
		return nil, err
	}
	views, err := t.therapistViews(responses, partners)
	if err != nil {
		return nil, err
	}
	byTask := map[uuid.UUID]*ResponseView{}
	for i := range views {
		views[i].PartnerName = names[views[i].PartnerID]
		byTask[views[i].TaskID] = &views[i]
		t.note(act{verb: "read", object: "response", objectID: views[i].ID, partnerID: views[i].PartnerID, restricted: true})
	}
	var formIDs []uuid.UUID
	for _, a := range given {
		formIDs = append(formIDs, a.FormID)
	}
	forms, err := t.forms(formIDs...)
	if err != nil {
		return nil, err
	}
	byAssignment := map[uuid.UUID]models.Task{}
	for _, task := range tasks {
		byAssignment[task.AssignmentID] = task
	}
	var out []ScreeningView
	for _, a := range given { // Newest first; what was sent at the same moment is one.
		if n := len(out); n == 0 || !out[n-1].SentAt.Equal(a.CreatedAt) {
			out = append(out, ScreeningView{Title: forms[a.FormID].Title.In(string(t.actor.Locale)), SentAt: a.CreatedAt})
		}
		last := &out[len(out)-1]
		answer := ScreeningAnswer{PartnerID: *a.PartnerID, Partner: names[*a.PartnerID], Status: models.TaskRescheduled}
		if task, made := byAssignment[a.ID]; made {
			answer.Status, answer.Response, last.DueAt = task.Status, byTask[task.ID], task.DueAt
		}
		last.Answers = append(last.Answers, answer)
	}
	return out, nil
}

// ScreeningDue is a couple to which the private questions may be sent: they never went, or longer ago than three months.
type ScreeningDue struct {
	CoupleID   uuid.UUID
	CoupleName string
	LastAt     *time.Time
}

// screeningsDue lists the actor's couples of which both have come in and none is paused or closed.
func (t *txn) screeningsDue() ([]models.DiscreetDue, error) {
	return models.DiscreetDueFor(t.DB, t.actor.ID, t.now.AddDate(0, -screeningMonths, 0))
}
