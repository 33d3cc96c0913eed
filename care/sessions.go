package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// SessionView is a therapy session. Partners see their own, without room bookings of others.
type SessionView struct {
	ID         uuid.UUID            `json:"id"`
	CoupleID   uuid.UUID            `json:"couple_id"`
	CoupleName string               `json:"-"`
	Therapists []uuid.UUID          `json:"therapists"`
	Names      []string             `json:"therapist_names"`
	Room       string               `json:"room,omitempty"`
	Kind       string               `json:"kind"`
	PartnerID  *uuid.UUID           `json:"partner_id,omitempty"`
	StartsAt   time.Time            `json:"starts_at"`
	EndsAt     time.Time            `json:"ends_at"`
	Status     models.SessionStatus `json:"status"`
	HasNote    bool                 `json:"-"`
	Version    int                  `json:"version"`
}

// PlanSessionInput is a new session.
type PlanSessionInput struct {
	CoupleID   uuid.UUID   `json:"couple_id"`
	Therapists []uuid.UUID `json:"therapists,omitempty"` // empty: the couple's own.
	Room       string      `json:"room,omitempty"`
	Kind       string      `json:"kind"`
	PartnerID  *uuid.UUID  `json:"partner_id,omitempty"`
	StartsAt   time.Time   `json:"starts_at"`
	EndsAt     time.Time   `json:"ends_at"`
}

// ChangeSessionInput changes what is given.
type ChangeSessionInput struct {
	Therapists *[]uuid.UUID `json:"therapists,omitempty"`
	Room       *string      `json:"room,omitempty"`
	StartsAt   *time.Time   `json:"starts_at,omitempty"`
	EndsAt     *time.Time   `json:"ends_at,omitempty"`
	Status     *string      `json:"status,omitempty"` // held, no_show, planned.
	Version    int          `json:"-"`
}

// SessionFilter narrows a list of sessions.
type SessionFilter struct {
	From, Until time.Time // zero: no bound.
	CoupleID    uuid.UUID
	MemberID    uuid.UUID
}

// ListSessions lists the sessions the actor may know, earliest first.
func (s *Service) ListSessions(ctx context.Context, actor Actor, f SessionFilter, page Page) (List[SessionView], error) {
	return List[SessionView]{}, errUnbuilt
}

// PlanSession books a session. Faults: invalid, conflict (key session.overlap) when therapist, room or partner is taken.
func (s *Service) PlanSession(ctx context.Context, actor Actor, in PlanSessionInput) (SessionView, error) {
	return SessionView{}, errUnbuilt
}

// Session gives one session.
func (s *Service) Session(ctx context.Context, actor Actor, id uuid.UUID) (SessionView, error) {
	return SessionView{}, errUnbuilt
}

// ChangeSession moves a session or records how it went. Faults: stale, conflict, invalid.
func (s *Service) ChangeSession(ctx context.Context, actor Actor, id uuid.UUID, in ChangeSessionInput) (SessionView, error) {
	return SessionView{}, errUnbuilt
}

// CancelSession cancels; the slot is free again and the reminders go.
func (s *Service) CancelSession(ctx context.Context, actor Actor, id uuid.UUID, version int) (SessionView, error) {
	return SessionView{}, errUnbuilt
}

// NoteView is the therapist's working note on a session.
type NoteView struct {
	ID         uuid.UUID  `json:"id"`
	SessionID  uuid.UUID  `json:"session_id"`
	AuthorID   uuid.UUID  `json:"author_id"`
	Body       string     `json:"body"`
	SignedAt   *time.Time `json:"signed_at,omitempty"`
	CosignedAt *time.Time `json:"cosigned_at,omitempty"`
	Amends     *uuid.UUID `json:"amends,omitempty"`
	UpdatedAt  time.Time  `json:"updated_at"`
	Version    int        `json:"version"`
}

// SessionNotes gives the notes of a session, oldest first: the note and its amendments.
func (s *Service) SessionNotes(ctx context.Context, actor Actor, sessionID uuid.UUID) ([]NoteView, error) {
	return nil, errUnbuilt
}

// WriteNote writes the session's note; once signed it is locked and writing makes an amendment. version 0 for a new one.
func (s *Service) WriteNote(ctx context.Context, actor Actor, sessionID uuid.UUID, body string, version int) (NoteView, error) {
	return NoteView{}, errUnbuilt
}

// SignNote signs the newest note; a trainee's needs the supervisor's signature too.
func (s *Service) SignNote(ctx context.Context, actor Actor, sessionID uuid.UUID) (NoteView, error) {
	return NoteView{}, errUnbuilt
}
