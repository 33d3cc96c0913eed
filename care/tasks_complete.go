package care

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// CompleteTask submits the answers. Both halves in: what was hidden opens for both in the same transaction, or at the
// moment the exercise sets. The result is the same whatever the other did. Faults: invalid (fields answers.<question>),
// conflict, not_found.
func (s *Service) CompleteTask(ctx context.Context, actor Actor, id uuid.UUID, answers library.Answers) (ResponseView, error) {
	if !actor.Partner() || !actor.Full() {
		return ResponseView{}, fault.Missing()
	}
	view, err := s.completeQuickly(ctx, actor, id, answers)
	if !errors.Is(err, errNotQuick) {
		return view, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		task, err := models.TaskOf(t.DB, partner.ID, id)
		if err != nil {
			return err
		}
		occurrence, err := models.LockOccurrence(t.DB, task.OccurrenceID)
		if err != nil {
			return err
		}
		if task, err = models.TaskOf(t.DB, partner.ID, id); err != nil { // As it is now that we hold the occurrence.
			return err
		}
		done, err := t.complete(partner, task, answers)
		if err != nil {
			return err
		}
		view = done.view
		return t.writeCompletion(occurrence, done)
	})
	return view, err
}

// completion is what completing a task comes to, before anything is written.
type completion struct {
	partner  models.Partner
	task     models.Task
	form     *library.Exercise
	clean    library.Answers
	response models.Response
	view     ResponseView // made before any reveal, so that it tells nothing of the other's part.
	raised   raised       // what the answers ask of the therapists.
}

// complete checks a task and its answers and makes the sealed response. The caller holds the occurrence.
func (t *txn) complete(partner models.Partner, task models.Task, answers library.Answers) (completion, error) {
	c := completion{partner: partner, task: task}
	switch {
	case task.Status == models.TaskDone:
		return c, fault.New(fault.Conflict, "error.already_done")
	case !task.Status.Unfinished() || !t.now.Before(task.ClosesAt):
		return c, fault.New(fault.Conflict, "error.task_closed")
	case t.now.Before(task.OpensAt):
		return c, fault.New(fault.Conflict, "safety.task_coming")
	}
	forms, err := t.forms(task.FormID)
	if err != nil {
		return c, err
	}
	c.form = taskForm(forms[task.FormID], task, partner.Role)
	if c.clean, err = checkAnswers(c.form, answers, false); err != nil {
		return c, err
	}
	c.response = models.Response{
		Row: models.NewRow(t.PracticeID), TaskID: task.ID, OccurrenceID: task.OccurrenceID, CoupleID: task.CoupleID, PartnerID: task.PartnerID, FormID: task.FormID,
		SubmittedAt: t.now, Audiences: models.JSON[map[string]string]{V: maps.Clone(task.Audiences.V)}, Version: 1,
	}
	if c.response.Answers, err = t.sealJSON(answersPlace(c.response), c.clean); err != nil {
		return c, err
	}
	if len(c.response.Answers) > maxDraft {
		return c, fault.Fieldf("answers", "error.field.too_long", map[string]any{"Max": maxDraft})
	}
	if c.response.Measures, err = t.sealJSON(measuresPlace(c.response), c.form.MeasuresOf(c.clean)); err != nil {
		return c, err
	}
	if c.view, err = t.responseView(c.response, c.form, readerWriter); err != nil {
		return c, err
	}
	t.note(act{verb: "create", object: "response", objectID: c.response.ID, partnerID: c.response.PartnerID, restricted: task.Discreet})
	c.raised, err = t.raise(c)
	return c, err
}

// writeCompletion writes a completion in an ordinary transaction, with what comes of it.
func (t *txn) writeCompletion(o models.Occurrence, c completion) error {
	if err := t.Create(&c.response).Error; err != nil {
		return err
	}
	err := t.Model(&models.Task{}).Where("id = ?", c.task.ID).Updates(map[string]any{"status": models.TaskDone, "done_at": t.now, "draft": nil, "draft_at": nil, "version": c.task.Version + 1}).Error
	if err != nil {
		return err
	}
	if err := t.dropReminders("task", []uuid.UUID{c.task.ID}, "done"); err != nil {
		return err
	}
	if c.form.Kind == library.KindAgreement {
		if err := t.fillAgreementFrom(c.task, c.partner, c.form, c.clean); err != nil {
			return err
		}
	}
	if c.raised.alert != nil {
		if err := t.writeAlert(*c.raised.alert); err != nil {
			return err
		}
	}
	if c.raised.pause != nil {
		if err := models.PauseAssignment(t.DB, c.task.AssignmentID, *c.raised.pause); err != nil {
			return err
		}
	}
	responses, err := models.ResponsesAt(t.DB, o.ID)
	if err != nil || !reveals(o, responses) {
		return err
	}
	t.noteReveal(responses)
	return models.Reveal(t.DB, o.ID, revealMoment(c.form.Reveal, t.now, t.actor.Zone))
}

// reveals tells whether what was hidden opens now: both halves are in and something waits for that. A half that was
// skipped, expired or withdrawn never reveals (design decision 11).
func reveals(o models.Occurrence, responses []models.Response) bool {
	return len(responses) == 2 && !o.NeverReveals && o.RevealedAt == nil && hasAudience(responses, library.AudienceReveal)
}

func (t *txn) noteReveal(responses []models.Response) {
	for _, r := range responses {
		t.note(act{verb: "reveal", object: "response", objectID: r.ID, partnerID: r.PartnerID})
	}
}

func hasAudience(responses []models.Response, audience library.Audience) bool {
	for _, r := range responses {
		for _, a := range r.Audiences.V {
			if library.Audience(a) == audience {
				return true
			}
		}
	}
	return false
}

// revealMoment is now, or the next time the exercise's clock time comes.
func revealMoment(setting string, now time.Time, zone *time.Location) time.Time {
	if !validClock(setting) {
		return now
	}
	local := now.In(zone)
	at := moment(models.DayOf(local), setting, zone)
	if at.Before(now) {
		at = moment(models.DayOf(local.AddDate(0, 0, 1)), setting, zone)
	}
	return at
}
