package care

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"tussentijds/internal/fault"
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
	text := body.agreementText
	var from []string
	text.Points, from = pointsOf(form, answers, body.Lang)
	if text.StartsOn, text.EndsOn, err = t.daysOf(form, answers, text); err != nil {
		return err
	}
	if err := t.rewrite(&a, body, text, reviewOn); err != nil {
		return atQuestions(err, from)
	}
	signed := false
	for _, q := range form.Questions {
		if q.Type == library.FieldSignature {
			_, agreed := answers.Signature(q.ID)
			signed = signed || agreed
		}
	}
	forced, worries := confided(form, answers)
	if err := t.tellTherapist(a, forced && !raisesItself(form, freelyQuestion), worries); err != nil {
		return err
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
	if err := t.addSignature(a, forced, worries); err != nil {
		return err
	}
	partners, err := models.PartnersOf(t.DB, a.CoupleID)
	if err != nil {
		return err
	}
	if len(live)+1 >= len(mustSign(a, partners)) {
		return t.activate(&a)
	}
	return models.DropRemindersTo(t.DB, "agreement", a.ID, partner.ID, "done")
}

// What an agreement's form asks for the therapist alone.
const (
	freelyQuestion  = "freely"
	worriesQuestion = "worries"
)

// confided is what a signer told the therapist in the form, whether or not there is a signature: that the choice is not free,
// and worries. What was asked for the writer alone is nobody's.
func confided(form *library.Exercise, answers library.Answers) (forced bool, worries string) {
	told := func(id string) bool {
		q, ok := form.Question(id)
		return ok && q.Audience != library.AudienceMe
	}
	if free, answered := answers.YesNo(freelyQuestion); answered && told(freelyQuestion) {
		forced = !free
	}
	if told(worriesQuestion) {
		worries = strings.TrimSpace(answers.Text(worriesQuestion))
	}
	return forced, cut(worries, maxPrivateWords)
}

// cut keeps the beginning of a text.
func cut(text string, limit int) string {
	if r := []rune(text); len(r) > limit {
		return string(r[:limit])
	}
	return text
}

// raisesItself tells whether the form has a flag of its own on a question, so that one answer does not alert twice.
func raisesItself(form *library.Exercise, question string) bool {
	return slices.ContainsFunc(form.Flags, func(f library.Flag) bool { return f.Question == question && f.Do != library.DoOffer })
}

// daysOf reads from when and until when the form says the agreement holds. A day that has passed is refused at its question,
// unless it stands in the text already.
func (t *txn) daysOf(form *library.Exercise, answers library.Answers, text agreementText) (starts, ends models.Day, err error) {
	practice, err := t.thePractice()
	if err != nil {
		return "", "", err
	}
	today := models.DayOf(t.now.In(practice.Zone()))
	starts, ends = text.StartsOn, text.EndsOn
	if q, ok := form.Question("starts_on"); ok && q.Audience == library.AudienceBoth {
		starts = models.Day(answers.Text(q.ID))
	}
	q, ok := form.Question(endsQuestion)
	if !ok || q.Audience != library.AudienceBoth {
		return starts, ends, nil
	}
	day := models.Day(answers.Text(q.ID))
	switch {
	case day == ends:
	case day == "" && q.Required:
		return starts, ends, fault.Fieldf("answers."+q.ID, "safety.end_needed", nil)
	case day != "" && day <= today:
		return starts, ends, fault.Fieldf("answers."+q.ID, "safety.end_past", nil)
	}
	return starts, day, nil
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
