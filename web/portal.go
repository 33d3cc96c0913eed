package web

import (
	"time"

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
	return r.Render(todayPage, "portal.today.title", todayView{PortalView: view, Greeting: greeting(s.care.Clock.Now().In(zoneOf(r.Actor)))})
}

type todayView struct {
	care.PortalView
	Greeting string // message key.
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
