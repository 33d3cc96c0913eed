package care

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// EndAgreementInput says why an agreement ends. A therapist's reason is read by both; what a partner gives as a reason is for
// the therapist alone.
type EndAgreementInput struct {
	Reason string `json:"reason" form:"reason"`
}

// EndAgreement ends an agreement for good; its texts, signatures and look backs stay to be read. A therapist does it with a
// reason. A partner who signed does it by stepping out, always and without one: nobody is held to a yes. Faults: invalid
// (reason), conflict when it has ended already or the partner has not signed.
func (s *Service) EndAgreement(ctx context.Context, actor Actor, id uuid.UUID, in EndAgreementInput) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, _ models.Couple, a *models.Agreement) error {
		reason, err := checkReason(in.Reason, !actor.Partner())
		if err != nil {
			return err
		}
		if a.Status == models.AgreementEnded || a.Status == models.AgreementChanged {
			return fault.New(fault.Conflict, "agreement.ended")
		}
		if !actor.Partner() {
			return t.endAgreement(a, endedByTherapist, reason)
		}
		active := a.Status == models.AgreementActive
		if err := t.takeSignatureBack(*a, reason); err != nil {
			return err
		}
		if err := t.endAgreement(a, endedByPartner, ""); err != nil || !active {
			return err
		}
		return t.raiseAlert("agreement_withdrawn", a.CoupleID, actor.ID, a.ID)
	})
}

func checkReason(typed string, needed bool) (string, error) {
	reason := strings.TrimSpace(typed)
	switch {
	case reason == "" && needed:
		return "", fault.Fieldf("reason", "safety.end_reason_needed", nil)
	case utf8.RuneCountInString(reason) > maxPrivateWords:
		return "", fault.Fieldf("reason", "error.field.too_long", map[string]any{"Max": maxPrivateWords})
	}
	return reason, nil
}

// endAgreement ends an agreement on the present day; its messages go.
func (t *txn) endAgreement(a *models.Agreement, how, reason string) error {
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	body, err := t.agreementBody(*a)
	if err != nil {
		return err
	}
	body.Ended = &AgreementEnd{On: models.DayOf(t.now.In(practice.Zone())), How: how, Reason: reason}
	a.Status = models.AgreementEnded
	if err := t.saveAgreement(a, &body); err != nil {
		return err
	}
	if err := t.dropReminders("agreement", []uuid.UUID{a.ID}, "changed"); err != nil {
		return err
	}
	return t.noteJoint(act{verb: "end", object: "agreement", objectID: a.ID, coupleID: a.CoupleID})
}

// endAgreements ends the agreements whose day has come, and moves on from look backs that stay half. Run again it does nothing.
func (s *Service) endAgreements(ctx context.Context, practiceID uuid.UUID) error {
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		today := models.DayOf(t.now.In(practice.Zone()))
		due, err := models.AgreementsEnding(t.DB, today)
		if err != nil {
			return err
		}
		for i := range due {
			if err := t.endAgreement(&due[i], endedByDay, ""); err != nil {
				return err
			}
		}
		return t.moveReviews(today, practice.Zone())
	})
}
