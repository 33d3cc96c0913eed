package care

import (
	"slices"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// outcome makes a response's outcome for a reader; nil when there is none, or when the reader may not know it. all are the
// answers as written.
func (t *txn) outcome(r models.Response, form *library.Exercise, all library.Answers, who reader) *Outcome {
	if !mayReadOutcome(who, form, r.Audiences.V, openedOf(r, t.now)) {
		return nil
	}
	o, ok := outcomeOf(form, all, who)
	if !ok {
		return nil
	}
	if o.Days > 0 {
		o.LookBy = r.SubmittedAt.AddDate(0, 0, o.Days)
	}
	t.nameSuggested(o.Low)
	return &o
}

// nameSuggested puts the titles to what items lead to. What is not in the library is left out.
func (t *txn) nameSuggested(items []OutcomeItem) {
	for i := range items {
		if s := items[i].Suggests; s != nil {
			if e, known := t.s.Library.Exercise(s.ID); known {
				s.Title = e.Title
			} else {
				items[i].Suggests = nil
			}
		}
	}
}

// compared is an outcome to be put beside the one before.
type compared struct {
	response uuid.UUID
	view     *ResponseView
	role     string // the writer's.
	who      reader
}

// compareOutcomes tells for outcomes what changed since the same writer filled in the same instrument before, and what period
// was asked about. It takes one statement for all of them, and one more for keys that are not at hand. Reading the earlier
// answers is on the record.
func (t *txn) compareOutcomes(all ...compared) error {
	all = slices.DeleteFunc(all, func(c compared) bool { return c.view == nil || c.view.Outcome == nil })
	if len(all) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(all))
	for i, c := range all {
		ids[i] = c.response
	}
	found, err := models.EarlierResponses(t.DB, ids)
	if err != nil {
		return err
	}
	var formIDs []uuid.UUID
	var sealed []models.Sealed
	for _, e := range found {
		if e.Earlier != nil {
			formIDs, sealed = append(formIDs, e.Earlier.FormID), append(sealed, e.Earlier.Answers)
		}
	}
	forms, err := t.forms(formIDs...)
	if err != nil {
		return err
	}
	if err := t.warm(sealed...); err != nil {
		return err
	}
	for _, c := range all {
		e := found[c.response]
		c.view.Outcome.LookBackDays = e.LookBackDays
		if e.Earlier == nil {
			continue
		}
		whole := forms[e.Earlier.FormID]
		if err := t.compareWith(*e.Earlier, whole, c); err != nil {
			return err
		}
	}
	return nil
}

// compareWith compares one outcome with an earlier answer, when the reader may read all that counts of that one too.
func (t *txn) compareWith(earlier models.Response, whole *library.Exercise, c compared) error {
	form := whole.ForRole(c.role)
	if !mayReadOutcome(c.who, form, earlier.Audiences.V, openedOf(earlier, t.now)) || c.who == readerOther && !comparesWithOther(whole) {
		return nil
	}
	var answers library.Answers
	if ok, err := t.openJSON(answersPlace(earlier), earlier.Answers, &answers); err != nil || !ok {
		return err // Not ok: that person's data were erased.
	}
	t.note(act{verb: "read", object: "response", objectID: earlier.ID, partnerID: earlier.PartnerID})
	c.view.Outcome.Change = c.view.Outcome.since(c.view.Exercise, earlierAnswers{form: form, answers: answers, at: earlier.SubmittedAt}, c.who)
	return nil
}
