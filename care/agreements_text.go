package care

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// The limits of an agreement. Three good points are better than ten; more than twenty cannot be looked back on.
const (
	maxPoints    = 20
	maxPointText = 1500 // a row of a form can hold several answers.
	maxArea      = 60
	maxIntro     = 3000
	maxEndsWhen  = 300
)

// agreementText is one revision's words, with what both sign along: from when, until when.
type agreementText struct {
	Revision int              `json:"revision"`
	Intro    string           `json:"intro"`
	Points   []AgreementPoint `json:"points"`
	StartsOn models.Day       `json:"starts_on,omitempty"`
	EndsOn   models.Day       `json:"ends_on,omitempty"`
	EndsWhen string           `json:"ends_when,omitempty"`
}

// says tells whether two texts say the same.
func (a agreementText) says(b agreementText) bool {
	return a.Intro == b.Intro && slices.Equal(a.Points, b.Points) && a.StartsOn == b.StartsOn && a.EndsOn == b.EndsOn && a.EndsWhen == b.EndsWhen
}

// agreementBody is what an agreement keeps sealed: the present text, and the texts that were signed before it, so that a
// signature always stands under the words it was given for.
type agreementBody struct {
	Title library.Text `json:"title"`
	Lang  string       `json:"lang,omitempty"` // of a text that was made from a form; both sign the same words.
	agreementText
	Earlier []agreementText `json:"earlier,omitempty"`
	Ended   *AgreementEnd   `json:"ended,omitempty"`
}

func agreementPlace(a models.Agreement) place {
	return place{keyCouple, a.CoupleID, "agreements", "body", a.ID}
}

func (t *txn) agreementBody(a models.Agreement) (agreementBody, error) {
	var b agreementBody
	_, err := t.openJSON(agreementPlace(a), a.Body, &b)
	return b, err
}

// draftAgreement makes the empty draft of an agreement that is to be filled in and signed.
func (t *txn) draftAgreement(couple models.Couple, exercise *library.Exercise, occurrenceID *uuid.UUID) (models.Agreement, error) {
	a := models.Agreement{
		Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, ExerciseID: exercise.ID, OccurrenceID: occurrenceID, Signers: exercise.Signers,
		Status: models.AgreementDraft, Revision: 1, Version: 1, CreatedAt: t.now, UpdatedAt: t.now,
	}
	body := agreementBody{Title: exercise.Title, agreementText: agreementText{Revision: 1}}
	var err error
	if a.Body, err = t.sealJSON(agreementPlace(a), body); err != nil {
		return a, err
	}
	if err := t.DB.Create(&a).Error; err != nil {
		return a, err
	}
	return a, t.noteJoint(act{verb: "create", object: "agreement", objectID: a.ID, coupleID: a.CoupleID})
}

// agreementOfOccurrence gives the agreement that an occurrence of homework is about. Faults: not_found.
func (t *txn) agreementOfOccurrence(occurrenceID uuid.UUID) (models.Agreement, error) {
	return models.AgreementOfOccurrence(t.DB, occurrenceID)
}

// rewrite puts a new text in the place of the present one: a draft becomes a proposal, and a text that changed becomes a new
// revision that both sign anew. What anyone signed is kept as history; a proposal that is merely repeated stays as it is, so
// that saving twice does not undo a signature. Faults: invalid (points.<n>.<field>), conflict when the agreement has ended.
func (t *txn) rewrite(a *models.Agreement, body agreementBody, text agreementText, reviewOn models.Day) error {
	if err := checkPoints(text.Points); err != nil {
		return err
	}
	switch a.Status {
	case models.AgreementDraft, models.AgreementProposed, models.AgreementActive:
	default:
		return fault.New(fault.Conflict, "agreement.ended")
	}
	text.Points = numbered(text.Points, &body)
	same := text.says(body.agreementText)
	if same && reviewOn == a.ReviewOn && a.Status != models.AgreementDraft {
		return nil
	}
	if !same && a.Status != models.AgreementDraft {
		body.Earlier = append(body.Earlier, body.agreementText)
		a.Revision++
		a.Status = models.AgreementProposed
	}
	if a.Status == models.AgreementDraft {
		a.Status = models.AgreementProposed
	}
	text.Revision = a.Revision
	body.agreementText = text
	a.ReviewOn, a.EndsOn = reviewOn, text.EndsOn
	if err := t.saveAgreement(a, &body); err != nil {
		return err
	}
	if err := t.noteJoint(act{verb: "change", object: "agreement", objectID: a.ID, coupleID: a.CoupleID}); err != nil {
		return err
	}
	return t.remindOfAgreement(*a)
}

// saveAgreement writes state and, when given, text. Faults: stale.
func (t *txn) saveAgreement(a *models.Agreement, body *agreementBody) error {
	if body != nil {
		sealed, err := t.sealJSON(agreementPlace(*a), body)
		if err != nil {
			return err
		}
		a.Body = sealed
	}
	a.UpdatedAt = t.now
	saved, err := models.SaveAgreement(t.DB, a)
	if err == nil && !saved {
		err = fault.New(fault.Stale, "")
	}
	return err
}

// remindOfAgreement plans the neutral messages that belong to the agreement's present state, and takes away the others: a
// proposal waits for signatures, an active agreement for its review.
func (t *txn) remindOfAgreement(a models.Agreement) error {
	if err := t.dropReminders("agreement", []uuid.UUID{a.ID}, "changed"); err != nil {
		return err
	}
	partners, err := models.PartnersOf(t.DB, a.CoupleID)
	if err != nil {
		return err
	}
	moments := func(l leads, zone *time.Location) []planned { return reviewMoments(a.ReviewOn, l, zone) }
	if a.Status == models.AgreementProposed {
		partners = mustSign(a, partners)
		moments = func(l leads, zone *time.Location) []planned { return signingMoments(t.now, l, zone) }
	}
	var waiting []uuid.UUID
	for _, p := range partners {
		if p.Status != models.PartnerActive || p.ID == t.actor.ID && a.Status == models.AgreementProposed {
			continue // Who just wrote it is looking at it.
		}
		waiting = append(waiting, p.ID)
	}
	return t.planFor("agreement", a.ID, "partner", waiting, moments)
}

// checkPoints wants points that can be looked back on: a point without a measure cannot be kept or broken, only argued over.
func checkPoints(points []AgreementPoint) error {
	var c fault.Collector
	if len(points) == 0 {
		c.Add("points", "error.field.required", nil)
	}
	if len(points) > maxPoints {
		c.Add("points", "agreement.too_many", map[string]any{"Max": maxPoints})
	}
	for i, p := range points {
		at := "points." + strconv.Itoa(i) + "."
		checkWords(&c, at+"area", p.Area, maxArea, "")
		checkWords(&c, at+"agreement", p.Agreement, maxPointText, "error.field.required")
		checkWords(&c, at+"measure", p.Measure, maxPointText, "agreement.measure_needed")
		if strings.TrimSpace(p.Measure) == "" {
			continue
		}
		switch {
		case neverAgreed(p.Agreement):
			c.Add(at+"agreement", "safety.never_agreed", nil)
		case neverAgreed(p.Measure):
			c.Add(at+"measure", "safety.never_agreed", nil)
		case vague(p.Agreement, p.Measure):
			c.Add(at+"agreement", "safety.vague", nil)
		}
	}
	return c.Err()
}

// checkWords wants valid text of at most limit characters; empty names the fault of an empty one, "" allows it.
func checkWords(c *fault.Collector, location, text string, limit int, empty string) {
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		c.Add(location, "error.field.control", nil)
	case strings.TrimSpace(text) == "" && empty != "":
		c.Add(location, empty, nil)
	case utf8.RuneCountInString(text) > limit:
		c.Add(location, "error.field.too_long", map[string]any{"Max": limit})
	}
}

// numbered gives every point an id of its own. A point that comes back keeps its id, so that looking back compares the
// same thing; a number once used is not used again for another point.
func numbered(points []AgreementPoint, body *agreementBody) []AgreementPoint {
	known, highest := map[string]bool{}, 0
	if body != nil {
		for _, text := range append(slices.Clone(body.Earlier), body.agreementText) {
			for _, p := range text.Points {
				known[p.ID] = true
				if n, err := strconv.Atoi(strings.TrimPrefix(p.ID, "p")); err == nil {
					highest = max(highest, n)
				}
			}
		}
	}
	out := slices.Clone(points)
	used := map[string]bool{}
	for i := range out {
		p := &out[i]
		p.Area, p.Agreement, p.Measure = strings.TrimSpace(p.Area), strings.TrimSpace(p.Agreement), strings.TrimSpace(p.Measure)
		if p.ID == "" && body != nil { // A form without ids: the same words are the same point.
			for _, old := range body.Points {
				if old.Agreement == p.Agreement && !used[old.ID] {
					p.ID = old.ID
				}
			}
		}
		if !known[p.ID] || used[p.ID] {
			highest++
			p.ID = "p" + strconv.Itoa(highest)
		}
		used[p.ID] = true
	}
	return out
}
