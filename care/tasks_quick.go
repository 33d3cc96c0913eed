package care

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// errNotQuick says that a completion has more to do than the quick way can: an agreement, a form not yet known.
var errNotQuick = errors.New("care: not the quick way")

// completeQuickly is CompleteTask for the usual case, in two round trips: one that takes hold of the occurrence and reads,
// one that writes. It decides with the same functions as the ordinary way. What an answer asks of the therapists goes out with
// the rest, so that sending takes as long whatever was answered.
func (s *Service) completeQuickly(ctx context.Context, actor Actor, id uuid.UUID, answers library.Answers) (ResponseView, error) {
	t := s.detached(ctx, actor)
	var (
		partner     models.Partner
		practice    models.Practice
		keys        []models.WrappedKey
		tasks       []models.Task
		occurrences []models.Occurrence
		responses   []models.Response
		therapists  []models.Treating
		done        completion
	)
	err := s.DB.ExchangeInPractice(ctx, actor.PracticeID, actor.ID, func(b *db.Batch) {
		models.BatchLockOccurrence(b, &occurrences, actor.ID, id) // First: what follows is read as it is once we hold it.
		models.BatchPartner(b, &partner, &practice, actor.ID)
		models.BatchKeys(b, &keys, actor.CoupleID)
		models.BatchTask(b, &tasks, actor.ID, id)
		models.BatchResponses(b, &responses, actor.ID, id)
		models.BatchTherapists(b, &therapists, actor.CoupleID)
	}, func(b *db.Batch) error {
		if partner.ID != actor.ID || len(tasks) == 0 || len(occurrences) == 0 {
			return fault.Missing()
		}
		if _, known := s.forms.get(tasks[0].FormID); !known {
			return errNotQuick
		}
		if err := t.take(keys); err != nil {
			return err
		}
		var err error
		if done, err = t.complete(partner, tasks[0], answers); err != nil {
			return err
		}
		if done.form.Kind == library.KindAgreement {
			return errNotQuick
		}
		models.BatchResponse(b, done.response)
		models.BatchTaskDone(b, done.task, t.now)
		if done.raised.alert != nil {
			models.BatchAlert(b, *done.raised.alert)
			var told []models.Reminder
			for _, member := range therapists {
				told = append(told, t.alertMessages(done.raised.alert.ID, member, practice)...)
			}
			models.BatchPlanReminders(b, told)
		}
		if done.raised.pause != nil {
			models.BatchPauseAssignment(b, done.task.AssignmentID, *done.raised.pause)
		}
		if all := append(responses, done.response); reveals(occurrences[0], all) {
			models.BatchReveal(b, occurrences[0].ID, revealMoment(done.form.Reveal, t.now, actor.Zone))
			t.noteReveal(all)
		}
		t.batchEvents(b, models.BatchEvent)
		return nil
	})
	return done.view, err
}
