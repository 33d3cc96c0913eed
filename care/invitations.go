package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

// InvitationView is what an invited person sees before accepting.
type InvitationView struct {
	PracticeName  string
	Kind          string // member, partner.
	Locale        locale.Lang
	SecretsPolicy map[locale.Lang]string // partners only.
	PolicyVersion int
	// HasAccount tells that the person signs in already elsewhere and confirms with that password.
	HasAccount bool
}

// AcceptInvitationInput is an invited person's yes, given in person.
type AcceptInvitationInput struct {
	Password      string `json:"password" form:"password"`
	Locale        string `json:"locale" form:"locale"`
	Treatment     bool   `json:"consent_treatment" form:"consent_treatment"`         // partners: needed.
	SecretsPolicy bool   `json:"accept_secrets_policy" form:"accept_secrets_policy"` // partners: needed.
	ReportLine    bool   `json:"consent_report_line" form:"consent_report_line"`     // partners: optional.
}

// findToken reads a one-use token without using it up. Faults: not_found.
func (s *Service) findToken(ctx context.Context, token, purpose string) (models.MailToken, error) {
	var row models.MailToken
	if len(token) > 100 {
		return row, fault.Missing()
	}
	err := s.DB.Global(ctx, func(tx *db.Tx) error {
		var err error
		row, err = models.FindMailToken(tx.DB, hashToken(token), purpose, s.Clock.Now())
		return err
	})
	return row, err
}

// invited is the person an invitation is for.
type invited struct {
	practice models.Practice
	kind     string
	locale   string
	email    string
	emailAt  []byte // the index of the address.
}

func (s *Service) readInvited(ctx context.Context, row models.MailToken) (invited, error) {
	out := invited{kind: row.Kind}
	actor := System(row.PracticeID)
	err := s.inPractice(ctx, actor, func(t *txn) error {
		var err error
		if out.practice, err = t.thePractice(); err != nil {
			return err
		}
		if row.Kind == "partner" {
			p, err := models.FindPartner(t.DB, row.SubjectID)
			if err != nil {
				return err
			}
			out.locale = p.Locale
			out.email, err = t.openText(partnerEmail(p), p.Email)
			return err
		}
		m, err := models.FindMember(t.DB, row.SubjectID)
		if err != nil {
			return err
		}
		out.locale = m.Locale
		out.email, err = t.openText(place{keyPractice, t.PracticeID, "members", "email", m.ID}, m.Email)
		return err
	})
	out.emailAt = s.emailIndex(out.email)
	return out, err
}

// Invitation opens an invitation without using it up: mail scanners fetch links. Faults: not_found.
func (s *Service) Invitation(ctx context.Context, token string) (InvitationView, error) {
	row, err := s.findToken(ctx, token, "invitation")
	if err != nil {
		return InvitationView{}, err
	}
	who, err := s.readInvited(ctx, row)
	if err != nil {
		return InvitationView{}, err
	}
	v := InvitationView{PracticeName: who.practice.Name, Kind: row.Kind, PolicyVersion: who.practice.SecretsPolicyVersion}
	v.Locale, _ = locale.Parse(who.locale)
	if row.Kind == "partner" {
		v.SecretsPolicy = map[locale.Lang]string{locale.NL: who.practice.SecretsPolicyNL, locale.EN: who.practice.SecretsPolicyEN}
	}
	err = s.DB.Global(ctx, func(tx *db.Tx) error {
		_, err := models.FindAccount(tx.DB, who.emailAt)
		v.HasAccount = err == nil
		if fault.Is(db.Translate(err), fault.NotFound) {
			err = nil
		}
		return err
	})
	return v, err
}

// AcceptInvitation uses the invitation up, sets password and language, and records the consents. Who has an account
// already, elsewhere, gives that password. Faults: not_found, invalid, unauthenticated.
func (s *Service) AcceptInvitation(ctx context.Context, token string, in AcceptInvitationInput, edge, accessPoint string) (SignedIn, error) {
	row, err := s.findToken(ctx, token, "invitation")
	if err != nil {
		return SignedIn{}, err
	}
	who, err := s.readInvited(ctx, row)
	if err != nil {
		return SignedIn{}, err
	}
	if in.Locale == "" {
		in.Locale = who.locale
	}
	account, known, err := s.accountFor(ctx, who, in)
	if err != nil {
		return SignedIn{}, err
	}
	now := s.Clock.Now()
	// The practice's side first: consents and standing. It may be repeated; the token is used up last, and only then can
	// anyone sign in through it.
	if err := s.joinPractice(ctx, row, who, in); err != nil {
		return SignedIn{}, err
	}
	err = s.DB.Global(ctx, func(tx *db.Tx) error {
		used, err := models.UseMailToken(tx.DB, row.ID, now)
		if err != nil {
			return err
		}
		if !used {
			return fault.Missing()
		}
		if err := models.DropMailTokens(tx.DB, "invitation", row.PracticeID, row.SubjectID); err != nil {
			return err
		}
		if !known {
			if err := tx.Create(&account).Error; err != nil {
				return err
			}
		}
		m := models.Membership{ID: models.NewID(), AccountID: account.ID, PracticeID: row.PracticeID, Kind: row.Kind, SubjectID: row.SubjectID, CreatedAt: now}
		return tx.Create(&m).Error
	})
	if err != nil {
		return SignedIn{}, err
	}
	return s.openLogin(ctx, account, edge, accessPoint, "")
}

// accountFor checks the input and gives the account to use: the person's existing one, or a new one not yet written.
func (s *Service) accountFor(ctx context.Context, who invited, in AcceptInvitationInput) (account models.Account, known bool, err error) {
	var c fault.Collector
	checkLocale(&c, "locale", in.Locale)
	if who.kind == "partner" {
		if !in.Treatment {
			c.Add("consent_treatment", "error.field.consent", nil)
		}
		if !in.SecretsPolicy {
			c.Add("accept_secrets_policy", "error.field.consent", nil)
		}
	}
	err = s.DB.Global(ctx, func(tx *db.Tx) error {
		account, err = models.FindAccount(tx.DB, who.emailAt)
		return err
	})
	known = err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return account, false, err
	}
	if !known {
		checkNewPassword(&c, "password", in.Password)
	}
	if err := c.Err(); err != nil {
		return account, known, err
	}
	if known {
		if err := s.allow(ctx, "prove:"+account.ID.String(), 10, 5*time.Minute); err != nil {
			return account, true, err
		}
		ok, err := s.checkPassword(ctx, in.Password, account.PasswordHash)
		if err == nil && !ok {
			err = fault.Fieldf("password", "error.sign_in_password", nil)
		}
		return account, true, err
	}
	hash, err := s.hashPassword(ctx, in.Password)
	if err != nil {
		return account, false, err
	}
	now := s.Clock.Now()
	return models.Account{ID: models.NewID(), EmailIndex: who.emailAt, PasswordHash: hash, CreatedAt: now, UpdatedAt: now}, false, nil
}

// joinPractice makes the invited person active in the practice and records what was said yes to.
func (s *Service) joinPractice(ctx context.Context, row models.MailToken, who invited, in AcceptInvitationInput) error {
	actor := Actor{Kind: row.Kind, ID: row.SubjectID, Role: models.RolePartner, PracticeID: row.PracticeID, Edge: "web", Stage: "full", Zone: who.practice.Zone()}
	if row.Kind == "member" {
		actor.Role = "invited"
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		// The link came by mail: whatever came back before, the address works.
		if err := t.revive(row.Kind, row.SubjectID, channelMail); err != nil {
			return err
		}
		if err := t.dropReminders("invitation", []uuid.UUID{row.SubjectID}, "done"); err != nil {
			return err
		}
		if row.Kind == "member" {
			t.note(act{verb: "join", object: "member", objectID: row.SubjectID})
			return t.Model(&models.Member{}).Where("id = ? and status = 'invited'", row.SubjectID).
				Updates(map[string]any{"status": "active", "locale": in.Locale}).Error
		}
		partner, err := models.FindPartner(t.DB, row.SubjectID)
		if err != nil {
			return err
		}
		if err := t.Model(&models.Partner{}).Where("id = ? and status = ?", partner.ID, models.PartnerInvited).
			Updates(map[string]any{"status": models.PartnerActive, "locale": in.Locale}).Error; err != nil {
			return err
		}
		given := map[models.ConsentKind]int{models.ConsentTreatment: 1, models.ConsentSecretsPolicy: who.practice.SecretsPolicyVersion}
		if in.ReportLine {
			given[models.ConsentReportLine] = 1
		}
		for kind, version := range given {
			if err := t.giveConsent(partner, kind, version); err != nil {
				return err
			}
		}
		t.note(act{verb: "join", object: "partner", objectID: partner.ID, partnerID: partner.ID})
		return t.remindAnew("rescheduled", partner.CoupleID) // What is to come reminds from now on.
	})
}

// InvitePartner (re)sends a partner's invitation by mail. Faults: not_found, conflict when the partner signed in already.
func (s *Service) InvitePartner(ctx context.Context, actor Actor, coupleID, partnerID uuid.UUID) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, seeCouple)
		if err != nil {
			return err
		}
		partner, err := models.FindPartner(t.DB, partnerID)
		if err != nil {
			return err
		}
		if partner.CoupleID != couple.ID {
			return fault.Missing()
		}
		if partner.Status != models.PartnerInvited {
			return fault.New(fault.Conflict, "error.already_active")
		}
		if err := t.dropReminders("invitation", []uuid.UUID{partner.ID}, "resent"); err != nil {
			return err
		}
		// Who sends it once more says that the address is right.
		if err := t.revive("partner", partner.ID, channelMail); err != nil {
			return err
		}
		t.note(act{verb: "invite", object: "partner", objectID: partner.ID, partnerID: partner.ID})
		return t.inviteSubject("partner", partner.ID)
	})
}
