package care

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/internal/locale"
)

// InvitationView is what an invited person sees before accepting.
type InvitationView struct {
	PracticeName  string
	Kind          string // member, partner.
	Locale        locale.Lang
	SecretsPolicy map[locale.Lang]string // partners only.
	PolicyVersion int
	// HasAccount tells that the person signs in already elsewhere and confirms with that password.
	HasAccount bool
}

// AcceptInvitationInput is an invited person's yes, given in person.
type AcceptInvitationInput struct {
	Password      string `json:"password" form:"password"`
	Locale        string `json:"locale" form:"locale"`
	Treatment     bool   `json:"consent_treatment" form:"consent_treatment"`         // partners: needed.
	SecretsPolicy bool   `json:"accept_secrets_policy" form:"accept_secrets_policy"` // partners: needed.
	ReportLine    bool   `json:"consent_report_line" form:"consent_report_line"`     // partners: optional.
}

// Invitation opens an invitation without using it up: mail scanners fetch links. Faults: not_found.
func (s *Service) Invitation(ctx context.Context, token string) (InvitationView, error) {
	return InvitationView{}, errUnbuilt
}

// AcceptInvitation uses the invitation up, sets password and language, and records the consents. Faults: not_found, invalid.
func (s *Service) AcceptInvitation(ctx context.Context, token string, in AcceptInvitationInput, edge, accessPoint string) (SignedIn, error) {
	return SignedIn{}, errUnbuilt
}

// InvitePartner (re)sends a partner's invitation by mail. Faults: not_found, conflict when the partner signed in already.
func (s *Service) InvitePartner(ctx context.Context, actor Actor, coupleID, partnerID uuid.UUID) error {
	return errUnbuilt
}
