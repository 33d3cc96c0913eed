package care

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// DeskView is the day of a member.
type DeskView struct {
	Today      []SessionView // who comes today.
	HomeworkIn []HomeworkIn  // answers since the last session, by couple.
	Waiting    []WaitingItem // what waits for the member.
}

// HomeworkIn says how much of a couple's homework came in lately.
type HomeworkIn struct {
	CoupleID   uuid.UUID
	CoupleName string
	Done       int
	Assigned   int
	LastAt     *time.Time
}

// WaitingItem is something that waits for a member: a report to approve, a letter to reveal, a note to sign, an alert.
type WaitingItem struct {
	Kind       string // report, reveal, note, cosign, alert, invitation.
	AlertKind  string
	CoupleID   uuid.UUID
	CoupleName string
	SubjectID  uuid.UUID
	At         time.Time
}

// DeskToday is a member's start page. The office sees the calendar alone.
func (s *Service) DeskToday(ctx context.Context, actor Actor) (DeskView, error) {
	return DeskView{}, errUnbuilt
}
