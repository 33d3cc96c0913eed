package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

// ConsentView is what a partner said yes to, or could.
type ConsentView struct {
	Kind    models.ConsentKind `json:"kind"`
	Given   bool               `json:"given"`
	GivenAt *time.Time         `json:"given_at,omitempty"`
	Version int                `json:"version"`
	Current int                `json:"current_version"`
}

// PrivacyView is what a partner's privacy page shows.
type PrivacyView struct {
	Consents      []ConsentView
	SecretsPolicy map[locale.Lang]string
	Status        models.PartnerStatus // active, paused or withdrawn.
	Helplines     []models.Helpline
}

// Privacy gives the partner's own consents and standing.
func (s *Service) Privacy(ctx context.Context, actor Actor) (PrivacyView, error) {
	var v PrivacyView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		live, err := models.ConsentsOf(t.DB, partner.ID)
		if err != nil {
			return err
		}
		v.Status = partner.Status
		v.Helplines = practice.Helplines.V
		v.SecretsPolicy = map[locale.Lang]string{locale.NL: practice.SecretsPolicyNL, locale.EN: practice.SecretsPolicyEN}
		for _, kind := range []models.ConsentKind{models.ConsentTreatment, models.ConsentSecretsPolicy, models.ConsentReportLine} {
			c := ConsentView{Kind: kind, Current: consentVersion(kind, practice)}
			if given, ok := live[kind]; ok {
				c.Given, c.GivenAt, c.Version = true, &given.GivenAt, given.Version
			}
			v.Consents = append(v.Consents, c)
		}
		return nil
	})
	return v, err
}

func consentVersion(kind models.ConsentKind, p models.Practice) int {
	if kind == models.ConsentSecretsPolicy {
		return p.SecretsPolicyVersion
	}
	return 1
}

// giveConsent records a yes to a version; an earlier yes to another version ends.
func (t *txn) giveConsent(partner models.Partner, kind models.ConsentKind, version int) error {
	if err := models.EndConsent(t.DB, partner.ID, kind, t.now); err != nil {
		return err
	}
	t.note(act{verb: "consent", object: "consent_" + string(kind), objectID: partner.ID, partnerID: partner.ID})
	return t.Create(&models.Consent{Row: models.NewRow(t.PracticeID), PartnerID: partner.ID, Kind: kind, Version: version, GivenAt: t.now}).Error
}

// ChangeConsent gives or takes back one consent. Treatment and secrets policy can only be given here; WithdrawPartner
// takes them back. Faults: invalid.
func (s *Service) ChangeConsent(ctx context.Context, actor Actor, kind models.ConsentKind, given bool) error {
	switch {
	case kind != models.ConsentTreatment && kind != models.ConsentSecretsPolicy && kind != models.ConsentReportLine,
		!given && kind != models.ConsentReportLine:
		return fault.Fieldf("kind", "error.field.choice", nil)
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		if given {
			return t.giveConsent(partner, kind, consentVersion(kind, practice))
		}
		t.note(act{verb: "withdraw_consent", object: "consent_" + string(kind), objectID: partner.ID, partnerID: partner.ID})
		return models.EndConsent(t.DB, partner.ID, kind, t.now)
	})
}

// PausePartner stops joint work at once, without a reason; the other sees only that joint work was rescheduled.
func (s *Service) PausePartner(ctx context.Context, actor Actor) error {
	return s.stepBack(ctx, actor, models.PartnerPaused)
}

// WithdrawPartner ends taking part: open tasks stop, unrevealed answers stay unrevealed for ever.
func (s *Service) WithdrawPartner(ctx context.Context, actor Actor) error {
	return s.stepBack(ctx, actor, models.PartnerWithdrawn)
}

// stepBack takes a partner out of joint work. The open tasks of both in joint occurrences go, with the one neutral word
// for it; the partner's own solo tasks go too. What had not been revealed never will be.
func (s *Service) stepBack(ctx context.Context, actor Actor, to models.PartnerStatus) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		if partner.Status == to || partner.Status == models.PartnerWithdrawn {
			return nil
		}
		if err := t.lockPartners(partner.CoupleID); err != nil {
			return err
		}
		update := map[string]any{"status": to, "paused_at": t.now, "version": partner.Version + 1}
		if err := t.Model(&models.Partner{}).Where("id = ?", partner.ID).Updates(update).Error; err != nil {
			return err
		}
		verb := "pause"
		if to == models.PartnerWithdrawn {
			verb = "withdraw"
			for _, kind := range []models.ConsentKind{models.ConsentTreatment, models.ConsentSecretsPolicy, models.ConsentReportLine} {
				if err := models.EndConsent(t.DB, partner.ID, kind, t.now); err != nil {
					return err
				}
			}
		}
		if err := t.stopJointWork(partner.CoupleID); err != nil {
			return err
		}
		if err := t.stopOwnWork(partner.ID); err != nil {
			return err
		}
		if err := t.remindOfMessages("rescheduled", []uuid.UUID{partner.CoupleID}); err != nil {
			return err
		}
		if err := t.remindAnew("rescheduled", partner.CoupleID); err != nil {
			return err
		}
		t.note(act{verb: verb, object: "partner", objectID: partner.ID, partnerID: partner.ID})
		return t.raiseAlert("joint_stopped", partner.CoupleID, partner.ID, partner.ID)
	})
}

// stopJointWork ends every open joint task of a couple and their reminders, and closes the reveals that were still to
// come. It is what a pause, a withdrawal, a hold and a separation have in common (design decision 15).
func (t *txn) stopJointWork(coupleID uuid.UUID) error {
	ids, err := models.StopJointTasks(t.DB, coupleID, t.now)
	if err != nil {
		return err
	}
	return t.dropReminders("task", ids, "rescheduled")
}

// stopOwnWork ends a partner's own open tasks.
func (t *txn) stopOwnWork(partnerID uuid.UUID) error {
	ids, err := models.StopTasksOf(t.DB, partnerID)
	if err != nil {
		return err
	}
	return t.dropReminders("task", ids, "rescheduled")
}

// ResumePartner ends the actor's own pause. New tasks come with the next due moments; what was stopped stays stopped. What is
// still to come reminds again.
func (s *Service) ResumePartner(ctx context.Context, actor Actor) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		if partner.Status != models.PartnerPaused {
			return fault.New(fault.Conflict, "")
		}
		if err := t.lockPartners(partner.CoupleID); err != nil {
			return err
		}
		t.note(act{verb: "resume", object: "partner", objectID: partner.ID, partnerID: partner.ID})
		if err := t.Model(&models.Partner{}).Where("id = ?", partner.ID).
			Updates(map[string]any{"status": models.PartnerActive, "paused_at": nil, "version": partner.Version + 1}).Error; err != nil {
			return err
		}
		if err := t.remindOfMessages("rescheduled", []uuid.UUID{partner.CoupleID}); err != nil {
			return err
		}
		if err := t.remakeTasks(partner.CoupleID); err != nil {
			return err
		}
		return t.remindAnew("rescheduled", partner.CoupleID)
	})
}
