package care

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// stopPaused ends the open tasks of homework that stops coming because of what an answer said, for both partners alike and
// with the one neutral word for it (design decision 15). It runs with the clock and not with the answer.
func (s *Service) stopPaused(ctx context.Context, practiceID uuid.UUID) error {
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		ids, err := models.StopPausedTasks(t.DB, t.now)
		if err != nil {
			return err
		}
		return t.dropReminders("task", ids, "rescheduled")
	})
}

// ResumeAssignment lets homework that an answer had paused come again. Only the couple's therapists can, and no portal says
// that it was paused. Faults: not_found, conflict when it is not paused, stale.
func (s *Service) ResumeAssignment(ctx context.Context, actor Actor, id uuid.UUID, version int) (AssignmentView, error) {
	var view AssignmentView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		a, err := t.assignmentFor(id)
		if err != nil {
			return err
		}
		if a.Status != "active" || a.PauseAt == nil {
			return fault.New(fault.Conflict, "safety.not_paused")
		}
		r := t.Model(&models.Assignment{}).Where("id = ? and version = ?", a.ID, version).
			Updates(map[string]any{"pause_at": nil, "materialised_until": nil, "version": version + 1})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Stale, "")
		}
		a.PauseAt, a.MaterialisedUntil, a.Version = nil, nil, version+1
		t.note(act{verb: "change", object: "safety_hold", objectID: a.ID, coupleID: a.CoupleID, restricted: true})
		if err := t.makeTasks([]models.Assignment{a}); err != nil {
			return err
		}
		view, err = t.assignmentView(a)
		return err
	})
	return view, err
}
