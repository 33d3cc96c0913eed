package api

import (
	"context"
	"errors"
	"time"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

type createTokenInput struct {
	Origin
	Body signInBody
}

type signInBody struct {
	Email    string `json:"email" example:"sam@client.example"`
	Password string `json:"password" writeOnly:"true"`
	OTP      string `json:"otp,omitempty" doc:"The code of the second factor, for who has one."`
}

type tokenOutput struct{ Body token }

type token struct {
	Token     string    `json:"token" doc:"For Authorization: Bearer. It is shown this once."`
	ExpiresAt time.Time `json:"expires_at"`
}

func (e *edge) createToken(ctx context.Context, in *createTokenInput) (*tokenOutput, error) {
	signed, err := e.svc.SignIn(ctx, care.SignInInput(in.Body), "api", in.address, "")
	if err != nil {
		return nil, err
	}
	return &tokenOutput{Body: token{Token: signed.Token, ExpiresAt: signed.ExpiresAt}}, nil
}

type nothing struct{}

func (e *edge) deleteToken(ctx context.Context, _ *nothing) (*nothing, error) {
	return nil, e.svc.SignOut(ctx, reader(ctx))
}

// Invited is the way to an invitation: its token, which is a secret and stands in no log and no answer.
type Invited struct {
	Token string `path:"token" maxLength:"100"`
}

type getInvitationInput struct{ Invited }

type invitationOutput struct{ Body invitation }

type invitation struct {
	Practice      string      `json:"practice"`
	Kind          string      `json:"kind" enum:"member,partner"`
	Locale        locale.Lang `json:"locale"`
	SecretsPolicy string      `json:"secrets_policy,omitempty" doc:"What the practice does with what one partner tells alone; for partners, in the reader's language."`
	PolicyVersion int         `json:"policy_version"`
	HasAccount    bool        `json:"has_account" doc:"Signs in elsewhere already: that password is the one to give."`
}

func (e *edge) getInvitation(ctx context.Context, in *getInvitationInput) (*invitationOutput, error) {
	v, err := e.svc.Invitation(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	k := callOf(ctx)
	k.lang = locale.Negotiate(k.accept, v.Locale)
	return &invitationOutput{Body: invitation{
		Practice: v.PracticeName, Kind: v.Kind, Locale: v.Locale, SecretsPolicy: v.SecretsPolicy[k.lang],
		PolicyVersion: v.PolicyVersion, HasAccount: v.HasAccount,
	}}, nil
}

type acceptInvitationInput struct {
	Invited
	Origin
	Body acceptanceBody
}

type acceptanceBody struct {
	Password      string `json:"password" writeOnly:"true"`
	Locale        string `json:"locale,omitempty" enum:"nl,en" doc:"The language of everything that follows; that of the invitation when left out."`
	Treatment     bool   `json:"consent_treatment,omitempty" doc:"Partners: keeping and reading what is written, for the therapy. Needed."`
	SecretsPolicy bool   `json:"accept_secrets_policy,omitempty" doc:"Partners: the practice's secrets policy. Needed."`
	ReportLine    bool   `json:"consent_report_line,omitempty" doc:"Partners: an own line in the couple's report."`
}

type acceptanceOutput struct{ Body acceptance }

type acceptance struct {
	Token     string     `json:"token,omitempty" doc:"Absent when a second factor has to be set up or given first; then sign in."`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
}

func (e *edge) acceptInvitation(ctx context.Context, in *acceptInvitationInput) (*acceptanceOutput, error) {
	signed, err := e.svc.AcceptInvitation(ctx, in.Token, care.AcceptInvitationInput(in.Body), "api", in.address)
	var f *fault.Error
	if errors.As(err, &f) && f.Key == "error.otp_needed" {
		return &acceptanceOutput{}, nil // Accepted; only the sign-in that would follow asks for more.
	}
	if err != nil {
		return nil, err
	}
	return &acceptanceOutput{Body: acceptance{Token: signed.Token, ExpiresAt: &signed.ExpiresAt}}, nil
}
