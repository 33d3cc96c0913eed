package web

import "github.com/gofiber/fiber/v2"

var stopPage = page("public/stop")

// stopView says whose reminders: nobody's name, only the token of the address. Done tells that they have stopped.
type stopView struct {
	Token string
	Done  bool
}

// stopForm asks before it stops anything: mail scanners follow links.
func (s *Site) stopForm(r *Request) error {
	return r.Render(stopPage, "web.stop.title", stopView{Token: r.Params("token")})
}

// stopReminders is the one-click stop of RFC 8058: a mail program posts here without a page of ours before it.
func (s *Site) stopReminders(r *Request) error {
	if err := s.care.StopReminders(r.Context(), r.Params("token")); err != nil {
		return err
	}
	p := r.Page("web.stop.title", stopView{Done: true})
	return r.Show(stopPage, fiber.StatusOK, p)
}
