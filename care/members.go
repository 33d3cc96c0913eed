package care

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/models"
)

// MemberView is a person of the practice.
type MemberView struct {
	ID           uuid.UUID   `json:"id"`
	Role         models.Role `json:"role"`
	Clinician    bool        `json:"clinician"`
	Name         string      `json:"name"`
	Email        string      `json:"email,omitempty"` // owner only.
	Locale       string      `json:"locale"`
	Status       string      `json:"status"`
	SupervisorID *uuid.UUID  `json:"supervisor_id,omitempty"`
	Version      int         `json:"version"`
}

// AddMemberInput is a new member; the invitation goes out by mail.
type AddMemberInput struct {
	Role         string     `json:"role" form:"role"`
	Clinician    bool       `json:"clinician" form:"clinician"`
	Name         string     `json:"name" form:"name"`
	Email        string     `json:"email" form:"email"`
	Locale       string     `json:"locale,omitempty" form:"locale"`
	SupervisorID *uuid.UUID `json:"supervisor_id,omitempty"`
}

// ChangeMemberInput changes what is given.
type ChangeMemberInput struct {
	Role         *string    `json:"role,omitempty"`
	Clinician    *bool      `json:"clinician,omitempty"`
	Name         *string    `json:"name,omitempty"`
	Status       *string    `json:"status,omitempty"` // ended: the right goes from the next request on.
	SupervisorID *uuid.UUID `json:"supervisor_id,omitempty"`
	Version      int        `json:"-"`
}

// CreatePracticeInput is a new practice with its first owner.
type CreatePracticeInput struct {
	Name     string
	Email    string
	Owner    string
	Locale   string
	TimeZone string
	Country  string
}

// CreatePractice makes a practice and its first owner, and gives the invitation link, for the command line.
func (s *Service) CreatePractice(ctx context.Context, in CreatePracticeInput) (practiceID uuid.UUID, invitationURL string, err error) {
	return uuid.Nil, "", errUnbuilt
}

// ListMembers lists the practice's people. Every member may see names and roles; the owner also addresses.
func (s *Service) ListMembers(ctx context.Context, actor Actor, page Page) (List[MemberView], error) {
	return List[MemberView]{}, errUnbuilt
}

// AddMember adds a member (owner).
func (s *Service) AddMember(ctx context.Context, actor Actor, in AddMemberInput) (MemberView, error) {
	return MemberView{}, errUnbuilt
}

// ChangeMember changes a member (owner).
func (s *Service) ChangeMember(ctx context.Context, actor Actor, id uuid.UUID, in ChangeMemberInput) (MemberView, error) {
	return MemberView{}, errUnbuilt
}
