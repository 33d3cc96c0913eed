package web

import (
	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/fault"
)

var (
	resetAskPage = page("public/reset")
	resetPage    = page("public/reset-password")
)

// resetAskView is the form that asks for a mail. Sent shows the answer instead, which is the same for every address.
type resetAskView struct {
	Email string
	Sent  bool
}

// resetView is the form behind the mailed link. Gone tells that the link is used, old or unknown.
type resetView struct {
	Token string
	Gone  bool
}

// askResetForm asks for the address to mail a link to.
func (s *Site) askResetForm(r *Request) error {
	return r.Render(resetAskPage, "web.reset.title", resetAskView{})
}

// askReset has a link mailed to whoever has an account; the answer tells nobody whether that is so.
func (s *Site) askReset(r *Request) error {
	v := resetAskView{Email: r.Typed("email")}
	if v.Email == "" {
		return r.Again(fault.Fieldf("email", "error.field.required", nil), resetAskPage, "web.reset.title", v)
	}
	if err := s.care.RequestReset(r.Context(), v.Email, r.IP()); err != nil {
		return r.Again(err, resetAskPage, "web.reset.title", v)
	}
	return r.Render(resetAskPage, "web.reset.title", resetAskView{Sent: true})
}

// resetForm opens the mailed link. Looking uses nothing up, and asks nothing: mail scanners follow links.
func (s *Site) resetForm(r *Request) error {
	return r.Render(resetPage, "web.reset.title", resetView{Token: r.Params("token")})
}

// resetPassword sets the new password and uses the link up. Every sign-in of the account has ended by then, that of this
// browser too.
func (s *Site) resetPassword(r *Request) error {
	v := resetView{Token: r.Params("token")}
	password := r.FormValue("password")
	if r.FormValue("password_again") != password {
		return r.Again(fault.Fieldf("password_again", "web.password.differs", nil), resetPage, "web.reset.title", v)
	}
	err := s.care.ResetPassword(r.Context(), v.Token, password)
	if fault.Is(err, fault.NotFound) {
		return r.Show(resetPage, fiber.StatusNotFound, r.Page("web.reset.title", resetView{Gone: true}))
	}
	if err != nil {
		return r.Again(err, resetPage, "web.reset.title", v)
	}
	s.setCookie(r.Ctx, loginCookie, "", 0)
	return r.Go("/", "web.flash.reset")
}
