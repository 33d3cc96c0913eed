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
	Looked care.List[care.AuditView]
}

// privacy shows who looked, what one agreed to, and the ways to step back.
func (s *Site) privacy(r *Request) error {
	view, err := s.care.Privacy(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	looked, err := s.othersWhoLooked(r)
	if err != nil {
		return err
	}
	return r.Render(privacyPage, "portal.privacy.title", privacyView{view, view.SecretsPolicy[r.L.Lang], looked})
}

// othersWhoLooked leaves one's own visits out, which would bury those of others. It reads on through a few pages of the
// record when they hold nothing else.
func (s *Site) othersWhoLooked(r *Request) (care.List[care.AuditView], error) {
	var out care.List[care.AuditView]
	cursor := r.Query("cursor")
	for range 5 {
		part, err := s.care.ListAudit(r.Context(), r.Actor, care.Page{Limit: 40, Cursor: cursor})
		if err != nil {
			return out, err
		}
		for _, event := range part.Data {
			if event.ActorID == nil || *event.ActorID != r.Actor.ID {
				out.Data = append(out.Data, event)
			}
		}
		out.Next = part.Next
		if part.Next == nil || len(out.Data) >= 20 {
			break
		}
		cursor = *part.Next
	}
	return out, nil
}

func (s *Site) changeConsent(r *Request) error {
	if err := s.care.ChangeConsent(r.Context(), r.Actor, models.ConsentKind(r.FormValue("kind")), r.FormValue("given") == "1"); err != nil {
		return err
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

// AuditAct gives the words for what was done; acts without words of their own get general ones.
func (p *Page) AuditAct(act string) string {
	return p.orElse("web.audit.act."+act, "web.audit.act.other")
}

// AuditObject gives the words for what it was done to.
func (p *Page) AuditObject(kind string) string {
	return p.orElse("web.audit.object."+kind, "web.audit.object.other")
}

// RoleName gives the words for a role.
func (p *Page) RoleName(role string) string { return p.orElse("web.role."+role, "web.role.system") }

func (p *Page) orElse(key, other string) string {
	if locale.Has(p.Lang, key) {
		return p.L.T(key)
	}
	return p.L.T(other)
}
