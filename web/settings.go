package web

import (
	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

var settingsPage = page("portal/settings")

type settingsView struct {
	Me    care.MeView
	Theme string
}

func (s *Site) settingsView(r *Request) (settingsView, error) {
	me, err := s.care.Me(r.Context(), r.Actor)
	return settingsView{Me: me, Theme: s.cookie(r.Ctx, themeCookie)}, err
}

func (s *Site) settings(r *Request) error {
	v, err := s.settingsView(r)
	if err != nil {
		return err
	}
	return r.Render(settingsPage, "portal.settings.title", v)
}

// settingsAgain shows the settings with what was wrong in one of their forms.
func (s *Site) settingsAgain(r *Request, wrong error) error {
	v, err := s.settingsView(r)
	if err != nil {
		return err
	}
	return r.Again(wrong, settingsPage, "portal.settings.title", v)
}

func (s *Site) changeLanguage(r *Request) error {
	lang := r.Typed("lang")
	if err := s.care.ChangeLanguage(r.Context(), r.Actor, lang); err != nil {
		return s.settingsAgain(r, err)
	}
	if parsed, ok := locale.Parse(lang); ok {
		s.setCookie(r.Ctx, langCookie, string(parsed), languageKept)
	}
	return r.Go("/portal/settings", "portal.flash.saved")
}

func (s *Site) changePassword(r *Request) error {
	next := r.FormValue("password")
	if r.FormValue("password_again") != next {
		return s.settingsAgain(r, fault.Fieldf("password_again", "web.password.differs", nil))
	}
	err := s.care.ChangePassword(r.Context(), r.Actor, r.FormValue("present"), next)
	if fault.Is(err, fault.Unauthenticated) {
		err = fault.Fieldf("present", "web.fresh.wrong", nil)
	}
	if err != nil {
		return s.settingsAgain(r, err)
	}
	return r.Go("/portal/settings", "portal.flash.password")
}
