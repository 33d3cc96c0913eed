package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

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
	p.Data = todayView{PortalView: view, Greeting: greeting(p.Now()), Days: byDay(p, view.Upcoming)}
	return r.Show(todayPage, fiber.StatusOK, p)
}

type todayView struct {
	care.PortalView
	Greeting string // message key.
	Days     []dayAhead
}

// dayAhead is a coming day with the names of what is due then.
type dayAhead struct {
	On    time.Time
	Tasks []string
}

// byDay puts the coming tasks under their days, so that a week of daily work is seven lines.
func byDay(p *Page, tasks []care.TaskView) []dayAhead {
	var days []dayAhead
	for _, t := range tasks {
		on := p.In(t.DueAt)
		if last := len(days) - 1; last < 0 || !sameDay(days[last].On, on) {
			days = append(days, dayAhead{On: on})
		}
		last := &days[len(days)-1]
		last.Tasks = append(last.Tasks, t.Exercise.Title.In(string(p.Lang)))
	}
	return days
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

func zoneOf(actor care.Actor) *time.Location {
	if actor.Zone == nil {
		return time.UTC
	}
	return actor.Zone
}
