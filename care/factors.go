package care

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/internal/seal"
	"tussentijds/models"
)

// FactorEnrolment is what an authenticator app needs: shown once.
type FactorEnrolment struct {
	Secret        string
	URI           string
	RecoveryCodes []string
}

// The secret of a second factor belongs to no practice: it is sealed under the master key, bound to its account.
func factorBinding(accountID uuid.UUID) seal.Binding {
	return seal.Binding{Owner: accountID, Table: "accounts", Column: "totp_secret", Row: accountID}
}

// useCode takes a one-time code or a recovery code, each of which works once.
func (s *Service) useCode(ctx context.Context, accountID uuid.UUID, code string) error {
	if err := s.allow(ctx, "factor:"+accountID.String(), 10, 5*time.Minute); err != nil {
		return err
	}
	code = strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(code), " ", ""))
	return s.DB.Global(ctx, func(tx *db.Tx) error {
		var account models.Account
		if err := tx.Where("id = ?", accountID).Take(&account).Error; err != nil {
			return err
		}
		now := s.Clock.Now()
		if len(code) > 8 {
			r := tx.Model(&models.RecoveryCode{}).Where("account_id = ? and code_hash = ? and used_at is null", accountID, hashToken(code)).Update("used_at", now)
			if r.Error == nil && r.RowsAffected == 0 {
				return fault.New(fault.Unauthenticated, "error.otp")
			}
			return r.Error
		}
		if len(account.TOTPSecret) == 0 { // Nothing was begun that a code could prove.
			return fault.New(fault.Unauthenticated, "error.otp")
		}
		step, ok, err := s.matchStep(account, code, now)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Unauthenticated, "error.otp")
		}
		// A code counts once: only a later step than the last one used is taken, whoever comes first.
		r := tx.Model(&models.Account{}).Where("id = ? and totp_last_step < ?", accountID, step).Update("totp_last_step", step)
		if r.Error == nil && r.RowsAffected == 0 {
			return fault.New(fault.Unauthenticated, "error.otp")
		}
		return r.Error
	})
}

// matchStep finds the 30-second step of a code, one step of clock difference allowed (RFC 6238).
func (s *Service) matchStep(account models.Account, code string, now time.Time) (int64, bool, error) {
	secret, err := s.Master.Key().Open(account.TOTPSecret, factorBinding(account.ID))
	if err != nil {
		return 0, false, fault.Wrap(fault.Internal, err)
	}
	for _, shift := range []int64{0, -1, 1} {
		at := now.Add(time.Duration(shift) * 30 * time.Second)
		want, err := totp.GenerateCode(string(secret), at)
		if err != nil {
			return 0, false, fault.Wrap(fault.Internal, err)
		}
		if want == code {
			return at.Unix() / 30, true, nil
		}
	}
	return 0, false, nil
}

// ConfirmFactor completes a sign-in at stage factor with a one-time or recovery code.
func (s *Service) ConfirmFactor(ctx context.Context, actor Actor, code string) (SignedIn, error) {
	if actor.Stage != "factor" {
		return SignedIn{}, fault.New(fault.Unauthenticated, "")
	}
	if err := s.useCode(ctx, actor.AccountID, code); err != nil {
		return SignedIn{}, err
	}
	return s.promote(ctx, actor, nil)
}

// EnrolFactor begins a second factor; it counts once ConfirmEnrolment proved it. The recovery codes are shown once.
// Faults: conflict when there is one already, forbidden when the sign-in is not fresh.
func (s *Service) EnrolFactor(ctx context.Context, actor Actor) (FactorEnrolment, error) {
	if actor.Stage != "enrol" && actor.Stage != "full" {
		return FactorEnrolment{}, fault.New(fault.Unauthenticated, "")
	}
	if actor.Full() && !s.Fresh(actor) { // Whoever finds a phone unlocked must not take over the account.
		return FactorEnrolment{}, fault.New(fault.Forbidden, "")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Tussentijds", AccountName: "Tussentijds"})
	if err != nil {
		return FactorEnrolment{}, fault.Wrap(fault.Internal, err)
	}
	out := FactorEnrolment{Secret: key.Secret(), URI: key.URL()}
	sealed, err := s.Master.Key().Seal([]byte(key.Secret()), factorBinding(actor.AccountID))
	if err != nil {
		return out, fault.Wrap(fault.Internal, err)
	}
	codes := make([]models.RecoveryCode, 10)
	for i := range codes {
		raw := make([]byte, 10)
		if _, err := rand.Read(raw); err != nil {
			return out, err
		}
		code := base32.StdEncoding.EncodeToString(raw)
		out.RecoveryCodes = append(out.RecoveryCodes, code)
		codes[i] = models.RecoveryCode{ID: models.NewID(), AccountID: actor.AccountID, CodeHash: hashToken(code)}
	}
	err = s.DB.Global(ctx, func(tx *db.Tx) error {
		r := tx.Model(&models.Account{}).Where("id = ? and totp_confirmed_at is null", actor.AccountID).Updates(map[string]any{"totp_secret": models.Sealed(sealed), "totp_last_step": 0})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Conflict, "")
		}
		if err := tx.Where("account_id = ?", actor.AccountID).Delete(&models.RecoveryCode{}).Error; err != nil {
			return err
		}
		return tx.Create(&codes).Error
	})
	return out, err
}

// ConfirmEnrolment proves that the authenticator works; from then on every sign-in asks for it.
func (s *Service) ConfirmEnrolment(ctx context.Context, actor Actor, code string) (SignedIn, error) {
	if actor.Stage != "enrol" && actor.Stage != "full" {
		return SignedIn{}, fault.New(fault.Unauthenticated, "")
	}
	if len(code) > 12 { // A recovery code proves nothing of the app: whoever enrolled with one would be shut out after ten.
		return SignedIn{}, fault.New(fault.Unauthenticated, "error.otp")
	}
	if err := s.useCode(ctx, actor.AccountID, code); err != nil {
		return SignedIn{}, err
	}
	err := s.DB.Global(ctx, func(tx *db.Tx) error {
		return tx.Model(&models.Account{}).Where("id = ?", actor.AccountID).Update("totp_confirmed_at", s.Clock.Now()).Error
	})
	if err != nil {
		return SignedIn{}, err
	}
	return s.promote(ctx, actor, nil)
}
