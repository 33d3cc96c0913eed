package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// PartnerView is one of the couple's two partners.
type PartnerView struct {
	ID     uuid.UUID            `json:"id"`
	Name   string               `json:"name"`
	Email  string               `json:"email"`
	Phone  string               `json:"phone,omitempty"`
	Role   string               `json:"role,omitempty"`
	Locale string               `json:"locale"`
	Status models.PartnerStatus `json:"status"`
}

// ProgrammeView is the programme a couple follows.
type ProgrammeView struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Phase int    `json:"phase"`
}

// CoupleView is the couple as staff see it. The office gets names, contact and status, nothing clinical.
type CoupleView struct {
	ID         uuid.UUID           `json:"id"`
	Name       string              `json:"name"`
	Status     models.CoupleStatus `json:"status"`
	Therapists []uuid.UUID         `json:"therapists"`
	Partners   []PartnerView       `json:"partners"`
	Programme  *ProgrammeView      `json:"programme,omitempty"`
	StartedOn  models.Day          `json:"started_on"`
	SafetyHold bool                `json:"-"`
	Version    int                 `json:"version"`
	CreatedAt  time.Time           `json:"created_at"`
}

// PartnerInput is a new partner.
type PartnerInput struct {
	Name   string `json:"name" form:"name"`
	Email  string `json:"email" form:"email"`
	Phone  string `json:"phone,omitempty" form:"phone"`
	Role   string `json:"role,omitempty" form:"role"`
	Locale string `json:"locale,omitempty" form:"locale"`
}

// CreateCoupleInput is a new couple with its two partners.
type CreateCoupleInput struct {
	Partners  []PartnerInput `json:"partners"`
	StartedOn string         `json:"started_on,omitempty"`
	Invite    bool           `json:"invite"` // send the invitations at once.
}

// ChangeCoupleInput changes what is given; Version must be the one the reader saw.
type ChangeCoupleInput struct {
	Status     *string      `json:"status,omitempty"`
	Therapists *[]uuid.UUID `json:"therapists,omitempty"`
	SafetyHold *bool        `json:"-"`
	Version    int          `json:"-"`
}

// Page asks for a part of a list; Cursor is what the last part's Next said.
type Page struct {
	Limit  int    // 1 to 100; zero means 50.
	Cursor string // opaque.
}

// List is a part of a list.
type List[T any] struct {
	Data []T     `json:"data"`
	Next *string `json:"next"`
}

// ListCouples lists the couples the actor may know: a clinician's own; for the office all, with names and contact only.
func (s *Service) ListCouples(ctx context.Context, actor Actor, search string, page Page) (List[CoupleView], error) {
	return List[CoupleView]{}, errUnbuilt
}

// CreateCouple opens a case with two partners, and invites them when asked. Faults: invalid, forbidden.
func (s *Service) CreateCouple(ctx context.Context, actor Actor, in CreateCoupleInput) (CoupleView, error) {
	return CoupleView{}, errUnbuilt
}

// Couple gives one couple.
func (s *Service) Couple(ctx context.Context, actor Actor, id uuid.UUID) (CoupleView, error) {
	return CoupleView{}, errUnbuilt
}

// ChangeCouple changes status, therapists or the safety hold. Faults: stale, invalid, forbidden.
func (s *Service) ChangeCouple(ctx context.Context, actor Actor, id uuid.UUID, in ChangeCoupleInput) (CoupleView, error) {
	return CoupleView{}, errUnbuilt
}
