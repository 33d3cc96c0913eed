package care

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// checkSafety looks up what a practice chose for its safety: who is on duty, and which exercise holds its private questions.
func (t *txn) checkSafety(c *fault.Collector, in ChangePracticeInput, p *models.Practice) error {
	if in.DutyMemberID != nil {
		p.DutyMemberID = nil
		if *in.DutyMemberID != "" {
			id, err := uuid.Parse(*in.DutyMemberID)
			if err != nil || !t.mayBeOnDuty(id) {
				c.Add("duty_member_id", "error.field.choice", nil)
			}
			p.DutyMemberID = ref(id)
		}
	}
	if in.ScreeningExercise == nil {
		return nil
	}
	if p.ScreeningExercise = *in.ScreeningExercise; p.ScreeningExercise == libraryScreening {
		p.ScreeningExercise = ""
	}
	if p.ScreeningExercise == "" {
		return nil
	}
	form, found, err := t.sharedForm(p.ScreeningExercise)
	if err != nil {
		return err
	}
	if !found {
		c.Add("screening_exercise", "error.field.choice", nil)
		return nil
	}
	e, err := decodeForm(form)
	if err == nil && !asksAlone(e) {
		c.Add("screening_exercise", "safety.screening_unfit", nil)
	}
	return err
}

// sharedForm is the newest form of an own exercise that the whole practice may give.
func (t *txn) sharedForm(exercise string) (models.ExerciseForm, bool, error) {
	var form models.ExerciseForm
	id, err := uuid.Parse(exercise)
	if err != nil {
		return form, false, nil
	}
	o, err := models.FindOwnExercise(t.DB, id)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return form, false, nil
	}
	if err != nil || !o.Shared || o.PublishedVersion == 0 || o.Status == models.OwnArchived {
		return form, false, err
	}
	form, err = models.FormOf(t.DB, exercise, o.PublishedVersion)
	return form, err == nil, err
}

// mayBeOnDuty tells whether a member can hear of alerts that nobody has seen: whoever works there and is no office.
func (t *txn) mayBeOnDuty(id uuid.UUID) bool {
	m, err := models.FindMember(t.DB, id)
	return err == nil && m.Status != "ended" && m.Role != models.RoleOffice
}

// asksAlone tells whether an exercise can hold private questions: each partner alone, not stopped by a hold, and nothing in it
// that the other could ever read.
func asksAlone(e *library.Exercise) bool {
	if e.Kind == library.KindAgreement || e.Joint || e.RequiresNoHold || e.Card || len(e.Questions) == 0 {
		return false
	}
	for _, q := range e.Questions {
		if q.Audience != library.AudienceTherapist {
			return false
		}
	}
	return true
}

// ScreeningChoice is an own exercise that can hold the practice's private questions.
type ScreeningChoice struct {
	ID    string
	Title string
}

// ScreeningChoices lists the own exercises that an owner can choose for the private questions: shared with the practice, and
// such that the other partner could never read an answer. Faults: forbidden for members who are not the owner.
func (s *Service) ScreeningChoices(ctx context.Context, actor Actor) ([]ScreeningChoice, error) {
	var out []ScreeningChoice
	if err := mayManagePractice(actor).fault(); err != nil {
		return nil, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		list, err := models.OwnExercises(t.DB)
		if err != nil {
			return err
		}
		for _, o := range list {
			form, found, err := t.sharedForm(o.ID.String())
			if err != nil {
				return err
			}
			if !found {
				continue
			}
			e, err := decodeForm(form)
			if err != nil {
				return err
			}
			if asksAlone(e) {
				out = append(out, ScreeningChoice{ID: o.ID.String(), Title: e.Title.In(string(actor.Locale))})
			}
		}
		return nil
	})
	return out, err
}
