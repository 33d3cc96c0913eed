package care

import (
	"context"
	"time"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// resetTTL is how long a mailed link may set a new password.
const resetTTL = time.Hour

// RequestReset mails a link to set a new password, if the address has an account. The answer is the same either way, so
// that nobody learns who has one. Faults: rate_limited, unavailable.
func (s *Service) RequestReset(ctx context.Context, email, accessPoint string) error {
	index := s.emailIndex(email)
	if err := s.allow(ctx, "reset:from:"+accessPoint, 20, time.Hour); err != nil {
		return err
	}
	var memberships []models.Membership
	err := s.DB.Global(ctx, func(tx *db.Tx) error {
		account, err := models.FindAccount(tx.DB, index)
		if err != nil {
			return err
		}
		memberships, err = models.MembershipsOf(tx.DB, account.ID)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && len(memberships) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.allow(ctx, "reset:account:"+memberships[0].AccountID.String(), 5, time.Hour); err != nil {
		return nil //nolint:nilerr // Too many mails for one person: silently none, so that the answer tells nothing.
	}
	m := memberships[0]
	return s.inPractice(ctx, System(m.PracticeID), func(t *txn) error {
		return t.plan(t.messages("reset", m.SubjectID, recipient{m.Kind, m.SubjectID}, []planned{{momentNow, t.now, t.now, t.now.Add(resetTTL)}}))
	})
}

// ResetPassword sets a new password with a mailed link, which it uses up, and ends every login of the account. The second
// factor is asked for at the next sign-in as ever. Faults: not_found for a link that is used, old or unknown; invalid.
func (s *Service) ResetPassword(ctx context.Context, token, password string) error {
	row, err := s.findToken(ctx, token, "reset")
	if err != nil {
		return err
	}
	var c fault.Collector
	checkNewPassword(&c, "password", password)
	if err := c.Err(); err != nil {
		return err
	}
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.DB.Global(ctx, func(tx *db.Tx) error {
		now := s.Clock.Now()
		used, err := models.UseMailToken(tx.DB, row.ID, now)
		if err != nil {
			return err
		}
		if !used {
			return fault.Missing()
		}
		var m models.Membership
		if err := tx.Where("practice_id = ? and kind = ? and subject_id = ? and ended_at is null", row.PracticeID, row.Kind, row.SubjectID).Take(&m).Error; err != nil {
			return err
		}
		if err := tx.Model(&models.Account{}).Where("id = ?", m.AccountID).Updates(map[string]any{"password_hash": hash, "updated_at": now}).Error; err != nil {
			return err
		}
		return models.EndLogins(tx.DB, m.AccountID, models.NewID(), now)
	})
}
