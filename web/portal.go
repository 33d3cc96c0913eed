package web

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"tussentijds/care"
)

var todayPage = page("portal/today")

// portal is the partner's start page.
func (s *Site) portal(r *Request) error {
	view, err := s.care.PortalToday(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	if view.Practice != "" {
		s.names.put(r.Actor.PracticeID, view.Practice)
	}
	p := r.Page("portal.today.title", nil)
	p.Data = todayView{PortalView: view, Greeting: greeting(p.Now()), Ahead: weekAhead(p, view.Upcoming)}
	return r.Show(todayPage, fiber.StatusOK, p)
}

type todayView struct {
	care.PortalView
	Greeting string // message key.
	Ahead    ahead
}

// ahead is the coming week: what comes every day at the same time, then what is due day by day.
type ahead struct {
	Daily []daily
	Days  []dayAhead
}

// daily is what comes every day. From is the first of those days, zero when that is tomorrow at the latest.
type daily struct {
	Name string
	At   time.Time
	From time.Time
}

// dayAhead is a coming day with what is due then.
type dayAhead struct {
	On    time.Time
	Tasks []taskAhead
}

type taskAhead struct {
	Name string
	At   time.Time
}

// dailyRun is how many days in a row make something daily.
const dailyRun = 4

// weekAhead folds what comes every day at the same time into one line, and puts the rest under their days: a week of daily
// work is then one line and not seven.
func weekAhead(p *Page, tasks []care.TaskView) ahead {
	var out ahead
	folded := map[uuid.UUID]bool{}
	for i, t := range tasks {
		first := slices.IndexFunc(tasks, func(o care.TaskView) bool { return o.AssignmentID == t.AssignmentID })
		if first != i || !everyDay(p, tasks, t.AssignmentID) {
			continue
		}
		folded[t.AssignmentID] = true
		d := daily{Name: t.Exercise.Title.In(string(p.Lang)), At: t.DueAt}
		if on := p.In(t.DueAt); !sameDay(on, p.Now()) && !sameDay(on, p.Now().AddDate(0, 0, 1)) {
			d.From = t.DueAt
		}
		out.Daily = append(out.Daily, d)
	}
	for _, t := range tasks {
		if folded[t.AssignmentID] {
			continue
		}
		on := p.In(t.DueAt)
		if last := len(out.Days) - 1; last < 0 || !sameDay(out.Days[last].On, on) {
			out.Days = append(out.Days, dayAhead{On: on})
		}
		last := &out.Days[len(out.Days)-1]
		last.Tasks = append(last.Tasks, taskAhead{t.Exercise.Title.In(string(p.Lang)), t.DueAt})
	}
	return out
}

// everyDay tells whether an assignment's tasks follow each other day by day, at the same time.
func everyDay(p *Page, tasks []care.TaskView, assignment uuid.UUID) bool {
	var before time.Time
	n := 0
	for _, t := range tasks {
		if t.AssignmentID != assignment {
			continue
		}
		on := p.In(t.DueAt)
		if n > 0 && (!sameDay(on, before.AddDate(0, 0, 1)) || p.L.Clock(on) != p.L.Clock(before)) {
			return false
		}
		before = on
		n++
	}
	return n >= dailyRun
}

// greeting gives the key of the greeting that fits the hour.
func greeting(now time.Time) string {
	switch hour := now.Hour(); {
	case hour < 6 || hour >= 18:
		return "portal.greeting.evening"
	case hour < 12:
		return "portal.greeting.morning"
	}
	return "portal.greeting.afternoon"
}
