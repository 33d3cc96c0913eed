package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
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
	Coming       bool // it has not opened yet: it can be read and not done.
	Status       models.TaskStatus
	CanTakeBack  bool
	Draft        library.Answers // what was typed so far; only in Task.
	Response     *ResponseView   // one's own answer; only in Task.
	Partner      *ResponseView   // what may be read of the other's answer; only in Task.
	AgreementID  *uuid.UUID      // a joint agreement to fill in and sign.
	LookBackDays int             // the period that a questionnaire asks about, as fixed when it was given; 0 for none.
	Private      bool            // opened only behind a fresh sign-in, also while it is still empty.
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
	Outcome     *Outcome          `json:"-"`          // of an instrument, for who may read all answers that count.
	CanReveal   bool              `json:"can_reveal"` // in_session questions wait for the therapist.
	Erased      bool              `json:"erased,omitempty"`
	PartnerName string            `json:"-"`
	Version     int               `json:"version"`
}

// places of a partner's sealed documents, all under the writer's own key for ever (design decision 5).
func draftPlace(task models.Task) place {
	return place{keyPerson, task.PartnerID, "tasks", "draft", task.ID}
}

func answersPlace(r models.Response) place {
	return place{keyPerson, r.PartnerID, "responses", "answers", r.ID}
}

func measuresPlace(r models.Response) place {
	return place{keyPerson, r.PartnerID, "responses", "measures", r.ID}
}

// taskForm is the exercise as this task asks it: the questions for the partner's role, with the task's frozen audiences.
func taskForm(form *library.Exercise, task models.Task, role string) *library.Exercise {
	e := form.ForRole(role)
	questions := make([]library.Question, len(e.Questions))
	copy(questions, e.Questions)
	for i := range questions {
		if a, ok := task.Audiences.V[questions[i].ID]; ok {
			questions[i].Audience = library.Audience(a)
		}
	}
	e.Questions = questions
	return e
}

// ListTasks lists the partner's own tasks that have opened: status open (default), done or all; open ones by due moment,
// others newest first. Faults: invalid.
func (s *Service) ListTasks(ctx context.Context, actor Actor, status string, page Page) (List[TaskView], error) {
	var out List[TaskView]
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	if status == "" {
		status = "open"
	}
	if status != "open" && status != "done" && status != "all" {
		return out, fault.Fieldf("status", "error.field.choice", nil)
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		rows, err := models.TasksOf(t.DB, partner.ID, status, t.now, offset, limit+1)
		if err != nil {
			return err
		}
		views, err := t.taskViews(partner, rows)
		if err != nil {
			return err
		}
		t.note(act{verb: "read", object: "tasks", partnerID: partner.ID})
		out = more(views, offset, limit)
		return nil
	})
	return out, err
}

func (t *txn) taskViews(partner models.Partner, rows []models.Task) ([]TaskView, error) {
	formIDs := make([]uuid.UUID, 0, len(rows))
	for _, r := range rows {
		formIDs = append(formIDs, r.FormID)
	}
	forms, err := t.forms(formIDs...)
	if err != nil {
		return nil, err
	}
	out := make([]TaskView, 0, len(rows))
	for _, r := range rows {
		out = append(out, TaskView{
			ID: r.ID, AssignmentID: r.AssignmentID, Exercise: taskForm(forms[r.FormID], r, partner.Role), DueAt: r.DueAt, ClosesAt: r.ClosesAt,
			Coming: t.now.Before(r.OpensAt), Status: r.Status, LookBackDays: r.LookBackDays, Private: r.Discreet, Version: r.Version,
		})
	}
	return out, nil
}

// Task opens one's own task with its form, audiences, draft, and what may be read of the other's answer. It is a hot
// page: a task still to be done goes in one round trip. Faults: not_found.
func (s *Service) Task(ctx context.Context, actor Actor, id uuid.UUID) (TaskView, error) {
	var view TaskView
	if !actor.Partner() || !actor.Full() {
		return view, fault.Missing()
	}
	t := s.detached(ctx, actor)
	t.note(act{verb: "read", object: "task", objectID: id, partnerID: actor.ID})
	var (
		partner   models.Partner
		practice  models.Practice
		keys      []models.WrappedKey
		tasks     []models.Task
		responses []models.Response
	)
	err := s.DB.BatchInPractice(ctx, actor.PracticeID, actor.ID, func(b *db.Batch) {
		models.BatchPartner(b, &partner, &practice, actor.ID)
		models.BatchKeys(b, &keys, actor.CoupleID)
		models.BatchTask(b, &tasks, actor.ID, id)
		models.BatchResponses(b, &responses, actor.ID, id)
		t.batchEvents(b, models.BatchTaskEvent)
	})
	if err != nil {
		return view, err
	}
	if partner.ID != actor.ID || len(tasks) == 0 {
		return view, fault.Missing()
	}
	if err := t.take(keys); err != nil {
		return view, err
	}
	if len(responses) == 0 {
		views, err := t.taskViews(partner, tasks)
		if err != nil {
			return view, err
		}
		if view = views[0]; view.Exercise.Kind != library.KindAgreement {
			_, err = t.openJSON(draftPlace(tasks[0]), tasks[0].Draft, &view.Draft)
			return view, err
		}
	}
	// Answers are there to be read, perhaps the other's: an ordinary transaction, which also notes whose.
	err = s.inPractice(ctx, actor, func(t *txn) error {
		view, err = t.taskView(partner, tasks[0])
		return err
	})
	return view, err
}

func (t *txn) taskView(partner models.Partner, task models.Task) (TaskView, error) {
	views, err := t.taskViews(partner, []models.Task{task})
	if err != nil {
		return TaskView{}, err
	}
	v := views[0]
	if _, err := t.openJSON(draftPlace(task), task.Draft, &v.Draft); err != nil {
		return v, err
	}
	responses, err := models.ResponsesAt(t.DB, task.OccurrenceID)
	if err != nil {
		return v, err
	}
	var outcomes []compared
	for _, r := range responses {
		if r.PartnerID == partner.ID {
			own, err := t.responseView(r, v.Exercise, readerWriter)
			if err != nil {
				return v, err
			}
			if task.Discreet {
				own.Outcome = nil // Of private questions nothing stands on a partner's page but the answers.
			}
			v.Response = &own
			v.CanTakeBack = canTakeBack(task, r, t.now)
			outcomes = append(outcomes, compared{r.ID, v.Response, partner.Role, readerWriter})
			continue
		}
		if v.Partner, err = t.othersAnswer(r, v.Exercise); err != nil {
			return v, err
		}
		outcomes = append(outcomes, compared{r.ID, v.Partner, "", readerOther})
	}
	if err := t.compareOutcomes(outcomes...); err != nil {
		return v, err
	}
	if v.Exercise.Kind == library.KindAgreement {
		return v, t.joinAgreement(&v, task)
	}
	return v, nil
}

// othersAnswer is what a partner may read of the other's answer; nil when there is nothing, exactly as when there is no
// answer at all. Neither its id nor its moment is told (design decision 12).
func (t *txn) othersAnswer(r models.Response, form *library.Exercise) (*ResponseView, error) {
	other, err := t.responseView(r, form, readerOther)
	if err != nil {
		return nil, err
	}
	if len(other.Answers) == 0 {
		return nil, nil
	}
	forms, err := t.forms(r.FormID)
	if err != nil {
		return nil, err
	}
	if !comparesWithOther(forms[r.FormID]) {
		other.Outcome = nil
	}
	other.ID, other.TaskID, other.SubmittedAt, other.Version, other.Score = uuid.Nil, uuid.Nil, time.Time{}, 0, nil
	t.note(act{verb: "read", object: "response", objectID: r.ID, partnerID: r.PartnerID})
	return &other, nil
}

// responseView opens an answer for a reader: only what that reader may read, with the rest listed by the form.
func (t *txn) responseView(r models.Response, form *library.Exercise, who reader) (ResponseView, error) {
	v := ResponseView{ID: r.ID, TaskID: r.TaskID, PartnerID: r.PartnerID, SubmittedAt: r.SubmittedAt, Answers: library.Answers{}, Hidden: []string{}, Audiences: r.Audiences.V, Exercise: form, Version: r.Version}
	state := openedOf(r, t.now)
	if state.revealed {
		v.RevealedAt = r.RevealedAt
	}
	var all library.Answers
	ok, err := t.openJSON(answersPlace(r), r.Answers, &all)
	if err != nil {
		return v, err
	}
	v.Erased = !ok
	whole := true
	for _, q := range form.Questions {
		if !mayReadAnswer(who, library.Audience(r.Audiences.V[q.ID]), state) {
			v.Hidden = append(v.Hidden, q.ID)
			whole = false
			continue
		}
		if a, given := all[q.ID]; given {
			v.Answers[q.ID] = a
		}
		if who == readerTherapist && library.Audience(r.Audiences.V[q.ID]) == library.AudienceInSession && !state.sessionRevealed {
			v.CanReveal = true
		}
	}
	if whole && form.Scoring != nil {
		if score, ok := form.Score(all); ok {
			v.Score = &score
		}
	}
	if ok {
		v.Outcome = t.outcome(r, form, all, who)
	}
	return v, nil
}

func openedOf(r models.Response, now time.Time) opened {
	return opened{revealed: r.RevealedAt != nil && !r.RevealedAt.After(now), sessionRevealed: r.SessionRevealedAt != nil}
}

// canTakeBack tells whether the writer can take an answer back: nobody else could read any of it yet, and its time is not
// over. Whether the other has answered makes no difference here.
func canTakeBack(task models.Task, r models.Response, now time.Time) bool {
	if openedOf(r, now) != (opened{}) || !now.Before(task.ClosesAt) {
		return false
	}
	for _, a := range r.Audiences.V {
		if library.Audience(a) == library.AudienceBoth {
			return false
		}
	}
	return true
}

// maxDraft bounds a whole form's answers, in octets.
const maxDraft = 400_000

// checkAnswers validates against the task's form. Faults: invalid with fields answers.<question>.
func checkAnswers(form *library.Exercise, answers library.Answers, partial bool) (library.Answers, error) {
	clean, wrong := form.Check(answers, partial)
	if len(wrong) > 0 {
		return nil, &fault.Error{Code: fault.Invalid, Fields: wrong}
	}
	return clean, nil
}

// SaveDraft keeps what was typed. Only the writer reads it. Faults: invalid, conflict when the task is closed, stale when
// version is not 0 and someone (another tab) saved since.
func (s *Service) SaveDraft(ctx context.Context, actor Actor, id uuid.UUID, answers library.Answers, version int) (TaskView, error) {
	var view TaskView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		task, err := t.writeDraft(partner, id, answers, version)
		if err != nil {
			return err
		}
		view, err = t.taskView(partner, task)
		return err
	})
	return view, err
}

func (t *txn) writeDraft(partner models.Partner, id uuid.UUID, answers library.Answers, version int) (models.Task, error) {
	task, err := models.TaskOf(t.DB, partner.ID, id)
	if err != nil {
		return task, err
	}
	if !task.Status.Unfinished() || !t.now.Before(task.ClosesAt) {
		return task, fault.New(fault.Conflict, "error.task_closed")
	}
	if t.now.Before(task.OpensAt) {
		return task, fault.New(fault.Conflict, "safety.task_coming")
	}
	forms, err := t.forms(task.FormID)
	if err != nil {
		return task, err
	}
	clean, err := checkAnswers(taskForm(forms[task.FormID], task, partner.Role), answers, true)
	if err != nil {
		return task, err
	}
	sealed, err := t.sealJSON(draftPlace(task), clean)
	if err != nil {
		return task, err
	}
	if len(sealed) > maxDraft {
		return task, fault.Fieldf("answers", "error.field.too_long", map[string]any{"Max": maxDraft})
	}
	q := t.Model(&models.Task{}).Where("id = ? and status in ('open', 'draft')", task.ID)
	if version != 0 {
		q = q.Where("version = ?", version)
	}
	r := q.Updates(map[string]any{"draft": sealed, "draft_at": t.now, "status": models.TaskDraft, "version": task.Version + 1})
	if r.Error != nil {
		return task, r.Error
	}
	if r.RowsAffected == 0 {
		return task, fault.New(fault.Stale, "")
	}
	task.Draft, task.DraftAt, task.Status, task.Version = sealed, &t.now, models.TaskDraft, task.Version+1
	t.note(act{verb: "change", object: "draft", objectID: task.ID, partnerID: partner.ID})
	return task, nil
}

// TakeBackResponse turns one's own answer into a draft again, before anyone else could read it. Faults: not_found, conflict.
func (s *Service) TakeBackResponse(ctx context.Context, actor Actor, taskID uuid.UUID) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		task, err := models.TaskOf(t.DB, partner.ID, taskID)
		if err != nil {
			return err
		}
		if _, err := models.LockOccurrence(t.DB, task.OccurrenceID); err != nil {
			return err
		}
		r, err := models.ResponseOfTask(t.DB, task.ID)
		if err != nil {
			return err
		}
		if !canTakeBack(task, r, t.now) {
			return fault.New(fault.Conflict, "error.revealed")
		}
		var answers library.Answers
		if _, err := t.openJSON(answersPlace(r), r.Answers, &answers); err != nil {
			return err
		}
		sealed, err := t.sealJSON(draftPlace(task), answers)
		if err != nil {
			return err
		}
		if err := models.Unreveal(t.DB, task.OccurrenceID); err != nil { // A reveal set for later does not come.
			return err
		}
		if err := t.Where("id = ?", r.ID).Delete(&models.Response{}).Error; err != nil {
			return err
		}
		t.note(act{verb: "take_back", object: "response", objectID: r.ID, partnerID: partner.ID})
		return t.Model(&models.Task{}).Where("id = ?", task.ID).Updates(map[string]any{"status": models.TaskDraft, "done_at": nil, "draft": sealed, "draft_at": t.now, "version": task.Version + 1}).Error
	})
}

// SkipTask leaves a task undone, without a reason; what the other wrote then stays hidden for good.
func (s *Service) SkipTask(ctx context.Context, actor Actor, id uuid.UUID) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		task, err := models.TaskOf(t.DB, partner.ID, id)
		if err != nil {
			return err
		}
		if _, err := models.LockOccurrence(t.DB, task.OccurrenceID); err != nil {
			return err
		}
		r := t.Model(&models.Task{}).Where("id = ? and status in ('open', 'draft')", task.ID).Updates(map[string]any{"status": models.TaskSkipped, "draft": nil, "draft_at": nil, "version": task.Version + 1})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Conflict, "error.task_closed")
		}
		if err := t.Model(&models.Occurrence{}).Where("id = ?", task.OccurrenceID).Update("never_reveals", true).Error; err != nil {
			return err
		}
		t.note(act{verb: "skip", object: "task", objectID: task.ID, partnerID: partner.ID})
		return t.dropReminders("task", []uuid.UUID{task.ID}, "skipped")
	})
}
