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

// maxHoldReason bounds the words for which a hold is lifted.
const maxHoldReason = 2000

func holdPlace(h models.SafetyHold) place {
	return place{keyPractice, h.PracticeID, "safety_holds", "reason", h.ID}
}

// HoldView is one hold, for the couple's therapists alone.
type HoldView struct {
	SetAt    time.Time
	SetBy    string
	LiftedAt *time.Time
	LiftedBy string
	Reason   string
}

// SetSafetyHold sets the hold at once, from an alert for instance: nothing joint or risky is given or made any more, what was
// open reads the one neutral text, and no portal says why. Setting it again changes nothing. Faults: not_found, forbidden for
// whoever does not decide.
func (s *Service) SetSafetyHold(ctx context.Context, actor Actor, coupleID uuid.UUID) (CoupleView, error) {
	hold := true
	return s.changeHold(ctx, actor, coupleID, &hold, "")
}

// LiftSafetyHold lifts the hold. A therapist does it, no trainee, and says why; the reason stands with the hold and only the
// couple's therapists read it. Faults: invalid (reason), conflict when no hold stands.
func (s *Service) LiftSafetyHold(ctx context.Context, actor Actor, coupleID uuid.UUID, reason string) (CoupleView, error) {
	hold := false
	return s.changeHold(ctx, actor, coupleID, &hold, reason)
}

func (s *Service) changeHold(ctx context.Context, actor Actor, coupleID uuid.UUID, hold *bool, reason string) (CoupleView, error) {
	var view CoupleView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		if _, err := t.coupleFor(coupleID, decide); err != nil {
			return err
		}
		couple, err := models.LockCouple(t.DB, coupleID)
		if err != nil {
			return err
		}
		if *hold && couple.SafetyHoldAt != nil {
			view, err = t.coupleView(couple)
			return err
		}
		before := couple
		if err := t.markHold(&couple, *hold, reason); err != nil {
			return err
		}
		err = t.Model(&models.Couple{}).Where("id = ?", couple.ID).
			Updates(map[string]any{"safety_hold_at": couple.SafetyHoldAt, "version": couple.Version + 1, "updated_at": t.now}).Error
		if err != nil {
			return err
		}
		couple.Version++
		if err := t.followHold(before, couple); err != nil {
			return err
		}
		view, err = t.coupleView(couple)
		return err
	})
	return view, err
}

// markHold sets or lifts the hold on the couple's row, which the caller writes, and keeps it in the holds' own history.
func (t *txn) markHold(couple *models.Couple, hold bool, reason string) error {
	standing, found, err := models.StandingHold(t.DB, couple.ID)
	if err != nil {
		return err
	}
	t.note(act{verb: "change", object: "safety_hold", objectID: couple.ID, coupleID: couple.ID, restricted: true})
	if hold {
		if couple.SafetyHoldAt == nil {
			couple.SafetyHoldAt = &t.now
		}
		if found {
			return nil
		}
		return t.DB.Create(&models.SafetyHold{Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, SetAt: t.now, SetBy: t.actor.ID}).Error
	}
	reason = strings.TrimSpace(reason)
	switch {
	case couple.SafetyHoldAt == nil:
		return fault.New(fault.Conflict, "safety.no_hold")
	case reason == "":
		return fault.Fieldf("reason", "safety.reason_needed", nil)
	case utf8.RuneCountInString(reason) > maxHoldReason:
		return fault.Fieldf("reason", "error.field.too_long", map[string]any{"Max": maxHoldReason})
	}
	if !found { // A hold from before holds had a history.
		standing = models.SafetyHold{Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, SetAt: *couple.SafetyHoldAt, SetBy: t.actor.ID}
		if err := t.DB.Create(&standing).Error; err != nil {
			return err
		}
	}
	couple.SafetyHoldAt = nil
	sealed, err := t.seal(holdPlace(standing), []byte(reason))
	if err != nil {
		return err
	}
	return t.Model(&models.SafetyHold{}).Where("id = ?", standing.ID).Updates(map[string]any{"lifted_at": t.now, "lifted_by": t.actor.ID, "reason": sealed}).Error
}

// followHold lets the homework and all reminders follow a change of status or hold: it stops what may not go on, and makes the
// coming tasks again when it may.
func (t *txn) followHold(before, after models.Couple) error {
	if before.Status == after.Status && (before.SafetyHoldAt == nil) == (after.SafetyHoldAt == nil) {
		return nil
	}
	if err := t.lockPartners(after.ID); err != nil {
		return err
	}
	if err := t.remindOfMessages("rescheduled", []uuid.UUID{after.ID}); err != nil {
		return err
	}
	if err := t.followHoldInWork(before, after); err != nil {
		return err
	}
	return t.remindAnew("rescheduled", after.ID)
}

func (t *txn) followHoldInWork(before, after models.Couple) error {
	if before.JointWork() && !after.JointWork() {
		if err := t.stopJointWork(after.ID); err != nil {
			return err
		}
	}
	if before.SafetyHoldAt == nil && after.SafetyHoldAt != nil {
		ids, err := models.StopRiskyTasks(t.DB, after.ID, t.now)
		if err != nil {
			return err
		}
		return t.dropReminders("task", ids, "rescheduled")
	}
	if !before.JointWork() && after.JointWork() || before.SafetyHoldAt != nil && after.SafetyHoldAt == nil {
		return t.remakeTasks(after.ID)
	}
	return nil
}

// holdViews opens a couple's holds, newest first.
func (t *txn) holdViews(coupleID uuid.UUID) ([]HoldView, error) {
	list, err := models.HoldsOf(t.DB, coupleID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var staff []uuid.UUID
	for _, h := range list {
		staff = append(staff, h.SetBy)
		if h.LiftedBy != nil {
			staff = append(staff, *h.LiftedBy)
		}
	}
	members, err := models.RowsByID[models.Member](t.DB, staff, "practice_id", "id", "name")
	if err != nil {
		return nil, err
	}
	var out []HoldView
	for _, h := range list {
		v := HoldView{SetAt: h.SetAt, SetBy: members[h.SetBy].Name, LiftedAt: h.LiftedAt}
		if h.LiftedBy != nil {
			v.LiftedBy = members[*h.LiftedBy].Name
		}
		if v.Reason, err = t.openText(holdPlace(h), h.Reason); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
