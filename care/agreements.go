package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// AgreementPoint is one measurable point.
type AgreementPoint struct {
	ID        string `json:"id"`
	Area      string `json:"area"`
	Agreement string `json:"agreement"`
	Measure   string `json:"measure"`
}

// SignatureView is one partner's yes. FreeChoice is for the therapist alone.
type SignatureView struct {
	PartnerID  uuid.UUID `json:"partner_id"`
	Name       string    `json:"name"`
	SignedAt   time.Time `json:"signed_at"`
	FreeChoice *bool     `json:"free_choice,omitempty"`
}

// AgreementReviewView is one look back: which points were kept.
type AgreementReviewView struct {
	On    models.Day      `json:"on"`
	Kept  map[string]bool `json:"kept"`
	Words string          `json:"words,omitempty"`
}

// AgreementView is an agreement with its signatures and reviews.
type AgreementView struct {
	ID         uuid.UUID              `json:"id"`
	CoupleID   uuid.UUID              `json:"couple_id"`
	ExerciseID string                 `json:"exercise_id"`
	Title      string                 `json:"title"`
	Intro      string                 `json:"intro,omitempty"`
	Points     []AgreementPoint       `json:"points"`
	Status     models.AgreementStatus `json:"status"`
	Revision   int                    `json:"revision"`
	StartsOn   models.Day             `json:"starts_on,omitempty"`
	ReviewOn   models.Day             `json:"review_on,omitempty"`
	Signatures []SignatureView        `json:"signatures"`
	Reviews    []AgreementReviewView  `json:"reviews"`
	CanSign    bool                   `json:"can_sign"`
	CanReview  bool                   `json:"can_review"`
	CanEdit    bool                   `json:"can_edit"`
	Version    int                    `json:"version"`
}

// WriteAgreementInput is the joint text. Vague points without a measure are refused at the field.
type WriteAgreementInput struct {
	ExerciseID string           `json:"exercise_id,omitempty"` // a new agreement's kind: trust-contract, smart-agreement, …
	Intro      string           `json:"intro,omitempty"`
	Points     []AgreementPoint `json:"points"`
	ReviewOn   string           `json:"review_on,omitempty"`
	Version    int              `json:"-"`
}

// SignAgreementInput is one partner's yes to one revision.
type SignAgreementInput struct {
	Revision  int    `json:"revision" form:"revision"`
	Name      string `json:"name" form:"name"`
	NotFreely bool   `json:"not_freely" form:"not_freely"` // "I did not choose this freely": therapist only.
}

// ReviewAgreementInput is one look back.
type ReviewAgreementInput struct {
	Kept     map[string]bool `json:"kept"` // point id to kept.
	Words    string          `json:"words,omitempty" form:"words"`
	ReviewOn string          `json:"review_on,omitempty" form:"review_on"` // the next one.
}

// ListAgreements lists a couple's agreements; a partner's own couple's, or a therapist's couple's.
func (s *Service) ListAgreements(ctx context.Context, actor Actor, coupleID uuid.UUID) ([]AgreementView, error) {
	return nil, errUnbuilt
}

// Agreement gives one agreement.
func (s *Service) Agreement(ctx context.Context, actor Actor, id uuid.UUID) (AgreementView, error) {
	return AgreementView{}, errUnbuilt
}

// ProposeAgreement writes a new agreement's text and proposes it for signing; either partner or the therapist.
func (s *Service) ProposeAgreement(ctx context.Context, actor Actor, coupleID uuid.UUID, in WriteAgreementInput) (AgreementView, error) {
	return AgreementView{}, errUnbuilt
}

// RewriteAgreement changes a draft or proposed text, or makes a new revision of an active one; signatures start anew.
func (s *Service) RewriteAgreement(ctx context.Context, actor Actor, id uuid.UUID, in WriteAgreementInput) (AgreementView, error) {
	return AgreementView{}, errUnbuilt
}

// SignAgreement signs a revision, alone. Both signed: it is active. Faults: conflict when the text changed meanwhile.
func (s *Service) SignAgreement(ctx context.Context, actor Actor, id uuid.UUID, in SignAgreementInput) (AgreementView, error) {
	return AgreementView{}, errUnbuilt
}

// WithdrawSignature takes one's yes back; the agreement is proposed again.
func (s *Service) WithdrawSignature(ctx context.Context, actor Actor, id uuid.UUID) (AgreementView, error) {
	return AgreementView{}, errUnbuilt
}

// ReviewAgreement notes which points were kept, and when to look again.
func (s *Service) ReviewAgreement(ctx context.Context, actor Actor, id uuid.UUID, in ReviewAgreementInput) (AgreementView, error) {
	return AgreementView{}, errUnbuilt
}
