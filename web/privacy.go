package web

import (
	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

var (
	privacyPage  = page("portal/privacy")
	pausePage    = page("portal/pause")
	withdrawPage = page("portal/withdraw")
)

type privacyView struct {
	care.PrivacyView
	Policy string
	Looked lookedList
}

// privacy shows who looked, what one agreed to, and the ways to step back.
func (s *Site) privacy(r *Request) error {
	view, err := s.care.Privacy(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	looked, err := s.whoLooked(r)
	if err != nil {
		return err
	}
	return r.Render(privacyPage, "portal.privacy.title", privacyView{view, view.SecretsPolicy[r.L.Lang], looked})
}

func (s *Site) changeConsent(r *Request) error {
	if err := s.care.ChangeConsent(r.Context(), r.Actor, models.ConsentKind(r.FormValue("kind")), r.FormValue("given") == "1"); err != nil {
		return err
	}
	if r.FormValue("from") == "reports" { // The same choice stands there too.
		return r.Go("/portal/reports#line", "portal.flash.consent")
	}
	return r.Go("/portal/privacy", "portal.flash.consent")
}

func (s *Site) pauseForm(r *Request) error { return r.Render(pausePage, "portal.privacy.title", nil) }

func (s *Site) pause(r *Request) error {
	if err := s.care.PausePartner(r.Context(), r.Actor); err != nil {
		return err
	}
	return r.Go("/portal/privacy", "portal.flash.paused")
}

func (s *Site) resume(r *Request) error {
	if err := s.care.ResumePartner(r.Context(), r.Actor); err != nil {
		return err
	}
	return r.Go("/portal", "portal.flash.resumed")
}

func (s *Site) withdrawPartnerForm(r *Request) error {
	return r.Render(withdrawPage, "portal.privacy.title", nil)
}

func (s *Site) withdrawPartner(r *Request) error {
	if err := s.care.WithdrawPartner(r.Context(), r.Actor); err != nil {
		return err
	}
	return r.Go("/portal/privacy", "portal.flash.stopped")
}

// RoleName gives the words for a role.
func (p *Page) RoleName(role string) string { return p.orElse("web.role."+role, "web.role.system") }

func (p *Page) orElse(key, other string) string {
	if locale.Has(p.Lang, key) {
		return p.L.T(key)
	}
	return p.L.T(other)
}
