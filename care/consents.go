package care

import (
	"context"
	"time"

	"tussentijds/internal/locale"
	"tussentijds/models"
)

// ConsentView is what a partner said yes to, or could.
type ConsentView struct {
	Kind    models.ConsentKind `json:"kind"`
	Given   bool               `json:"given"`
	GivenAt *time.Time         `json:"given_at,omitempty"`
	Version int                `json:"version"`
	Current int                `json:"current_version"`
}

// PrivacyView is what a partner's privacy page shows.
type PrivacyView struct {
	Consents      []ConsentView
	SecretsPolicy map[locale.Lang]string
	Status        models.PartnerStatus // active, paused or withdrawn.
	Helplines     []models.Helpline
}

// Privacy gives the partner's own consents and standing.
func (s *Service) Privacy(ctx context.Context, actor Actor) (PrivacyView, error) {
	return PrivacyView{}, errUnbuilt
}

// ChangeConsent gives or takes back one consent; treatment and secrets policy can only be given here, Withdraw takes them back.
func (s *Service) ChangeConsent(ctx context.Context, actor Actor, kind models.ConsentKind, given bool) error {
	return errUnbuilt
}

// PausePartner stops joint work at once, without a reason; the other sees only that joint work was rescheduled.
func (s *Service) PausePartner(ctx context.Context, actor Actor) error { return errUnbuilt }

// ResumePartner ends the actor's own pause.
func (s *Service) ResumePartner(ctx context.Context, actor Actor) error { return errUnbuilt }

// WithdrawPartner ends taking part: open tasks stop, unrevealed answers stay unrevealed for ever.
func (s *Service) WithdrawPartner(ctx context.Context, actor Actor) error { return errUnbuilt }
