package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// DeskView is the day of a member.
type DeskView struct {
	Today      []SessionView  // who comes today.
	HomeworkIn []HomeworkIn   // answers since the last session, by couple.
	Waiting    []WaitingItem  // what waits for the member: alerts by urgency, then the rest, oldest first.
	Screenings []ScreeningDue // couples to which the private questions may be sent.
	Passed     []PassedAlert  // urgent alerts that no therapist has seen, passed on to the member.
	Helplines  *HelplineGaps  // what is missing in the help lines, for an owner; nil when nothing is.
}

// HomeworkIn says how much of a couple's homework came in since the last session.
type HomeworkIn struct {
	CoupleID   uuid.UUID
	CoupleName string
	Done       int
	Assigned   int
	LastAt     *time.Time
}

// WaitingItem is something that waits for a member: a report to approve, a letter to reveal, a note to sign, an alert.
type WaitingItem struct {
	Kind       string     // report, reveal, note, cosign, alert, invitation, message.
	Alert      *AlertView // of an alert.
	Held       bool       // of an alert: a safety hold stands already.
	CoupleID   uuid.UUID
	CoupleName string
	SubjectID  uuid.UUID // the report, response, session (note, cosign), alert or partner.
	At         time.Time
}

const (
	maxToday       = 200
	maxWaiting     = 50
	maxAlerts      = 200
	withoutSession = 14 * 24 * time.Hour // how far back homework counts for a couple that had no session yet.
)

// DeskToday is a member's start page. The office sees the calendar alone; an owner also what is to be arranged for all: help
// lines, and urgent alerts that nobody has seen. It takes a constant number of statements. Faults: not_found for whoever is no
// member.
func (s *Service) DeskToday(ctx context.Context, actor Actor) (DeskView, error) {
	view := DeskView{Today: []SessionView{}, HomeworkIn: []HomeworkIn{}, Waiting: []WaitingItem{}}
	if !actor.Full() || !actor.Member() {
		return view, fault.Missing()
	}
	scope, some := scopeOf(actor)
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		if actor.Role != models.RoleOffice {
			if view.Passed, err = t.passedAlerts(); err != nil {
				return err
			}
		}
		if actor.Role == models.RoleOwner {
			view.Helplines = helplineGaps(practice, t.now)
		}
		if !some { // An owner who does not treat has no calendar and no couples.
			return nil
		}
		local := t.now.In(practice.Zone())
		scope.From = time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, practice.Zone())
		scope.Until = scope.From.AddDate(0, 0, 1)
		if treatsAtAll(actor) {
			scope.MemberID = actor.ID
		}
		list, err := models.Sessions(t.DB, scope, 0, maxToday)
		if err != nil {
			return err
		}
		if view.Today, err = t.viewSessions(list); err != nil || !treatsAtAll(actor) {
			return err
		}
		t.note(act{verb: "read", object: "desk"})
		return t.fillDesk(&view)
	})
	return view, err
}

// fillDesk adds what only a clinician sees.
func (t *txn) fillDesk(view *DeskView) error {
	homework, err := models.HomeworkSinceSession(t.DB, t.actor.ID, t.now.Add(-withoutSession), t.now)
	if err != nil {
		return err
	}
	waiting, err := models.WaitingFor(t.DB, t.actor.ID, t.actor.Role != models.RoleTrainee, maxWaiting)
	if err != nil {
		return err
	}
	due, err := t.screeningsDue()
	if err != nil {
		return err
	}
	open, err := models.OpenAlerts(t.DB, t.actor.ID, maxAlerts)
	if err != nil {
		return err
	}
	alerts, err := t.alertViews(open)
	if err != nil {
		return err
	}
	couples := map[uuid.UUID]uuid.UUID{} // alert to couple.
	var ids []uuid.UUID
	for _, h := range homework {
		ids = append(ids, h.CoupleID)
	}
	for _, w := range waiting {
		ids = append(ids, w.CoupleID)
	}
	for _, d := range due {
		ids = append(ids, d.CoupleID)
	}
	for _, a := range open {
		ids = append(ids, *a.CoupleID)
		couples[a.ID] = *a.CoupleID
	}
	names, err := t.coupleNames(ids)
	if err != nil {
		return err
	}
	for _, h := range homework {
		view.HomeworkIn = append(view.HomeworkIn, HomeworkIn{CoupleID: h.CoupleID, CoupleName: names[h.CoupleID], Done: h.Done, Assigned: h.Assigned, LastAt: h.LastAt})
	}
	var held map[uuid.UUID]models.Couple
	if len(alerts) > 0 {
		if held, err = models.CouplesByID(t.DB, ids); err != nil {
			return err
		}
	}
	for i, a := range alerts {
		couple := couples[a.ID]
		view.Waiting = append(view.Waiting, WaitingItem{Kind: "alert", Alert: &alerts[i], Held: held[couple].SafetyHoldAt != nil, CoupleID: couple, CoupleName: names[couple], SubjectID: a.ID, At: a.At})
	}
	for _, d := range due {
		view.Screenings = append(view.Screenings, ScreeningDue{CoupleID: d.CoupleID, CoupleName: names[d.CoupleID], LastAt: d.LastAt})
	}
	for _, w := range waiting {
		view.Waiting = append(view.Waiting, WaitingItem{Kind: w.Kind, CoupleID: w.CoupleID, CoupleName: names[w.CoupleID], SubjectID: w.SubjectID, At: w.At})
	}
	return nil
}
