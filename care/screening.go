package care

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// The private safety questions go to both partners at once, each alone, so that neither stands out (content brief 6.4.1). They
// are homework of one partner twice over, marked discreet: in no list, count, report or record that anybody but the couple's
// therapists sees, and never stopped by a hold.
const (
	libraryScreening = "safety-screening"
	discreetAt       = "10:30"             // in the middle of a working morning, when two people are seldom together.
	discreetOpen     = 14 * 24 * time.Hour // how long they can be answered.
	screeningMonths  = 3                   // how often they are proposed.
)

// screeningExercise is the id of the practice's private questions: an own exercise, or the library's.
func (t *txn) screeningExercise() (string, error) {
	practice, err := t.thePractice()
	if err != nil {
		return "", err
	}
	if practice.ScreeningExercise != "" {
		return practice.ScreeningExercise, nil
	}
	return libraryScreening, nil
}

// isScreening tells whether an exercise holds private questions: the library's always does, the practice's own while it is
// chosen.
func (t *txn) isScreening(id string) (bool, error) {
	chosen, err := t.screeningExercise()
	return id == libraryScreening || id == chosen, err
}

// SendScreeningInput says when the questions lie ready; both empty: the next working morning.
type SendScreeningInput struct {
	On string `json:"on,omitempty" form:"on"`
	At string `json:"at,omitempty" form:"at"`
}

// SendScreening sends the private questions to both partners at once, each alone, at a discreet hour and with nothing but the
// ordinary neutral message. It changes nothing else: no status, no count, no list. It also goes while a hold stands and after
// a separation. Faults: not_found, forbidden, invalid (on, at), conflict while earlier ones are still open, or when the
// work with the couple is paused or closed.
func (s *Service) SendScreening(ctx context.Context, actor Actor, coupleID uuid.UUID, in SendScreeningInput) (ScreeningView, error) {
	var view ScreeningView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, writeClinical)
		if err != nil {
			return err
		}
		if _, err := t.sendScreening(couple, in); err != nil {
			return err
		}
		sent, err := t.screenings(couple)
		if len(sent) > 0 {
			view = sent[0]
		}
		return err
	})
	return view, err
}

func (t *txn) sendScreening(couple models.Couple, in SendScreeningInput) ([]models.Assignment, error) {
	if couple.Status == models.CouplePaused || couple.Status == models.CoupleClosed {
		return nil, fault.New(fault.Conflict, "safety.screening_not_now")
	}
	if _, err := models.LockCouple(t.DB, couple.ID); err != nil { // Two therapists at once send them once.
		return nil, err
	}
	open, err := models.DiscreetOpen(t.DB, couple.ID, t.now)
	if err != nil {
		return nil, err
	}
	if open {
		return nil, fault.New(fault.Conflict, "safety.screening_open")
	}
	practice, err := t.thePractice()
	if err != nil {
		return nil, err
	}
	sched := schedule{kind: library.ScheduleOnce, at: in.At, starts: models.Day(in.On), zone: practice.Zone()}
	if in.On == "" {
		sched.starts = workingMorning(t.now, practice.Zone())
	}
	if in.At == "" {
		sched.at = discreetAt
	}
	var c fault.Collector
	sched.check(&c)
	if err := relocated(c.Err(), map[string]string{"starts_on": "on", "schedule.at": "at"}); err != nil {
		return nil, err
	}
	if sched.starts < models.DayOf(t.now.In(practice.Zone())) {
		return nil, fault.Fieldf("on", "error.field.past", nil)
	}
	return t.giveScreening(couple, sched)
}

// relocated names the wrong fields of a fault as the caller's own input calls them.
func relocated(err error, names map[string]string) error {
	f := fault.From(err)
	if f == nil {
		return nil
	}
	out := *f
	out.Fields = slices.Clone(f.Fields)
	for i, field := range out.Fields {
		if name, ok := names[field.Location]; ok {
			out.Fields[i].Location = name
		}
	}
	return &out
}

// giveScreening makes the two pieces of homework and their tasks.
func (t *txn) giveScreening(couple models.Couple, sched schedule) ([]models.Assignment, error) {
	id, err := t.screeningExercise()
	if err != nil {
		return nil, err
	}
	form, exercise, err := t.screeningForm(id)
	if err != nil {
		return nil, err
	}
	partners, err := models.PartnersOf(t.DB, couple.ID)
	if err != nil {
		return nil, err
	}
	var given []models.Assignment
	for _, p := range partners {
		if p.Status == models.PartnerWithdrawn {
			continue
		}
		a := models.Assignment{
			Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, FormID: form.ID, ExerciseID: exercise.ID, PartnerID: ref(p.ID),
			ScheduleKind: sched.kind, At: sched.at, StartsOn: sched.starts, AudienceOverrides: models.JSON[map[string]string]{V: map[string]string{}},
			Status: "active", LookBackDays: exercise.LookBackDays(sched.kind), Discreet: true, CreatedBy: t.actor.ID, Version: 1, CreatedAt: t.now,
		}
		if err := t.Create(&a).Error; err != nil {
			return nil, err
		}
		t.noteAssignment("create", a)
		given = append(given, a)
	}
	if len(given) == 0 {
		return nil, fault.New(fault.Conflict, "safety.screening_not_now")
	}
	return given, t.makeTasks(given)
}

// screeningForm freezes the private questions as they are now. Faults: conflict when the practice's own are gone.
func (t *txn) screeningForm(id string) (models.ExerciseForm, *library.Exercise, error) {
	if e, ok := t.s.Library.Exercise(id); ok {
		form, err := t.keepForm(e, false)
		return form, e, err
	}
	form, found, err := t.sharedForm(id)
	if err != nil || !found {
		if err == nil {
			err = fault.New(fault.Conflict, "safety.screening_missing")
		}
		return form, nil, err
	}
	e, err := decodeForm(form)
	return form, e, err
}

// assignScreening is AssignExercise for the private questions: they never go to one partner only.
func (t *txn) assignScreening(couple models.Couple, partner *uuid.UUID, in AssignExerciseInput) (AssignmentView, error) {
	if partner != nil {
		return AssignmentView{}, fault.Fieldf("for", "safety.screening_both", nil)
	}
	given, err := t.sendScreening(couple, SendScreeningInput{On: in.StartsOn, At: in.Schedule.At})
	if err != nil {
		return AssignmentView{}, err
	}
	return t.assignmentView(given[0])
}

// workingMorning is the next day from Monday to Friday of which half past ten is still to come.
func workingMorning(now time.Time, zone *time.Location) models.Day {
	day := now.In(zone)
	if !moment(models.DayOf(day), discreetAt, zone).After(now) {
		day = day.AddDate(0, 0, 1)
	}
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	return models.DayOf(day)
}

// OpenTask is Task for whoever opens a task to read it: the private questions open only behind a fresh sign-in, whatever was
// answered. Faults: those of Task, forbidden when the sign-in is not fresh.
func (s *Service) OpenTask(ctx context.Context, actor Actor, id uuid.UUID) (TaskView, error) {
	view, err := s.Task(ctx, actor, id)
	if err == nil && view.Private && !s.Fresh(actor) {
		return TaskView{}, fault.New(fault.Forbidden, "safety.fresh")
	}
	return view, err
}
