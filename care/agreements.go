package care

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// WriteAgreementInput is the joint text. Vague points without a measure are refused at the field.
type WriteAgreementInput struct {
	ExerciseID string           `json:"exercise_id,omitempty"` // a new agreement's kind: trust-contract, smart-agreement, …
	Intro      string           `json:"intro,omitempty"`
	Points     []AgreementPoint `json:"points"`
	StartsOn   string           `json:"starts_on,omitempty"` // empty: the day all have signed.
	ReviewOn   string           `json:"review_on,omitempty"`
	EndsOn     string           `json:"ends_on,omitempty"`   // it ends by itself on that day.
	EndsWhen   string           `json:"ends_when,omitempty"` // the condition under which both find it may end.
	Version    int              `json:"-"`
}

// text is what the input says, as it is kept.
func (in WriteAgreementInput) text() agreementText {
	return agreementText{Intro: in.Intro, Points: in.Points, StartsOn: models.Day(in.StartsOn), EndsOn: models.Day(in.EndsOn), EndsWhen: in.EndsWhen}
}

// SignAgreementInput is one partner's yes to one revision.
type SignAgreementInput struct {
	Revision  int    `json:"revision" form:"revision"`
	Name      string `json:"name" form:"name"`
	NotFreely bool   `json:"not_freely" form:"not_freely"` // "I did not choose this freely": therapist only.
	Worries   string `json:"worries" form:"worries"`       // what one dreads about signing: therapist only.
}

// ReviewAgreementInput is one look back.
type ReviewAgreementInput struct {
	Kept     map[string]bool `json:"kept"` // point id to kept.
	Words    string          `json:"words,omitempty" form:"words"`
	ReviewOn string          `json:"review_on,omitempty" form:"review_on"` // the next one.
}

// agreementRight is what an act on an agreement asks: partners take part, staff work in the file.
func agreementRight(actor Actor, write bool) right {
	switch {
	case actor.Partner():
		return takePart
	case write:
		return writeClinical
	}
	return readClinical
}

// ListAgreements lists a couple's agreements, oldest first; a partner's own couple's, or a therapist's couple's.
func (s *Service) ListAgreements(ctx context.Context, actor Actor, coupleID uuid.UUID) ([]AgreementView, error) {
	var views []AgreementView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, agreementRight(actor, false))
		if err != nil {
			return err
		}
		list, err := models.AgreementsOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		views, err = t.viewAgreements(couple, list)
		return err
	})
	return views, err
}

// Agreement gives one agreement.
func (s *Service) Agreement(ctx context.Context, actor Actor, id uuid.UUID) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, false, nil)
}

// onAgreement locks an agreement for a change (or just reads it), lets do work on it and gives the outcome.
func (s *Service) onAgreement(ctx context.Context, actor Actor, id uuid.UUID, write bool, do func(*txn, models.Couple, *models.Agreement) error) (AgreementView, error) {
	var view AgreementView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		find := models.FindAgreement
		if write {
			find = models.LockAgreement
		}
		a, err := find(t.DB, id)
		if err != nil {
			return err
		}
		couple, err := t.coupleFor(a.CoupleID, agreementRight(actor, write))
		if err != nil {
			return err
		}
		if do != nil {
			if err := do(t, couple, &a); err != nil {
				return err
			}
		}
		views, err := t.viewAgreements(couple, []models.Agreement{a})
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

// ProposeAgreement writes a new agreement's text and proposes it for signing; either partner or the therapist. Faults:
// invalid (exercise_id, points.<n>.<field>, starts_on, review_on, ends_on), conflict while joint work stands still.
func (s *Service) ProposeAgreement(ctx context.Context, actor Actor, coupleID uuid.UUID, in WriteAgreementInput) (AgreementView, error) {
	var view AgreementView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, agreementRight(actor, true))
		if err != nil {
			return err
		}
		if err := t.mustWorkJointly(couple); err != nil {
			return err
		}
		exercise, _, err := t.findExercise(in.ExerciseID)
		if err != nil {
			return err
		}
		if exercise.Kind != library.KindAgreement {
			return fault.Fieldf("exercise_id", "error.field.choice", nil)
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		if exercise.Signers != "" && !slices.ContainsFunc(partners, func(p models.Partner) bool { return p.Role == exercise.Signers }) {
			return fault.Fieldf("exercise_id", "safety.roles_needed", nil)
		}
		if err := t.checkAgreement(&in, exercise.ID, partners); err != nil {
			return err
		}
		a, err := t.draftAgreement(couple, exercise, nil)
		if err != nil {
			return err
		}
		body, err := t.agreementBody(a)
		if err != nil {
			return err
		}
		if err := t.rewrite(&a, body, in.text(), models.Day(in.ReviewOn)); err != nil {
			return err
		}
		views, err := t.viewAgreements(couple, []models.Agreement{a})
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

// RewriteAgreement changes a draft or proposed text, or makes a new revision of an active one; signatures start anew.
// Faults: invalid, stale, conflict once it has ended or while joint work stands still.
func (s *Service) RewriteAgreement(ctx context.Context, actor Actor, id uuid.UUID, in WriteAgreementInput) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, couple models.Couple, a *models.Agreement) error {
		if err := t.mustWorkJointly(couple); err != nil {
			return err
		}
		if a.Version != in.Version {
			return fault.New(fault.Stale, "")
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		if err := t.checkAgreement(&in, a.ExerciseID, partners); err != nil {
			return err
		}
		body, err := t.agreementBody(*a)
		if err != nil {
			return err
		}
		return t.rewrite(a, body, in.text(), models.Day(in.ReviewOn))
	})
}

// checkAgreement checks the words and days around the points, and whose the points are; what the points say is checked where
// they are written. exerciseID is the agreement's kind.
func (t *txn) checkAgreement(in *WriteAgreementInput, exerciseID string, partners []models.Partner) error {
	var c fault.Collector
	in.Intro, in.EndsWhen = strings.TrimSpace(in.Intro), strings.TrimSpace(in.EndsWhen)
	checkWords(&c, "intro", in.Intro, maxIntro, "")
	checkWords(&c, "ends_when", in.EndsWhen, maxEndsWhen, "")
	if err := t.checkReviewOn(&c, in.ReviewOn); err != nil {
		return err
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	today := models.DayOf(t.now.In(practice.Zone()))
	starts, ends := models.Day(in.StartsOn), models.Day(in.EndsOn)
	if starts != "" && !starts.Valid() {
		c.Add("starts_on", "error.field.date", nil)
	}
	switch {
	case ends == "" && t.mustEnd(exerciseID):
		c.Add("ends_on", "safety.end_needed", nil)
	case ends == "":
	case !ends.Valid():
		c.Add("ends_on", "error.field.date", nil)
	case ends <= today:
		c.Add("ends_on", "safety.end_past", nil)
	case starts != "" && ends <= starts:
		c.Add("ends_on", "error.field.before", nil)
	}
	for i, p := range in.Points {
		if p.Owner != "" && !slices.ContainsFunc(partners, func(q models.Partner) bool { return q.ID.String() == p.Owner }) {
			c.Add("points."+strconv.Itoa(i)+".owner", "error.field.choice", nil)
		}
	}
	return c.Err()
}

// mustEnd tells whether agreements of this kind always say when they end: openness after a breach is a rail for a while.
func (t *txn) mustEnd(exerciseID string) bool {
	e, ok := t.s.Library.Exercise(exerciseID)
	if !ok {
		return false
	}
	q, asks := e.Question(endsQuestion)
	return asks && q.Required
}

// endsQuestion is the question of an agreement's form that asks for its last day.
const endsQuestion = "ends_on"

// checkReviewOn wants a day that is still to come, or none.
func (t *txn) checkReviewOn(c *fault.Collector, day string) error {
	if day == "" {
		return nil
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	switch {
	case !models.Day(day).Valid():
		c.Add("review_on", "error.field.date", nil)
	case models.Day(day) < models.DayOf(t.now.In(practice.Zone())):
		c.Add("review_on", "error.field.past", nil)
	}
	return nil
}

// mustWorkJointly refuses what is joint while a couple's joint work stands still, in one neutral way.
func (t *txn) mustWorkJointly(couple models.Couple) error {
	partners, err := models.PartnersOf(t.DB, couple.ID)
	if err == nil && !jointNow(couple, partners) {
		err = fault.New(fault.Conflict, "agreement.rescheduled")
	}
	return err
}
