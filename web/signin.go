package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

var (
	signInPage = page("public/sign-in")
	choosePage = page("public/choose")
	factorPage = page("public/factor")
	enrolPage  = page("public/enrol")
	freshPage  = page("public/fresh")
)

const (
	knownDevice  = 365 * 24 * time.Hour
	languageKept = 365 * 24 * time.Hour
)

// start is the way in: the form, the step of the sign-in that comes next, or one's own start page.
func (s *Site) start(r *Request) error {
	switch {
	case r.Actor.Full():
		return r.Redirect(home(r.Actor), fiber.StatusSeeOther)
	case r.Actor.Stage == "choose":
		return s.chooseForm(r, nil)
	case r.Actor.Stage == "factor":
		return r.Render(factorPage, "web.factor.title", nil)
	case r.Actor.Stage == "enrol":
		return r.Render(enrolPage, "web.enrol.title", care.FactorEnrolment{})
	}
	return r.Render(signInPage, "web.signin.title", care.SignInInput{})
}

func home(actor care.Actor) string {
	if actor.Partner() {
		return "/portal"
	}
	return "/desk"
}

// signIn takes address and password. Every wrong combination gets the same words.
func (s *Site) signIn(r *Request) error {
	in := care.SignInInput{Email: r.Typed("email"), Password: r.FormValue("password")}
	device := s.cookie(r.Ctx, knownCookie)
	signed, err := s.care.SignIn(r.Context(), in, "web", r.IP(), device)
	in.Password = ""
	if fault.Is(err, fault.Unauthenticated) {
		f := fault.From(err)
		p := r.Page("web.signin.title", in)
		p.Problem = r.L.T(signInKey(f))
		return r.Show(signInPage, fiber.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return r.Again(err, signInPage, "web.signin.title", in)
	}
	return s.signedIn(r, signed)
}

func signInKey(f *fault.Error) string {
	if f.Key != "" {
		return f.Key
	}
	return "web.signin.wrong"
}

// signedIn keeps the login's token in its cookie and goes on. The token is new at each step, so none from before a
// sign-in is ever good after it.
func (s *Site) signedIn(r *Request, signed care.SignedIn) error {
	if signed.Token != "" {
		s.setCookie(r.Ctx, loginCookie, signed.Token, 0)
		if signed.DeviceToken != "" {
			s.setCookie(r.Ctx, knownCookie, signed.DeviceToken, knownDevice)
		}
		s.setCookie(r.Ctx, firstCookie, "", 0)
	}
	return r.Redirect("/", fiber.StatusSeeOther)
}

func (s *Site) chooseForm(r *Request, wrong error) error {
	choices, err := s.care.Memberships(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	if wrong != nil {
		return r.Again(wrong, choosePage, "web.choose.title", choices)
	}
	return r.Render(choosePage, "web.choose.title", choices)
}

func (s *Site) chooseMembership(r *Request) error {
	id, err := uuid.Parse(r.FormValue("membership"))
	if err != nil {
		return s.chooseForm(r, fault.Fieldf("membership", "error.field.choice", nil))
	}
	signed, err := s.care.ChooseMembership(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return s.signedIn(r, signed)
}

func (s *Site) confirmFactor(r *Request) error {
	signed, err := s.care.ConfirmFactor(r.Context(), r.Actor, r.Typed("code"))
	if wrongCode(err) {
		err = fault.Fieldf("code", "web.factor.wrong", nil)
	}
	if err != nil {
		return r.Again(err, factorPage, "web.factor.title", nil)
	}
	return s.signedIn(r, signed)
}

// wrongCode tells a code that is not right, which can be mended, from a sign-in that is not there.
func wrongCode(err error) bool {
	return fault.Is(err, fault.Unauthenticated) && fault.From(err).Key != ""
}

// beginEnrolment shows the secret and the recovery codes once.
func (s *Site) beginEnrolment(r *Request) error {
	enrolment, err := s.care.EnrolFactor(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.Render(enrolPage, "web.enrol.title", enrolment)
}

func (s *Site) confirmEnrolment(r *Request) error {
	signed, err := s.care.ConfirmEnrolment(r.Context(), r.Actor, r.Typed("code"))
	if wrongCode(err) {
		err = fault.Fieldf("code", "web.factor.wrong", nil)
	}
	if err != nil {
		// The secret was shown once and is not known here any more: what was typed into the app is still good.
		return r.Again(err, enrolPage, "web.enrol.title", care.FactorEnrolment{Secret: r.Typed("secret"), URI: r.Typed("uri")})
	}
	return s.signedIn(r, signed)
}

// freshForm asks for the password again before a private thing opens.
func (s *Site) freshForm(r *Request) error {
	return r.Render(freshPage, "web.fresh.title", ownPath(r.Query("to"), home(r.Actor)))
}

func (s *Site) refresh(r *Request) error {
	to := ownPath(r.FormValue("to"), home(r.Actor))
	err := s.care.RefreshSignIn(r.Context(), r.Actor, r.FormValue("password"))
	if fault.Is(err, fault.Unauthenticated) {
		err = fault.Fieldf("password", "web.fresh.wrong", nil)
	}
	if err != nil {
		return r.Again(err, freshPage, "web.fresh.title", to)
	}
	return r.Redirect(to, fiber.StatusSeeOther)
}

func (s *Site) signOut(r *Request) error {
	if err := s.endLogin(r); err != nil {
		return err
	}
	r.Set("Clear-Site-Data", `"cache", "storage"`)
	return r.Go("/", "web.flash.signed_out")
}

func (s *Site) endLogin(r *Request) error {
	s.setCookie(r.Ctx, loginCookie, "", 0)
	if r.Actor.LoginID == uuid.Nil {
		return nil
	}
	return s.care.SignOut(r.Context(), r.Actor)
}

// quickExit ends the sign-in and leaves for an ordinary website. It is a link, so that it works at once and without script; a
// link on another site cannot use it to sign people out, because the browser says where it was followed. Leaving never
// fails: whatever happens to the login, the person is gone from the page. It asks the browser to clear nothing: no page
// may be kept anyway, and clearing can hold the next page up for seconds.
func (s *Site) quickExit(r *Request) error {
	if site := r.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return r.Redirect("/", fiber.StatusSeeOther)
	}
	if err := s.endLogin(r); err != nil {
		s.opts.Log.Error("quick exit could not end the login", "code", string(fault.From(err).Code))
	}
	return r.Redirect(s.opts.ExitURL, fiber.StatusSeeOther)
}

// chooseLanguage keeps the language of public pages on this device.
func (s *Site) chooseLanguage(r *Request) error {
	if lang, ok := locale.Parse(r.FormValue("lang")); ok {
		s.setCookie(r.Ctx, langCookie, string(lang), languageKept)
	}
	return r.Redirect(ownPath(r.FormValue("back"), "/"), fiber.StatusSeeOther)
}

// chooseTheme keeps light or dark on this device; anything else follows the system again.
func (s *Site) chooseTheme(r *Request) error {
	theme := r.FormValue("theme")
	if theme != "light" && theme != "dark" {
		theme = ""
	}
	s.setCookie(r.Ctx, themeCookie, theme, languageKept)
	return r.Redirect(ownPath(r.FormValue("back"), "/"), fiber.StatusSeeOther)
}

// ownPath gives the path when it is one of ours, else the fallback: a redirect never leaves the site.
func ownPath(path, fallback string) string {
	if len(path) < 1 || path[0] != '/' || len(path) > 500 {
		return fallback
	}
	for i := 0; i < len(path); i++ {
		c := path[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '/' && c != '-' && c != '_' && c != '.' && c != '?' && c != '=' && c != '&' {
			return fallback
		}
	}
	if len(path) > 1 && path[1] == '/' {
		return fallback
	}
	return path
}
