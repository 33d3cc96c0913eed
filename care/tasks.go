package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// TaskView is one's own task.
type TaskView struct {
	ID           uuid.UUID
	AssignmentID uuid.UUID
	Exercise     *library.Exercise // as frozen when assigned, with the task's audiences on its questions.
	DueAt        time.Time
	ClosesAt     time.Time
	Status       models.TaskStatus
	CanTakeBack  bool
	Draft        library.Answers // what was typed so far; only in Task.
	Response     *ResponseView   // one's own answer; only in Task.
	Partner      *ResponseView   // what may be read of the other's answer; only in Task.
	AgreementID  *uuid.UUID      // a joint agreement to fill in and sign.
	Version      int
}

// ResponseView is an answer as its reader may read it.
type ResponseView struct {
	ID          uuid.UUID         `json:"id"`
	TaskID      uuid.UUID         `json:"task_id"`
	PartnerID   uuid.UUID         `json:"partner_id"`
	SubmittedAt time.Time         `json:"submitted_at"`
	RevealedAt  *time.Time        `json:"revealed_at,omitempty"`
	Answers     library.Answers   `json:"answers"`
	Hidden      []string          `json:"hidden"` // question ids, by the form and never by the answers.
	Audiences   map[string]string `json:"audiences"`
	Exercise    *library.Exercise `json:"-"`
	Score       *library.Score    `json:"score,omitempty"`
	CanReveal   bool              `json:"can_reveal"` // in_session questions wait for the therapist.
	Erased      bool              `json:"erased,omitempty"`
	PartnerName string            `json:"-"`
	Version     int               `json:"version"`
}

// ListTasks lists the partner's own tasks: status open (default), done or all.
func (s *Service) ListTasks(ctx context.Context, actor Actor, status string, page Page) (List[TaskView], error) {
	return List[TaskView]{}, errUnbuilt
}

// Task opens one's own task with its form, audiences, draft, and what may be read of the other's answer.
func (s *Service) Task(ctx context.Context, actor Actor, id uuid.UUID) (TaskView, error) {
	return TaskView{}, errUnbuilt
}

// SaveDraft keeps what was typed. Only the writer reads it. Faults: invalid, conflict when the task is closed, stale when
// version is not 0 and someone (another tab) saved since.
func (s *Service) SaveDraft(ctx context.Context, actor Actor, id uuid.UUID, answers library.Answers, version int) (TaskView, error) {
	return TaskView{}, errUnbuilt
}

// CompleteTask submits the answers. Both halves in: what was hidden opens for both in the same transaction. The result is
// the same whatever the other did. Faults: invalid (fields answers.<question>), conflict, not_found.
func (s *Service) CompleteTask(ctx context.Context, actor Actor, id uuid.UUID, answers library.Answers) (ResponseView, error) {
	return ResponseView{}, errUnbuilt
}

// TakeBackResponse turns one's own answer into a draft again, before a reveal. Faults: conflict afterwards.
func (s *Service) TakeBackResponse(ctx context.Context, actor Actor, taskID uuid.UUID) error {
	return errUnbuilt
}

// SkipTask leaves a task undone, without a reason.
func (s *Service) SkipTask(ctx context.Context, actor Actor, id uuid.UUID) error { return errUnbuilt }

// DraftToken signs the right to save this task's draft (not to read it) for some hours, so that a form without script loses nothing
// when the sign-in has expired (design decision 18).
func (s *Service) DraftToken(actor Actor, taskID uuid.UUID) string { return "" }

// SaveDraftByToken saves a draft with such a token, after the sign-in has expired.
func (s *Service) SaveDraftByToken(ctx context.Context, token string, taskID uuid.UUID, answers library.Answers) error {
	return errUnbuilt
}

// PortalView is the partner's today.
type PortalView struct {
	Name        string
	Practice    string
	Open        []TaskView
	Upcoming    []TaskView // within a week.
	DoneCount   int        // own tasks done in the last seven days.
	NextSession *SessionView
	Reports     []ReportView    // published in the last 40 days.
	Agreements  []AgreementView // waiting for one's signature or review.
	Paused      bool
	Notice      bool // joint work was rescheduled.
	Helplines   []models.Helpline
}

// PortalToday is the partner's start page.
func (s *Service) PortalToday(ctx context.Context, actor Actor) (PortalView, error) {
	return PortalView{}, errUnbuilt
}
