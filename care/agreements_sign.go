package care

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// What a signer told the therapist alone. Both are equally long, so that not even the ciphertext's length tells which.
const (
	chosenFreely = "yes"
	notFreely    = "no "
)

// maxPrivateWords bounds what is told at a signature; every such text is filled up to privateSize octets at least.
const (
	maxPrivateWords = 2000
	privateSize     = 2048
)

func freeChoicePlace(partnerID, signatureID uuid.UUID) place {
	return place{keyPerson, partnerID, "agreement_signatures", "free_choice", signatureID}
}

func worriesPlace(partnerID, signatureID uuid.UUID) place {
	return place{keyPerson, partnerID, "agreement_signatures", "worries", signatureID}
}

func withdrawalPlace(partnerID, signatureID uuid.UUID) place {
	return place{keyPerson, partnerID, "agreement_signatures", "withdrawal", signatureID}
}

// sealWords seals words of a signer for the therapist, filled up, so that nothing tells whether there are any.
func (t *txn) sealWords(p place, words string) (models.Sealed, error) {
	steps := len(words)/privateSize + 1
	return t.seal(p, []byte(words+strings.Repeat(" ", steps*privateSize-len(words))))
}

// privateWords opens such words; empty when there are none or that person's data were erased.
func (t *txn) privateWords(p place, sealed models.Sealed) (string, error) {
	text, err := t.openText(p, sealed)
	return strings.TrimRight(text, " "), err
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

// SignAgreement signs a revision, alone. Signed by all who must, it is active. Faults: conflict when the text changed meanwhile
// or it is not up for signing, forbidden for whoever is not one of those who sign.
func (s *Service) SignAgreement(ctx context.Context, actor Actor, id uuid.UUID, in SignAgreementInput) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, couple models.Couple, a *models.Agreement) error {
		if !actor.Partner() {
			return fault.New(fault.Forbidden, "") // Nobody signs for another.
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		if !signs(*a, partners, actor.ID) {
			return fault.New(fault.Forbidden, "safety.not_a_signer")
		}
		var c fault.Collector
		checkName(&c, "name", in.Name, true)
		if utf8.RuneCountInString(in.Worries) > maxPrivateWords {
			c.Add("worries", "error.field.too_long", map[string]any{"Max": maxPrivateWords})
		}
		if err := c.Err(); err != nil {
			return err
		}
		if !jointNow(couple, partners) {
			return fault.New(fault.Conflict, "agreement.rescheduled")
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
		if err := t.tellTherapist(*a, in.NotFreely, strings.TrimSpace(in.Worries)); err != nil {
			return err
		}
		if err := t.addSignature(*a, in.NotFreely, strings.TrimSpace(in.Worries)); err != nil {
			return err
		}
		if len(live)+1 >= len(mustSign(*a, partners)) {
			return t.activate(a)
		}
		if err := models.DropRemindersTo(t.DB, "agreement", a.ID, actor.ID, "done"); err != nil {
			return err
		}
		// The version rises with every signature: a rewrite of a page loaded before it would undo it unseen.
		return t.saveAgreement(a, nil)
	})
}

// addSignature writes the actor's yes with what was told to the therapist alone.
func (t *txn) addSignature(a models.Agreement, forced bool, worries string) error {
	sig := models.AgreementSignature{Row: models.NewRow(t.PracticeID), AgreementID: a.ID, PartnerID: t.actor.ID, Revision: a.Revision, SignedAt: t.now}
	word := chosenFreely
	if forced {
		word = notFreely
	}
	var err error
	if sig.FreeChoice, err = t.seal(freeChoicePlace(t.actor.ID, sig.ID), []byte(word)); err != nil {
		return err
	}
	if sig.Worries, err = t.sealWords(worriesPlace(t.actor.ID, sig.ID), worries); err != nil {
		return err
	}
	if err := t.DB.Create(&sig).Error; err != nil {
		return err
	}
	return t.noteJoint(act{verb: "sign", object: "agreement", objectID: a.ID, coupleID: a.CoupleID})
}

// tellTherapist lets the couple's therapists know that a yes was not free, or that its giver is worried, as one private alert.
func (t *txn) tellTherapist(a models.Agreement, forced bool, worries string) error {
	d := alertDetail{Kind: alertNotFree, Level: levelWeek, Agreement: a.ID}
	switch {
	case forced:
	case worries != "":
		d.Kind, d.Level = alertWorries, levelMonth
	default:
		return nil
	}
	return t.raisePrivate(a.CoupleID, t.actor.ID, d)
}

// activate makes an agreement that all have signed count, from the day they chose or today, with a month until it is looked
// back on unless they chose a day.
func (t *txn) activate(a *models.Agreement) error {
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	body, err := t.agreementBody(*a)
	if err != nil {
		return err
	}
	today := t.now.In(practice.Zone())
	a.Status, a.StartsOn = models.AgreementActive, max(models.DayOf(today), body.StartsOn)
	if a.ReviewOn == "" || a.ReviewOn < a.StartsOn {
		a.ReviewOn = monthLater(a.StartsOn.In(practice.Zone()))
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

// WithdrawSignature takes one's yes back; the agreement is proposed again, and the therapists hear of it when it was active. It
// always works, also while joint work stands still: nobody is held to a yes. Faults: conflict when there is no signature to
// take back.
func (s *Service) WithdrawSignature(ctx context.Context, actor Actor, id uuid.UUID) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, _ models.Couple, a *models.Agreement) error {
		if !actor.Partner() {
			return fault.New(fault.Forbidden, "")
		}
		if err := t.takeSignatureBack(*a, ""); err != nil {
			return err
		}
		active := a.Status == models.AgreementActive
		if active {
			a.Status = models.AgreementProposed
			if err := t.dropReminders("agreement", []uuid.UUID{a.ID}, "changed"); err != nil {
				return err
			}
		}
		if err := t.saveAgreement(a, nil); err != nil || !active {
			return err
		}
		return t.raiseAlert("agreement_withdrawn", a.CoupleID, actor.ID, a.ID)
	})
}

// takeSignatureBack withdraws the actor's yes to the present text, with a reason for the therapist alone, or none.
func (t *txn) takeSignatureBack(a models.Agreement, reason string) error {
	all, err := models.SignaturesOf(t.DB, a.ID)
	if err != nil {
		return err
	}
	for _, sig := range liveSignatures(all, a) {
		if sig.PartnerID != t.actor.ID {
			continue
		}
		sealed, err := t.sealWords(withdrawalPlace(sig.PartnerID, sig.ID), reason)
		if err != nil {
			return err
		}
		err = t.DB.Model(&models.AgreementSignature{}).Where("id = ?", sig.ID).Updates(map[string]any{"withdrawn_at": t.now, "withdrawal": sealed}).Error
		if err != nil {
			return err
		}
		return t.noteJoint(act{verb: "withdraw", object: "agreement", objectID: a.ID, coupleID: a.CoupleID})
	}
	return fault.New(fault.Conflict, "agreement.not_signed")
}
