package web

import (
	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

var invitationPage = page("public/invitation")

type invitationForm struct {
	care.InvitationView
	Token  string
	In     care.AcceptInvitationInput
	Policy string
}

// invitation opens an invitation. Looking uses nothing up: mail scanners follow links.
func (s *Site) invitation(r *Request) error {
	form, err := s.invitationForm(r)
	if err != nil {
		return err
	}
	form.In.Locale = string(r.L.Lang)
	return r.Render(invitationPage, "web.invitation.title", form)
}

func (s *Site) invitationForm(r *Request) (invitationForm, error) {
	token := r.Params("token")
	view, err := s.care.Invitation(r.Context(), token)
	if err != nil {
		return invitationForm{}, err
	}
	// Whoever has not chosen a language on this device reads the one the practice has set for them.
	if s.cookie(r.Ctx, langCookie) == "" && view.Locale != "" {
		r.L = locale.For(view.Locale)
	}
	return invitationForm{InvitationView: view, Token: token, Policy: view.SecretsPolicy[r.L.Lang]}, nil
}

// acceptInvitation sets the password and takes the consents, given in person.
func (s *Site) acceptInvitation(r *Request) error {
	form, err := s.invitationForm(r)
	if err != nil {
		return err
	}
	form.In = care.AcceptInvitationInput{
		Password: r.FormValue("password"), Locale: r.Typed("locale"), Treatment: r.Ticked("consent_treatment"),
		SecretsPolicy: r.Ticked("accept_secrets_policy"), ReportLine: r.Ticked("consent_report_line"),
	}
	if !form.HasAccount && r.FormValue("password_again") != form.In.Password {
		form.In.Password = ""
		return r.Again(fault.Fieldf("password_again", "web.password.differs", nil), invitationPage, "web.invitation.title", form)
	}
	signed, err := s.care.AcceptInvitation(r.Context(), form.Token, form.In, "web", r.IP())
	form.In.Password = ""
	if fault.Is(err, fault.Unauthenticated) {
		err = fault.Fieldf("password", "web.fresh.wrong", nil)
	}
	if err != nil {
		return r.Again(err, invitationPage, "web.invitation.title", form)
	}
	return s.signedIn(r, signed)
}
