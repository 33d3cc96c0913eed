package care

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// What a signer told the therapist alone. Both are equally long, so that not even the ciphertext's length tells which.
const (
	chosenFreely = "yes"
	notFreely    = "no "
)

func freeChoicePlace(partnerID, signatureID uuid.UUID) place {
	return place{keyPerson, partnerID, "agreement_signatures", "free_choice", signatureID}
}

func reviewPlace(coupleID, reviewID uuid.UUID) place {
	return place{keyCouple, coupleID, "agreement_reviews", "result", reviewID}
}

// reviewResult is one look back.
type reviewResult struct {
	Revision int             `json:"revision"`
	Kept     map[string]bool `json:"kept"`
	Words    string          `json:"words,omitempty"`
}

// freeChoice opens what a signer told the therapist; nil when that person's data were erased.
func (t *txn) freeChoice(sig models.AgreementSignature) (*bool, error) {
	plain, ok, err := t.open(freeChoicePlace(sig.PartnerID, sig.ID), sig.FreeChoice)
	if err != nil || !ok {
		return nil, err
	}
	free := string(plain) == chosenFreely
	return &free, nil
}

// SignAgreement signs a revision, alone. Both signed: it is active. Faults: conflict when the text changed meanwhile or it
// is not up for signing, forbidden for whoever is not one of the two.
func (s *Service) SignAgreement(ctx context.Context, actor Actor, id uuid.UUID, in SignAgreementInput) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, couple models.Couple, a *models.Agreement) error {
		if !actor.Partner() {
			return fault.New(fault.Forbidden, "") // Nobody signs for another.
		}
		var c fault.Collector
		checkName(&c, "name", in.Name, true)
		if err := c.Err(); err != nil {
			return err
		}
		if err := t.mustWorkJointly(couple); err != nil {
			return err
		}
		switch {
		case a.Revision != in.Revision:
			return fault.New(fault.Conflict, "agreement.changed")
		case a.Status != models.AgreementProposed && a.Status != models.AgreementActive:
			return fault.New(fault.Conflict, "agreement.not_open")
		}
		all, err := models.SignaturesOf(t.DB, a.ID)
		if err != nil {
			return err
		}
		live := liveSignatures(all, *a)
		for _, sig := range live {
			if sig.PartnerID == actor.ID {
				return fault.New(fault.Conflict, "agreement.signed")
			}
		}
		if err := t.addSignature(*a, in.NotFreely); err != nil {
			return err
		}
		if len(live) > 0 {
			return t.activate(a)
		}
		// The version rises with every signature: a rewrite of a page loaded before it would undo it unseen.
		return t.saveAgreement(a, nil)
	})
}

func (t *txn) addSignature(a models.Agreement, forced bool) error {
	sig := models.AgreementSignature{Row: models.NewRow(t.PracticeID), AgreementID: a.ID, PartnerID: t.actor.ID, Revision: a.Revision, SignedAt: t.now}
	word := chosenFreely
	if forced {
		word = notFreely
	}
	var err error
	if sig.FreeChoice, err = t.seal(freeChoicePlace(t.actor.ID, sig.ID), []byte(word)); err != nil {
		return err
	}
	if err := t.DB.Create(&sig).Error; err != nil {
		return err
	}
	if err := t.noteJoint(act{verb: "sign", object: "agreement", objectID: a.ID, coupleID: a.CoupleID}); err != nil {
		return err
	}
	if !forced {
		return nil
	}
	return t.raiseAlert("not_free", a.CoupleID, t.actor.ID, a.ID)
}

// activate makes an agreement that both signed count, with a month until it is looked back on unless they chose a day.
func (t *txn) activate(a *models.Agreement) error {
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	today := t.now.In(practice.Zone())
	a.Status, a.StartsOn = models.AgreementActive, models.DayOf(today)
	if a.ReviewOn == "" || a.ReviewOn < a.StartsOn {
		a.ReviewOn = monthLater(today)
	}
	if err := t.saveAgreement(a, nil); err != nil {
		return err
	}
	return t.remindOfAgreement(*a)
}

// monthLater is the same day of the next month, or its last day when that month is shorter.
func monthLater(from time.Time) models.Day {
	first := time.Date(from.Year(), from.Month()+1, 1, 0, 0, 0, 0, from.Location())
	last := first.AddDate(0, 1, -1).Day()
	return models.DayOf(first.AddDate(0, 0, min(from.Day(), last)-1))
}

// WithdrawSignature takes one's yes back; the agreement is proposed again. It always works, also while joint work stands
// still: nobody is held to a yes. Faults: conflict when there is no signature to take back.
func (s *Service) WithdrawSignature(ctx context.Context, actor Actor, id uuid.UUID) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, _ models.Couple, a *models.Agreement) error {
		if !actor.Partner() {
			return fault.New(fault.Forbidden, "")
		}
		r := t.DB.Model(&models.AgreementSignature{}).
			Where("agreement_id = ? and partner_id = ? and revision = ? and withdrawn_at is null", a.ID, actor.ID, a.Revision).
			Update("withdrawn_at", t.now)
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Conflict, "agreement.not_signed")
		}
		if a.Status == models.AgreementActive {
			a.Status = models.AgreementProposed
			if err := t.dropReminders("agreement", []uuid.UUID{a.ID}, "changed"); err != nil {
				return err
			}
		}
		if err := t.saveAgreement(a, nil); err != nil {
			return err
		}
		return t.noteJoint(act{verb: "withdraw", object: "agreement", objectID: a.ID, coupleID: a.CoupleID})
	})
}

// ReviewAgreement notes which points were kept, and when to look again (a month later unless a day is given). Faults:
// invalid, conflict when the agreement is not active or joint work stands still.
func (s *Service) ReviewAgreement(ctx context.Context, actor Actor, id uuid.UUID, in ReviewAgreementInput) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, couple models.Couple, a *models.Agreement) error {
		if actor.Partner() {
			if err := t.mustWorkJointly(couple); err != nil {
				return err
			}
		}
		if a.Status != models.AgreementActive {
			return fault.New(fault.Conflict, "agreement.not_active")
		}
		body, err := t.agreementBody(*a)
		if err != nil {
			return err
		}
		if err := t.checkReview(&in, body); err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		today := t.now.In(practice.Zone())
		review := models.AgreementReview{Row: models.NewRow(t.PracticeID), AgreementID: a.ID, ReviewedOn: models.DayOf(today), CreatedAt: t.now}
		if actor.Partner() {
			review.PartnerID = ref(actor.ID)
		} else {
			review.MemberID = ref(actor.ID)
		}
		result := reviewResult{Revision: a.Revision, Kept: in.Kept, Words: in.Words}
		if review.Result, err = t.sealJSON(reviewPlace(a.CoupleID, review.ID), result); err != nil {
			return err
		}
		if err := t.DB.Create(&review).Error; err != nil {
			return err
		}
		if a.ReviewOn = models.Day(in.ReviewOn); a.ReviewOn == "" {
			a.ReviewOn = monthLater(today)
		}
		if err := t.saveAgreement(a, nil); err != nil {
			return err
		}
		if err := t.noteJoint(act{verb: "review", object: "agreement", objectID: a.ID, coupleID: a.CoupleID}); err != nil {
			return err
		}
		return t.remindOfAgreement(*a)
	})
}

// checkReview wants a yes or no for points that are in the text.
func (t *txn) checkReview(in *ReviewAgreementInput, body agreementBody) error {
	var c fault.Collector
	known := map[string]bool{}
	for _, p := range body.Points {
		known[p.ID] = true
	}
	if len(in.Kept) == 0 {
		c.Add("kept", "error.field.required", nil)
	}
	for id := range in.Kept {
		if !known[id] {
			c.Add("kept", "error.field.unknown", nil)
			break
		}
	}
	in.Words = strings.TrimSpace(in.Words)
	checkWords(&c, "words", in.Words, maxIntro, "")
	if err := t.checkReviewOn(&c, in.ReviewOn); err != nil {
		return err
	}
	return c.Err()
}
