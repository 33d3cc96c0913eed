package care

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// ScheduleInput says when an assignment falls due, in the practice's time zone.
type ScheduleInput struct {
	Kind  string `json:"kind" form:"kind"` // once, daily, times_per_week, weekly, monthly, rrule.
	Times int    `json:"times,omitempty" form:"times"`
	RRule string `json:"rrule,omitempty" form:"rrule"`
	At    string `json:"at,omitempty" form:"at"` // "20:00".
}

// AssignExerciseInput gives an exercise to a couple or one partner.
type AssignExerciseInput struct {
	ExerciseID        string            `json:"exercise_id" form:"exercise_id"`
	For               string            `json:"for" form:"for"` // both, or a partner's id.
	Schedule          ScheduleInput     `json:"schedule"`
	StartsOn          string            `json:"starts_on" form:"starts_on"`
	EndsOn            string            `json:"ends_on,omitempty" form:"ends_on"`
	AudienceOverrides map[string]string `json:"audience_overrides,omitempty"` // narrower only.
}

// AssignmentView is an assignment as the therapist sees it.
type AssignmentView struct {
	ID         uuid.UUID         `json:"id"`
	CoupleID   uuid.UUID         `json:"couple_id"`
	ExerciseID string            `json:"exercise_id"`
	Exercise   *library.Exercise `json:"-"`
	Title      string            `json:"title"`
	For        string            `json:"for"`
	Schedule   ScheduleInput     `json:"schedule"`
	StartsOn   models.Day        `json:"starts_on"`
	EndsOn     models.Day        `json:"ends_on,omitempty"`
	Status     string            `json:"status"`
	Version    int               `json:"version"`
	CreatedAt  time.Time         `json:"created_at"`
	Done       int               `json:"done"` // tasks done, of Assigned that fell due.
	Assigned   int               `json:"assigned"`
	NextDue    *time.Time        `json:"next_due,omitempty"`
	Paused     bool              `json:"paused,omitempty"` // an answer asked for it; it comes again with ResumeAssignment.
}

// ChangeAssignmentInput changes what is given, for tasks that are still to come.
type ChangeAssignmentInput struct {
	Schedule *ScheduleInput `json:"schedule,omitempty"`
	EndsOn   *string        `json:"ends_on,omitempty"`
	Version  int            `json:"-"`
}

// defaultAt is when homework falls due unless someone chose otherwise: after dinner, before television.
const defaultAt = "20:00"

// ofKind gives what the kind of schedule asks for and leaves out what belongs to another.
func (in ScheduleInput) ofKind() (times int, rule string) {
	switch in.Kind {
	case "times_per_week":
		return in.Times, ""
	case "rrule":
		return 0, strings.TrimPrefix(strings.TrimSpace(in.RRule), "RRULE:")
	}
	return 0, ""
}

// check reads the input against the exercise. partner is nil for both.
func (in AssignExerciseInput) check(e *library.Exercise, partners []models.Partner, zone *time.Location) (partner *uuid.UUID, s schedule, err error) {
	var c fault.Collector
	if in.Schedule.At == "" {
		in.Schedule.At = defaultAt
	}
	times, rule := in.Schedule.ofKind()
	s = schedule{kind: in.Schedule.Kind, times: times, rule: rule, at: in.Schedule.At, starts: models.Day(in.StartsOn), ends: models.Day(in.EndsOn), zone: zone}
	s.check(&c)
	if in.For != "both" {
		for _, p := range partners {
			if p.ID.String() == in.For {
				partner = &p.ID
			}
		}
		if partner == nil {
			c.Add("for", "error.field.recipients", nil)
		}
	}
	if partner != nil && (e.Joint || e.Kind == library.KindAgreement) {
		c.Add("for", "error.field.recipients", nil)
	}
	if e.Card {
		c.Add("exercise_id", "error.field.choice", nil)
	}
	if e.Signers != "" && !slices.ContainsFunc(partners, func(p models.Partner) bool { return p.Role == e.Signers }) {
		c.Add("exercise_id", "safety.roles_needed", nil)
	}
	for id, chosen := range in.AudienceOverrides {
		q, ok := e.Question(id)
		if !ok || !narrows(q.Audience, library.Audience(chosen)) {
			c.Add("audience_overrides."+printableID(id), "error.field.narrower", nil)
		}
	}
	return partner, s, c.Err()
}

// printableID keeps a typed id from becoming a long or odd location.
func printableID(id string) string {
	if len(id) > 60 || !plainLine(id) {
		return "?"
	}
	return id
}

// AssignExercise assigns homework, freezes the exercise's version and audiences, and makes the first tasks with their
// reminders. An agreement also gets its draft. The private safety questions always go to both, each alone, as SendScreening
// does. Faults: not_found, invalid, conflict while joint work is held.
func (s *Service) AssignExercise(ctx context.Context, actor Actor, coupleID uuid.UUID, in AssignExerciseInput) (AssignmentView, error) {
	var view AssignmentView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, writeClinical)
		if err != nil {
			return err
		}
		exercise, own, err := t.findExercise(in.ExerciseID)
		if err != nil {
			return err
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		partner, sched, err := in.check(exercise, partners, practice.Zone())
		if err != nil {
			return err
		}
		if private, err := t.isScreening(exercise.ID); err != nil || private {
			if err == nil {
				view, err = t.assignScreening(couple, partner, in)
			}
			return err
		}
		if partner == nil && !couple.JointWork() || couple.SafetyHoldAt != nil && exercise.RequiresNoHold {
			return fault.New(fault.Conflict, "error.joint_held")
		}
		form, err := t.keepForm(exercise, own)
		if err != nil {
			return err
		}
		overrides := in.AudienceOverrides
		if overrides == nil {
			overrides = map[string]string{}
		}
		a := models.Assignment{
			Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, FormID: form.ID, ExerciseID: exercise.ID, PartnerID: partner,
			ScheduleKind: sched.kind, Times: sched.times, RRule: sched.rule, At: sched.at, StartsOn: sched.starts, EndsOn: sched.ends,
			AudienceOverrides: models.JSON[map[string]string]{V: overrides}, Status: "active", LookBackDays: exercise.LookBackDays(sched.kind), CreatedBy: actor.ID, Version: 1, CreatedAt: t.now,
		}
		if err := t.Create(&a).Error; err != nil {
			return err
		}
		t.noteAssignment("create", a)
		if couple.Status == models.CoupleIntake { // The first homework begins the work.
			if err := t.Model(&models.Couple{}).Where("id = ?", couple.ID).Updates(map[string]any{"status": models.CoupleActive, "version": couple.Version + 1, "updated_at": t.now}).Error; err != nil {
				return err
			}
		}
		if err := t.makeTasks([]models.Assignment{a}); err != nil {
			return err
		}
		view, err = t.assignmentView(a)
		return err
	})
	return view, err
}

// noteAssignment puts an act on homework on the record; that for one stands in that partner's own file, so that the other
// does not learn of it.
func (t *txn) noteAssignment(verb string, a models.Assignment) {
	n := act{verb: verb, object: "assignment", objectID: a.ID, coupleID: a.CoupleID, restricted: a.Discreet}
	if a.PartnerID != nil {
		n.coupleID, n.partnerID = uuid.Nil, *a.PartnerID
	}
	t.note(n)
}

// findExercise finds an exercise of the library or the practice's own. Faults: invalid at exercise_id.
func (t *txn) findExercise(id string) (*library.Exercise, bool, error) {
	if e, ok := t.s.Library.Exercise(id); ok {
		return e, false, nil
	}
	ownID, err := uuid.Parse(id)
	if err != nil { // Own ones have a UUID.
		return nil, false, fault.Fieldf("exercise_id", "error.field.choice", nil)
	}
	form, err := t.givableForm(ownID)
	if err != nil {
		return nil, false, err
	}
	e, err := decodeForm(form)
	return e, true, err
}

func (t *txn) assignmentView(a models.Assignment) (AssignmentView, error) {
	views, err := t.assignmentViews([]models.Assignment{a})
	if err != nil {
		return AssignmentView{}, err
	}
	return views[0], nil
}

func (t *txn) assignmentViews(rows []models.Assignment) ([]AssignmentView, error) {
	formIDs := make([]uuid.UUID, 0, len(rows))
	ids := make([]uuid.UUID, 0, len(rows))
	for _, a := range rows {
		formIDs, ids = append(formIDs, a.FormID), append(ids, a.ID)
	}
	forms, err := t.forms(formIDs...)
	if err != nil {
		return nil, err
	}
	counts, err := models.CountTasks(t.DB, ids, t.now)
	if err != nil {
		return nil, err
	}
	out := make([]AssignmentView, 0, len(rows))
	for _, a := range rows {
		v := AssignmentView{
			ID: a.ID, CoupleID: a.CoupleID, ExerciseID: a.ExerciseID, Exercise: forms[a.FormID], For: "both",
			Schedule: ScheduleInput{Kind: a.ScheduleKind, Times: a.Times, RRule: a.RRule, At: a.At},
			StartsOn: a.StartsOn, EndsOn: a.EndsOn, Status: a.Status, Version: a.Version, CreatedAt: a.CreatedAt, Paused: a.Status == "active" && a.PauseAt != nil,
		}
		if v.Exercise != nil {
			v.Title = v.Exercise.Title.In(string(t.actor.Locale))
		}
		if a.PartnerID != nil {
			v.For = a.PartnerID.String()
		}
		if n, ok := counts[a.ID]; ok {
			v.Done, v.Assigned, v.NextDue = n.Done, n.Due, n.Next
		}
		out = append(out, v)
	}
	return out, nil
}

// ListAssignments lists a couple's homework, newest first. Faults: not_found, forbidden.
func (s *Service) ListAssignments(ctx context.Context, actor Actor, coupleID uuid.UUID, page Page) (List[AssignmentView], error) {
	var out List[AssignmentView]
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, readClinical)
		if err != nil {
			return err
		}
		rows, err := models.AssignmentsOf(t.DB, couple.ID, offset, limit+1)
		if err != nil {
			return err
		}
		views, err := t.assignmentViews(rows)
		if err != nil {
			return err
		}
		t.note(act{verb: "read", object: "assignments", coupleID: couple.ID})
		out = more(views, offset, limit)
		return nil
	})
	return out, err
}

// more makes a part of a list from rows read with one to spare.
func more[T any](rows []T, offset, limit int) List[T] {
	out := window(rows, 0, limit)
	if out.Next != nil {
		cursor := strconv.Itoa(offset + limit)
		out.Next = &cursor
	}
	return out
}

// ChangeAssignment changes schedule or end for what is still to come; what is done stays. Faults: stale, invalid.
func (s *Service) ChangeAssignment(ctx context.Context, actor Actor, id uuid.UUID, in ChangeAssignmentInput) (AssignmentView, error) {
	var view AssignmentView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		a, err := t.assignmentFor(id)
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		if a.Status != "active" {
			return fault.New(fault.Conflict, "")
		}
		if in.Schedule != nil {
			a.ScheduleKind = in.Schedule.Kind
			a.Times, a.RRule = in.Schedule.ofKind()
			if in.Schedule.At != "" {
				a.At = in.Schedule.At
			}
		}
		if in.EndsOn != nil {
			a.EndsOn = models.Day(*in.EndsOn)
		}
		var c fault.Collector
		scheduleOf(a, practice.Zone()).check(&c)
		if err := c.Err(); err != nil {
			return err
		}
		r := t.Model(&models.Assignment{}).Where("id = ? and version = ?", a.ID, in.Version).Updates(map[string]any{
			"schedule_kind": a.ScheduleKind, "times": a.Times, "rrule": a.RRule, "at": a.At, "ends_on": a.EndsOn,
			"materialised_until": nil, "version": in.Version + 1,
		})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Stale, "")
		}
		a.Version, a.MaterialisedUntil = in.Version+1, nil
		stopped, err := models.CancelTasks(t.DB, a.ID, t.now)
		if err != nil {
			return err
		}
		if err := t.dropReminders("task", stopped, "moved"); err != nil {
			return err
		}
		if err := models.ClearComing(t.DB, a.ID, t.now); err != nil {
			return err
		}
		t.noteAssignment("change", a)
		if err := t.makeTasks([]models.Assignment{a}); err != nil {
			return err
		}
		view, err = t.assignmentView(a)
		return err
	})
	return view, err
}

func (t *txn) assignmentFor(id uuid.UUID) (models.Assignment, error) {
	if t.actor.Partner() { // Forbidden would tell a partner of homework that is the other's alone.
		return models.Assignment{}, fault.Missing()
	}
	a, err := models.FindAssignment(t.DB, id)
	if err != nil {
		return a, err
	}
	_, err = t.coupleFor(a.CoupleID, writeClinical)
	return a, err
}

// CancelAssignment stops the homework; open tasks and their reminders go, answers stay. Faults: not_found, stale.
func (s *Service) CancelAssignment(ctx context.Context, actor Actor, id uuid.UUID, version int) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		a, err := t.assignmentFor(id)
		if err != nil {
			return err
		}
		r := t.Model(&models.Assignment{}).Where("id = ? and version = ?", a.ID, version).Updates(map[string]any{"status": "cancelled", "version": version + 1})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Stale, "")
		}
		stopped, err := models.CancelTasks(t.DB, a.ID, time.Time{})
		if err != nil {
			return err
		}
		t.noteAssignment("delete", a)
		return t.dropReminders("task", stopped, "cancelled")
	})
}
