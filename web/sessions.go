package web

import (
	"slices"

	"tussentijds/care"
	"tussentijds/models"
)

var sessionsPage = page("portal/sessions")

type sessionsView struct {
	Coming, Past []care.SessionView
}

// sessions shows one's own sessions: those to come first, then the latest ones that were.
func (s *Site) sessions(r *Request) error {
	now := s.care.Clock.Now()
	coming, err := s.care.ListSessions(r.Context(), r.Actor, care.SessionFilter{From: now.AddDate(0, 0, -1), CoupleID: r.Actor.CoupleID}, care.Page{Limit: 30})
	if err != nil {
		return err
	}
	past, err := s.care.ListSessions(r.Context(), r.Actor, care.SessionFilter{From: now.AddDate(0, -6, 0), Until: now, CoupleID: r.Actor.CoupleID}, care.Page{Limit: 100})
	if err != nil {
		return err
	}
	var v sessionsView
	for _, session := range coming.Data {
		if session.EndsAt.After(now) && (session.Status == models.SessionPlanned || session.Status == models.SessionCancelled) {
			v.Coming = append(v.Coming, session)
		}
	}
	for _, session := range past.Data {
		if !session.EndsAt.After(now) {
			v.Past = append(v.Past, session)
		}
	}
	slices.Reverse(v.Past)
	return r.Render(sessionsPage, "portal.sessions.title", v)
}
