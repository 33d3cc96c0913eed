package care

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// raiseAlert asks the couple's therapists to look at something: it stands on their desk until one of them has seen it, and
// each gets a neutral message. Nothing of it ever shows to a partner, not even in the record of who looked.
func (t *txn) raiseAlert(kind string, coupleID, partnerID, subjectID uuid.UUID) error {
	alert := models.Alert{
		Row: models.NewRow(t.PracticeID), Kind: kind, CoupleID: ref(coupleID), PartnerID: ref(partnerID), SubjectID: ref(subjectID), CreatedAt: t.now,
	}
	if err := t.DB.Create(&alert).Error; err != nil {
		return err
	}
	t.note(act{verb: "create", object: "alert", objectID: alert.ID, coupleID: coupleID, partnerID: partnerID, restricted: true})
	if coupleID == uuid.Nil {
		return nil
	}
	therapists, err := models.TherapistsOf(t.DB, coupleID)
	if err != nil {
		return err
	}
	for _, th := range therapists {
		if err := t.planReminder("alert", alert.ID, "member", th.MemberID, t.now, t.now.AddDate(0, 0, 7)); err != nil {
			return err
		}
	}
	return nil
}

// AcknowledgeAlert marks an alert as seen; doing it again changes nothing. Faults: not_found for whoever does not treat the
// couple; an alert about no couple is the owner's.
func (s *Service) AcknowledgeAlert(ctx context.Context, actor Actor, id uuid.UUID) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		alert, err := models.FindAlert(t.DB, id)
		if err != nil {
			return err
		}
		couple := uuid.Nil
		if alert.CoupleID == nil {
			if mayManagePractice(actor) != allowed {
				return fault.Missing()
			}
		} else {
			couple = *alert.CoupleID
			// Whoever may not read the file may not know that there is an alert either.
			if _, err := t.coupleFor(couple, readClinical); err != nil {
				return fault.Missing()
			}
		}
		seen, err := models.AcknowledgeAlert(t.DB, id, actor.ID, t.now)
		if err != nil || !seen {
			return err
		}
		if err := t.dropReminders("alert", []uuid.UUID{id}, "done"); err != nil {
			return err
		}
		t.note(act{verb: "acknowledge", object: "alert", objectID: id, coupleID: couple, restricted: true})
		return nil
	})
}
