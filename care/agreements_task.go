package care

import (
	"errors"
	"maps"

	"gorm.io/gorm"

	"tussentijds/library"
	"tussentijds/models"
)

// An agreement exercise is one joint form in one occurrence: either partner may fill it in, both confirm, each in an own
// task (design decisions 11 and 17).

// joinAgreement adds to a task the agreement it fills in. Who comes second finds the first one's joint words to confirm or
// change; the signature and the private question are each one's own.
func (t *txn) joinAgreement(v *TaskView, task models.Task) error {
	a, err := t.agreementOfOccurrence(task.OccurrenceID)
	if err != nil {
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil // An occurrence from before it was an agreement has none.
		}
		return err
	}
	v.AgreementID = &a.ID
	if v.Response == nil && len(v.Draft) == 0 && v.Partner != nil {
		v.Draft = maps.Clone(v.Partner.Answers)
		for _, q := range v.Exercise.Questions {
			if q.Type == library.FieldSignature || q.Audience != library.AudienceBoth {
				delete(v.Draft, q.ID)
			}
		}
	}
	return nil
}

// fillAgreementFrom takes a completed form into the agreement and signs it for its writer.
func (t *txn) fillAgreementFrom(task models.Task, partner models.Partner, form *library.Exercise, answers library.Answers) error {
	a, err := t.agreementOfOccurrence(task.OccurrenceID)
	if err != nil {
		return err
	}
	if a, err = models.LockAgreement(t.DB, a.ID); err != nil { // The other may be signing on the agreement's own page.
		return err
	}
	body, err := t.agreementBody(a)
	if err != nil {
		return err
	}
	reviewOn := a.ReviewOn
	if day := models.Day(answers.Text("review_on")); day.Valid() {
		reviewOn = day
	}
	if body.Lang == "" { // Whoever fills it in first sets the language of the text.
		body.Lang = string(t.actor.Locale)
	}
	points, from := pointsOf(form, answers, body.Lang)
	if err := t.rewrite(&a, body, body.Intro, points, reviewOn); err != nil {
		return atQuestions(err, from)
	}
	signed := false
	for _, q := range form.Questions {
		if q.Type == library.FieldSignature {
			_, agreed := answers.Signature(q.ID)
			signed = signed || agreed
		}
	}
	if !signed {
		return nil
	}
	all, err := models.SignaturesOf(t.DB, a.ID)
	if err != nil {
		return err
	}
	live := liveSignatures(all, a)
	for _, sig := range live {
		if sig.PartnerID == partner.ID {
			return nil
		}
	}
	free, answered := answers.YesNo("freely")
	if err := t.addSignature(a, answered && !free); err != nil {
		return err
	}
	if len(live) > 0 {
		return t.activate(&a)
	}
	return nil
}

// waitingAgreements lists what waits for the partner: a text to sign, or a review that is due.
func (t *txn) waitingAgreements(partner models.Partner) ([]AgreementView, error) {
	practice, err := t.thePractice()
	if err != nil {
		return nil, err
	}
	today := models.DayOf(t.now.In(practice.Zone()))
	open, err := models.WaitingAgreements(t.DB, partner.CoupleID, today)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	couple, err := models.FindCouple(t.DB, partner.CoupleID)
	if err != nil {
		return nil, err
	}
	views, err := t.viewAgreements(couple, open)
	if err != nil {
		return nil, err
	}
	var out []AgreementView
	for _, v := range views {
		if v.CanSign || v.CanReview && v.Status == models.AgreementActive {
			out = append(out, v)
		}
	}
	return out, nil
}
