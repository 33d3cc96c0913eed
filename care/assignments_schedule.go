package care

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/teambition/rrule-go"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// horizon is how far ahead tasks are made.
const horizon = 14 * 24 * time.Hour

// schedule is an assignment's rule with its first day and time of day.
type schedule struct {
	kind   string
	times  int
	rule   string
	at     string
	starts models.Day
	ends   models.Day
	zone   *time.Location
}

func scheduleOf(a models.Assignment, zone *time.Location) schedule {
	return schedule{kind: a.ScheduleKind, times: a.Times, rule: a.RRule, at: a.At, starts: a.StartsOn, ends: a.EndsOn, zone: zone}
}

// window says how long before it is due a task can be done, and how long after.
func (s schedule) window() (before, after time.Duration) {
	const day = 24 * time.Hour
	switch s.kind {
	case "once":
		return 365 * day, 28 * day // At once, so that a long letter can be begun early.
	case "daily":
		return 16 * time.Hour, 16 * time.Hour
	case "weekly":
		return 3 * day, 4 * day
	case "monthly":
		return 7 * day, 21 * day
	}
	return day, 3 * day // times_per_week, rrule.
}

// rfc gives the schedule as an RRULE (RFC 5545). A month's last days fall on its last day where a month is shorter.
func (s schedule) rfc() string {
	first := s.starts.In(time.UTC)
	switch s.kind {
	case "once":
		return "FREQ=DAILY;COUNT=1"
	case "daily":
		return "FREQ=DAILY"
	case "weekly":
		return "FREQ=WEEKLY"
	case "monthly":
		if first.Day() > 28 {
			return "FREQ=MONTHLY;BYMONTHDAY=-1"
		}
		return "FREQ=MONTHLY;BYMONTHDAY=" + strconv.Itoa(first.Day())
	case "times_per_week":
		names := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
		var days []string
		for i := range s.times {
			offset := i * 7 / s.times
			days = append(days, names[(int(first.Weekday())+6+offset)%7])
		}
		return "FREQ=WEEKLY;BYDAY=" + strings.Join(days, ",")
	}
	return s.rule
}

// days lists the days the schedule falls on, from and until included. The rule is worked out on dates alone; the time of
// day is added in the practice's zone, so that 20:00 stays 20:00 when the clocks change.
func (s schedule) days(from, until models.Day) ([]models.Day, error) {
	option, err := rrule.StrToROption(s.rfc())
	if err != nil {
		return nil, err
	}
	if option.Freq > rrule.DAILY || len(option.Byeaster) > 0 { // Counting from Easter runs past the library's tables.
		return nil, fmt.Errorf("a rule that is not worked out")
	}
	option.Dtstart = s.starts.In(time.UTC)
	option.Byhour, option.Byminute, option.Bysecond = nil, nil, nil
	rule, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, err
	}
	if s.ends != "" && s.ends < until {
		until = s.ends
	}
	var out []models.Day
	for _, t := range rule.Between(from.In(time.UTC), until.In(time.UTC), true) {
		out = append(out, models.DayOf(t))
	}
	return out, nil
}

// moment gives a wall-clock time of a day in a zone. A time that the clocks skip is as much later; one that comes twice is
// the first.
func moment(day models.Day, at string, zone *time.Location) time.Time {
	minutes, _ := clockMinutes(at)
	return wallClock(day, minutes, zone)
}

// check looks at a schedule as typed. Locations are those of ScheduleInput.
func (s schedule) check(c *fault.Collector) {
	if !validClock(s.at) {
		c.Add("schedule.at", "error.field.time", nil)
	}
	if !s.starts.Valid() {
		c.Add("starts_on", "error.field.date", nil)
		return
	}
	if s.ends != "" && !s.ends.Valid() {
		c.Add("ends_on", "error.field.date", nil)
		return
	}
	if s.ends != "" && s.ends < s.starts {
		c.Add("ends_on", "error.field.before", nil)
	}
	switch s.kind {
	case "once", "daily", "weekly", "monthly":
	case "times_per_week":
		if s.times < 1 || s.times > 7 {
			c.Add("schedule.times", "error.field.number", map[string]any{"Min": 1, "Max": 7})
		}
	case "rrule":
		two := models.DayOf(s.starts.In(time.UTC).AddDate(2, 0, 0))
		if len(s.rule) > 200 || s.rule == "" {
			c.Add("schedule.rrule", "error.field.rrule", nil)
		} else if days, err := s.days(s.starts, two); err != nil || len(days) == 0 {
			c.Add("schedule.rrule", "error.field.rrule", nil)
		}
	default:
		c.Add("schedule.kind", "error.field.choice", nil)
	}
}

func validClock(at string) bool {
	_, err := time.Parse("15:04", at)
	return err == nil && len(at) == 5
}

// materialise makes the tasks of one assignment for the coming weeks; run again it makes nothing twice.
func (s *Service) materialise(ctx context.Context, practiceID, assignmentID uuid.UUID) error {
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		a, err := models.FindAssignment(t.DB, assignmentID)
		if err != nil {
			return err
		}
		return t.makeTasks([]models.Assignment{a})
	})
}

// materialiseAll makes the coming tasks of every active assignment of a practice.
func (s *Service) materialiseAll(ctx context.Context, practiceID uuid.UUID) error {
	var ids []uuid.UUID
	err := s.inPractice(ctx, System(practiceID), func(t *txn) error {
		var err error
		ids, err = models.AssignmentsToExtend(t.DB, t.now.Add(horizon-24*time.Hour))
		return err
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(ids, 50) {
		err := s.inPractice(ctx, System(practiceID), func(t *txn) error {
			rows, err := models.AssignmentsByID(t.DB, part)
			if err != nil {
				return err
			}
			return t.makeTasks(rows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// remakeTasks makes the coming tasks of a couple again, after work could go on.
func (t *txn) remakeTasks(coupleID uuid.UUID) error {
	rows, err := models.ActiveAssignments(t.DB, coupleID)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].MaterialisedUntil = nil
	}
	return t.makeTasks(rows)
}

// makeTasks makes occurrences and tasks up to the horizon, with the reminders of all in one statement. What is already past
// its end is not made, and joint work not while it is held.
func (t *txn) makeTasks(assignments []models.Assignment) error {
	if len(assignments) == 0 {
		return nil
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	var coupleIDs, formIDs []uuid.UUID
	for _, a := range assignments {
		coupleIDs, formIDs = append(coupleIDs, a.CoupleID), append(formIDs, a.FormID)
	}
	couples, err := models.CouplesByID(t.DB, coupleIDs)
	if err != nil {
		return err
	}
	partners, err := models.PartnersOf(t.DB, coupleIDs...)
	if err != nil {
		return err
	}
	forms, err := t.forms(formIDs...)
	if err != nil {
		return err
	}
	var made []models.Task
	for _, a := range assignments {
		if a.Status != "active" || a.PauseAt != nil && !a.PauseAt.After(t.now) {
			continue
		}
		who := takers(a, couples[a.CoupleID], partners, forms[a.FormID])
		if len(who) == 0 {
			continue // materialised_until stays: the tasks are made once work may go on.
		}
		tasks, err := t.makeTasksOf(a, who, forms[a.FormID], practice.Zone())
		if err != nil {
			return err
		}
		made = append(made, tasks...)
	}
	rows, err := t.taskMessages(made)
	if err != nil {
		return err
	}
	return t.plan(rows)
}

// takers tells who gets tasks of an assignment now. Joint work needs both partners and no hold, also when only one of them
// signs; work with one goes on after a separation.
func takers(a models.Assignment, couple models.Couple, partners []models.Partner, form *library.Exercise) []models.Partner {
	var who []models.Partner
	for _, p := range partners {
		if p.CoupleID == a.CoupleID && p.TakesPart() && (a.PartnerID == nil || *a.PartnerID == p.ID) {
			who = append(who, p)
		}
	}
	if couple.SafetyHoldAt != nil && (a.PartnerID == nil || form.RequiresNoHold) {
		return nil
	}
	if a.PartnerID == nil && (!couple.JointWork() || len(who) != 2) {
		return nil
	}
	if form.Kind == library.KindAgreement && form.Signers != "" {
		who = slices.DeleteFunc(who, func(p models.Partner) bool { return p.Role != form.Signers })
	}
	if couple.Status == models.CouplePaused || couple.Status == models.CoupleClosed {
		return nil
	}
	return who
}

func (t *txn) makeTasksOf(a models.Assignment, who []models.Partner, form *library.Exercise, zone *time.Location) ([]models.Task, error) {
	sched := scheduleOf(a, zone)
	from := a.StartsOn
	var tasks []models.Task
	if a.MaterialisedUntil == nil { // Coming tasks that a pause or hold had stopped open again.
		var err error
		if tasks, err = models.ReopenTasks(t.DB, a.ID, t.now); err != nil {
			return nil, err
		}
	}
	if a.MaterialisedUntil != nil {
		from = max(from, models.DayOf(a.MaterialisedUntil.In(zone)))
	}
	before, after := sched.window()
	if soonest := models.DayOf(t.now.Add(-after).In(zone)); from < soonest {
		from = soonest // What closed already is not made.
	}
	until := t.now.Add(horizon)
	last := models.DayOf(until.In(zone))
	if sched.kind == "once" && a.StartsOn > last {
		last = a.StartsOn
	}
	days, err := sched.days(from, last)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	for _, day := range days {
		due := moment(day, sched.at, zone)
		o := models.Occurrence{Row: models.NewRow(t.PracticeID), AssignmentID: a.ID, CoupleID: a.CoupleID, DueAt: due, OpensAt: due.Add(-before), ClosesAt: due.Add(after)}
		if a.Discreet { // It lies ready on its own day and not before, for both alike.
			o.OpensAt, o.ClosesAt = day.In(zone), due.Add(discreetOpen)
		}
		if opens := a.CreatedAt; o.OpensAt.Before(opens) {
			o.OpensAt = opens
		}
		if !o.ClosesAt.After(t.now) {
			continue
		}
		made, err := models.AddOccurrence(t.DB, &o)
		if err != nil {
			return nil, err
		}
		if !made {
			continue
		}
		here, err := t.makeTasksAt(a, o, who, form)
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, here...)
	}
	return tasks, t.Model(&models.Assignment{}).Where("id = ?", a.ID).Update("materialised_until", until).Error
}

func (t *txn) makeTasksAt(a models.Assignment, o models.Occurrence, who []models.Partner, form *library.Exercise) ([]models.Task, error) {
	audiences := map[string]string{}
	for _, q := range form.Questions {
		audiences[q.ID] = string(q.Audience)
		if chosen, ok := a.AudienceOverrides.V[q.ID]; ok {
			audiences[q.ID] = chosen
		}
	}
	tasks := make([]models.Task, 0, len(who))
	for _, p := range who {
		task := models.Task{
			Row: models.NewRow(t.PracticeID), OccurrenceID: o.ID, AssignmentID: a.ID, CoupleID: a.CoupleID, PartnerID: p.ID, FormID: a.FormID,
			DueAt: o.DueAt, OpensAt: o.OpensAt, ClosesAt: o.ClosesAt, Status: models.TaskOpen,
			Audiences: models.JSON[map[string]string]{V: audiences}, LookBackDays: a.LookBackDays, Discreet: a.Discreet, Version: 1,
		}
		if err := t.Create(&task).Error; err != nil {
			return nil, err
		}
		tasks = append(tasks, task)
	}
	if form.Kind == library.KindAgreement {
		couple := models.Couple{Row: models.Row{PracticeID: t.PracticeID, ID: a.CoupleID}}
		if _, err := t.draftAgreement(couple, form, &o.ID); err != nil {
			return nil, err
		}
	}
	return tasks, nil
}

// closeTasks expires the tasks whose time is over; a half that expired never reveals (design decision 11).
func (s *Service) closeTasks(ctx context.Context, practiceID uuid.UUID) error {
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		ids, err := models.ExpireTasks(t.DB, t.now)
		if err != nil {
			return err
		}
		return t.dropReminders("task", ids, "closed")
	})
}

// closeWhatIsPast does what the clock ends: tasks whose time is over, homework that stops coming, agreements and looks back
// whose day has come; and it passes on what no therapist has seen. Each is a transaction of its own and harmless to repeat.
func (s *Service) closeWhatIsPast(ctx context.Context, practiceID uuid.UUID) error {
	for _, step := range []func(context.Context, uuid.UUID) error{s.closeTasks, s.stopPaused, s.endAgreements, s.watchAlerts} {
		if err := step(ctx, practiceID); err != nil {
			return err
		}
	}
	return nil
}
