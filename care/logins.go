package care

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

// SignInInput is what a person signs in with.
type SignInInput struct {
	Email    string `json:"email" form:"email"`
	Password string `json:"password" form:"password"`
	OTP      string `json:"otp,omitempty" form:"otp"`
}

// SignedIn is a login's token, shown once, and where the sign-in stands.
type SignedIn struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	// Stage is full, factor (a one-time code is wanted; ConfirmFactor), enrol (a second factor must be set up first) or
	// choose (several memberships; ChooseMembership).
	Stage string `json:"stage"`
	// DeviceToken marks the device as known for this account: tries of strangers then do not delay its owner.
	DeviceToken string `json:"-"`
}

// MembershipChoice is one of a person's memberships.
type MembershipChoice struct {
	ID       uuid.UUID
	Practice string
	Kind     string // member, partner.
}

// PracticeRef is the practice as its people see it.
type PracticeRef struct {
	ID       uuid.UUID `json:"id"`
	Name     string    `json:"name"`
	TimeZone string    `json:"time_zone"`
}

// MeView is who the actor is.
type MeView struct {
	ID       uuid.UUID   `json:"id"`
	Kind     string      `json:"kind"`
	Role     models.Role `json:"role"`
	Name     string      `json:"name"`
	Email    string      `json:"email"`
	Locale   locale.Lang `json:"locale"`
	Practice PracticeRef `json:"practice"`
	CoupleID *uuid.UUID  `json:"couple_id,omitempty"`
}

// errSignIn is the one answer to every wrong combination.
func errSignIn() error { return fault.New(fault.Unauthenticated, "error.sign_in") }

// SignIn checks address and password (and a one-time code when given) and opens a login for the edge (api or web).
// deviceToken is what an earlier SignedIn gave this device, or empty. Faults: unauthenticated with one text for every
// wrong combination, rate_limited, unavailable when tries cannot be counted.
func (s *Service) SignIn(ctx context.Context, in SignInInput, edge, accessPoint, deviceToken string) (SignedIn, error) {
	if utf8.RuneCountInString(in.Password) > maxPassword || len(in.Email) > 254 {
		return SignedIn{}, errSignIn()
	}
	index := s.emailIndex(in.Email)
	if err := s.countTry(ctx, index, accessPoint, deviceToken); err != nil {
		return SignedIn{}, err
	}
	var account models.Account
	err := s.DB.Global(ctx, func(tx *db.Tx) error {
		var err error
		account, err = models.FindAccount(tx.DB, index)
		return err
	})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return SignedIn{}, err
	}
	ok, err := s.checkPassword(ctx, in.Password, account.PasswordHash)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, errSignIn()
	}
	out, err := s.openLogin(ctx, account, edge, accessPoint, in.OTP)
	if err != nil {
		return SignedIn{}, err
	}
	out.DeviceToken = s.deviceToken(index)
	return out, nil
}

// countTry bounds tries per account and device, per address and overall: a delay, never a lock. A device that signed in to
// this account before has a bucket of its own, so that strangers' tries do not keep the owner out.
func (s *Service) countTry(ctx context.Context, index []byte, accessPoint, deviceToken string) error {
	account := hex.EncodeToString(index[:16])
	type bucket struct {
		key    string
		limit  int
		window time.Duration
	}
	buckets := []bucket{{"signin:from:" + accessPoint, 60, 10 * time.Minute}, {"signin:all", 3000, time.Minute}, {"signin:account:" + account, 20, 15 * time.Minute}}
	if s.knownDevice(index, deviceToken) {
		buckets = []bucket{{"signin:device:" + hex.EncodeToString(hashToken(deviceToken)[:16]), 10, 5 * time.Minute}}
	}
	for _, b := range buckets {
		if err := s.allow(ctx, b.key, b.limit, b.window); err != nil {
			return err
		}
	}
	return nil
}

// allow counts one try; it fails closed when tries cannot be counted.
func (s *Service) allow(ctx context.Context, key string, limit int, window time.Duration) error {
	if s.Limiter == nil {
		return fault.New(fault.Unavailable, "")
	}
	ok, wait, err := s.Limiter.Allow(ctx, key, limit, window)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err)
	}
	if !ok {
		f := fault.New(fault.RateLimited, "")
		f.RetryAfter = max(1, int(wait.Seconds()))
		return f
	}
	return nil
}

func (s *Service) deviceToken(index []byte) string {
	token, _, err := newToken()
	if err != nil {
		return ""
	}
	return token + "." + hex.EncodeToString(s.Master.MAC("device", append([]byte(token), index...)))
}

func (s *Service) knownDevice(index []byte, deviceToken string) bool {
	token, mac, found := strings.Cut(deviceToken, ".")
	want, err := hex.DecodeString(mac)
	return found && err == nil && hmac.Equal(want, s.Master.MAC("device", append([]byte(token), index...)))
}

// openLogin makes the login of an account whose password was right, at the stage it stands.
func (s *Service) openLogin(ctx context.Context, account models.Account, edge, accessPoint, otp string) (SignedIn, error) {
	var memberships []models.Membership
	if err := s.DB.Global(ctx, func(tx *db.Tx) error {
		var err error
		memberships, err = models.MembershipsOf(tx.DB, account.ID)
		return err
	}); err != nil {
		return SignedIn{}, err
	}
	if len(memberships) == 0 {
		return SignedIn{}, errSignIn()
	}
	staff := slices.ContainsFunc(memberships, func(m models.Membership) bool { return m.Kind == "member" })
	factorDone := false
	if account.TOTPConfirmedAt != nil && otp != "" {
		if err := s.useCode(ctx, account.ID, otp); err != nil {
			return SignedIn{}, err
		}
		factorDone = true
	}
	token, hash, err := newToken()
	if err != nil {
		return SignedIn{}, err
	}
	now := s.Clock.Now()
	login := models.Login{ID: models.NewID(), TokenHash: hash, AccountID: account.ID, Edge: edge, CreatedAt: now, SeenAt: now, FreshAt: now, IdleMinutes: 10, ExpiresAt: now.Add(15 * time.Minute)}
	login.Stage = s.stageOf(account, staff, len(memberships), factorDone)
	if login.Stage != "full" && edge == "api" {
		// The API has no pages to finish a sign-in on; several memberships use the newest staff one first.
		if login.Stage != "choose" {
			return SignedIn{}, fault.New(fault.Unauthenticated, "error.otp_needed")
		}
		login.Stage = "full"
	}
	if login.Stage == "full" {
		if err := s.bind(ctx, &login, preferred(memberships)); err != nil {
			return SignedIn{}, err
		}
	}
	if err := s.DB.Global(ctx, func(tx *db.Tx) error { return tx.Create(&login).Error }); err != nil {
		return SignedIn{}, err
	}
	if login.Stage == "full" {
		if err := s.noteSignIn(ctx, login, accessPoint); err != nil {
			return SignedIn{}, err
		}
	}
	return SignedIn{Token: token, ExpiresAt: login.ExpiresAt, Stage: login.Stage}, nil
}

func preferred(memberships []models.Membership) models.Membership {
	for _, m := range memberships {
		if m.Kind == "member" {
			return m
		}
	}
	return memberships[0]
}

// stageOf tells what a sign-in still needs. Staff need a second factor everywhere but in the demo; partners are asked
// for theirs once they have one.
func (s *Service) stageOf(account models.Account, staff bool, memberships int, factorDone bool) string {
	switch {
	case account.TOTPConfirmedAt != nil && !factorDone && !s.Demo:
		return "factor"
	case account.TOTPConfirmedAt == nil && staff && !s.Demo:
		return "enrol"
	case memberships > 1:
		return "choose"
	}
	return "full"
}

// bind ties a login to one membership, with the limits its practice sets.
func (s *Service) bind(ctx context.Context, login *models.Login, m models.Membership) error {
	var practice models.Practice
	err := s.DB.InPractice(ctx, m.PracticeID, m.SubjectID, func(tx *db.Tx) error {
		var err error
		practice, err = models.FindPractice(tx.DB, m.PracticeID)
		return err
	})
	if err != nil {
		return err
	}
	login.MembershipID, login.PracticeID = &m.ID, &m.PracticeID
	login.IdleMinutes, login.ExpiresAt = practice.PartnerIdleMinutes, login.CreatedAt.Add(2*time.Hour)
	if m.Kind == "member" {
		login.IdleMinutes, login.ExpiresAt = practice.MemberIdleMinutes, login.CreatedAt.Add(10*time.Hour)
	}
	if login.Edge == "api" { // A program's token lives as long as it was asked for; nobody walks away from it.
		login.IdleMinutes = int(login.ExpiresAt.Sub(login.CreatedAt).Minutes())
	}
	return nil
}

func (s *Service) noteSignIn(ctx context.Context, login models.Login, accessPoint string) error {
	actor, err := s.actorOf(ctx, login.TokenHash, login.Edge, accessPoint)
	if err != nil {
		return err
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		t.note(act{verb: "sign_in", object: "login", objectID: login.ID, partnerID: t.actor.ownFile()})
		return nil
	})
}

// ownFile is the acting partner's own file, for the record.
func (a Actor) ownFile() uuid.UUID {
	if a.Partner() {
		return a.ID
	}
	return uuid.Nil
}

// Authenticate gives the actor of a token. Faults: unauthenticated. It counts as activity for the idle limit. An actor
// whose Stage is not full may only finish signing in: every other verb refuses it.
func (s *Service) Authenticate(ctx context.Context, token, edge, accessPoint string) (Actor, error) {
	if token == "" || len(token) > 100 {
		return Actor{}, fault.New(fault.Unauthenticated, "")
	}
	return s.actorOf(ctx, hashToken(token), edge, accessPoint)
}

// actorOf reads login, membership and person in one round trip.
func (s *Service) actorOf(ctx context.Context, tokenHash []byte, edge, accessPoint string) (Actor, error) {
	now := s.Clock.Now()
	var a Actor
	var lang, zone string
	found := false
	err := s.DB.BatchForLogin(ctx, tokenHash, now, func(b *db.Batch) {
		b.Query(func(rows pgx.Rows) error {
			found = true
			return rows.Scan(&a.LoginID, &a.AccountID, &a.Stage, &a.FreshAt, &a.PracticeID, &a.Kind, &a.ID, &a.Role, &a.Clinician, &a.CoupleID, &lang, &zone)
		}, `select l.id, l.account_id, l.stage, l.fresh_at,
			coalesce(l.practice_id, $4), coalesce(ms.kind, ''), coalesce(ms.subject_id, $4),
			coalesce(m.role, case when p.id is not null then 'partner' else '' end), coalesce(m.clinician, false),
			coalesce(p.couple_id, $4), coalesce(m.locale, p.locale, 'nl'), coalesce(pr.time_zone, 'UTC')
		from logins l
		left join memberships ms on ms.id = l.membership_id
		left join practices pr on pr.id = l.practice_id
		left join members m on m.practice_id = l.practice_id and m.id = ms.subject_id and ms.kind = 'member'
		left join partners p on p.practice_id = l.practice_id and p.id = ms.subject_id and ms.kind = 'partner'
		where l.token_hash = $1 and l.ended_at is null and l.expires_at > $2 and l.edge = $3
			and l.seen_at + make_interval(mins => l.idle_minutes) > $2
			and (l.stage <> 'full' or ms.ended_at is null and coalesce(m.status = 'active', p.id is not null, false))`,
			tokenHash, now, edge, uuid.Nil)
		b.Exec(`update logins set seen_at = $2 where token_hash = $1 and ended_at is null and expires_at > $2
			and seen_at < $2 - interval '20 seconds' and seen_at + make_interval(mins => idle_minutes) > $2`, tokenHash, now)
	})
	if err != nil {
		return Actor{}, err
	}
	if !found {
		return Actor{}, fault.New(fault.Unauthenticated, "")
	}
	a.Locale, _ = locale.Parse(lang)
	a.Zone = models.Practice{TimeZone: zone}.Zone()
	a.Edge, a.AccessPoint = edge, accessPoint
	return a, nil
}

// SignOut ends the actor's login.
func (s *Service) SignOut(ctx context.Context, actor Actor) error {
	return s.DB.Global(ctx, func(tx *db.Tx) error {
		return tx.Model(&models.Login{}).Where("id = ? and ended_at is null", actor.LoginID).Update("ended_at", s.Clock.Now()).Error
	})
}

// Memberships lists what a login at stage choose can choose from.
func (s *Service) Memberships(ctx context.Context, actor Actor) ([]MembershipChoice, error) {
	if actor.Stage != "choose" && actor.Stage != "full" {
		return nil, fault.New(fault.Unauthenticated, "")
	}
	var memberships []models.Membership
	err := s.DB.Global(ctx, func(tx *db.Tx) error {
		var err error
		memberships, err = models.MembershipsOf(tx.DB, actor.AccountID)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]MembershipChoice, 0, len(memberships))
	for _, m := range memberships {
		err := s.DB.InPractice(ctx, m.PracticeID, m.SubjectID, func(tx *db.Tx) error {
			p, err := models.FindPractice(tx.DB, m.PracticeID)
			out = append(out, MembershipChoice{ID: m.ID, Practice: p.Name, Kind: m.Kind})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ChooseMembership binds a login to one membership. Faults: not_found for a membership of someone else.
func (s *Service) ChooseMembership(ctx context.Context, actor Actor, membershipID uuid.UUID) (SignedIn, error) {
	if actor.Stage != "choose" {
		return SignedIn{}, fault.New(fault.Unauthenticated, "")
	}
	var chosen models.Membership
	err := s.DB.Global(ctx, func(tx *db.Tx) error {
		return tx.Where("id = ? and account_id = ? and ended_at is null", membershipID, actor.AccountID).Take(&chosen).Error
	})
	if err != nil {
		return SignedIn{}, err
	}
	return s.promote(ctx, actor, &chosen)
}

// promote replaces a login by a new one a stage further: the token is rotated with every step of a sign-in.
func (s *Service) promote(ctx context.Context, actor Actor, chosen *models.Membership) (SignedIn, error) {
	token, hash, err := newToken()
	if err != nil {
		return SignedIn{}, err
	}
	now := s.Clock.Now()
	login := models.Login{ID: models.NewID(), TokenHash: hash, AccountID: actor.AccountID, Edge: actor.Edge, CreatedAt: now, SeenAt: now, FreshAt: now, IdleMinutes: 10, ExpiresAt: now.Add(15 * time.Minute), Stage: "choose"}
	if chosen == nil {
		var memberships []models.Membership
		if err := s.DB.Global(ctx, func(tx *db.Tx) error {
			var err error
			memberships, err = models.MembershipsOf(tx.DB, actor.AccountID)
			return err
		}); err != nil {
			return SignedIn{}, err
		}
		if len(memberships) == 1 {
			chosen = &memberships[0]
		}
	}
	if chosen != nil {
		login.Stage = "full"
		if err := s.bind(ctx, &login, *chosen); err != nil {
			return SignedIn{}, err
		}
	}
	err = s.DB.Global(ctx, func(tx *db.Tx) error {
		if err := tx.Model(&models.Login{}).Where("id = ?", actor.LoginID).Update("ended_at", now).Error; err != nil {
			return err
		}
		return tx.Create(&login).Error
	})
	if err != nil {
		return SignedIn{}, err
	}
	if login.Stage == "full" {
		if err := s.noteSignIn(ctx, login, actor.AccessPoint); err != nil {
			return SignedIn{}, err
		}
	}
	return SignedIn{Token: token, ExpiresAt: login.ExpiresAt, Stage: login.Stage}, nil
}

// RefreshSignIn takes the password again, so that a private thing can be opened. Faults: unauthenticated, rate_limited.
func (s *Service) RefreshSignIn(ctx context.Context, actor Actor, password string) error {
	account, err := s.provePassword(ctx, actor, password)
	if err != nil {
		return err
	}
	return s.DB.Global(ctx, func(tx *db.Tx) error {
		return tx.Model(&models.Login{}).Where("id = ? and account_id = ?", actor.LoginID, account.ID).Update("fresh_at", s.Clock.Now()).Error
	})
}

func (s *Service) provePassword(ctx context.Context, actor Actor, password string) (models.Account, error) {
	if err := s.allow(ctx, "prove:"+actor.LoginID.String(), 10, 5*time.Minute); err != nil {
		return models.Account{}, err
	}
	var account models.Account
	err := s.DB.Global(ctx, func(tx *db.Tx) error { return tx.Where("id = ?", actor.AccountID).Take(&account).Error })
	if err != nil {
		return account, err
	}
	ok, err := s.checkPassword(ctx, password, account.PasswordHash)
	if err == nil && !ok {
		err = fault.Fieldf("password", "error.sign_in_password", nil)
	}
	return account, err
}

// ChangePassword needs the present password; it ends the account's other logins.
func (s *Service) ChangePassword(ctx context.Context, actor Actor, present, next string) error {
	var c fault.Collector
	checkNewPassword(&c, "next", next)
	if err := c.Err(); err != nil {
		return err
	}
	account, err := s.provePassword(ctx, actor, present)
	if err != nil {
		return err
	}
	return s.setPassword(ctx, account.ID, next, actor.LoginID)
}

func (s *Service) setPassword(ctx context.Context, accountID uuid.UUID, password string, keepLogin uuid.UUID) error {
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.DB.Global(ctx, func(tx *db.Tx) error {
		now := s.Clock.Now()
		if err := tx.Model(&models.Account{}).Where("id = ?", accountID).Updates(map[string]any{"password_hash": hash, "updated_at": now}).Error; err != nil {
			return err
		}
		return models.EndLogins(tx.DB, accountID, keepLogin, now)
	})
}

// Me tells who the actor is.
func (s *Service) Me(ctx context.Context, actor Actor) (MeView, error) {
	v := MeView{ID: actor.ID, Kind: actor.Kind, Role: actor.Role, Locale: actor.Locale}
	if !actor.Full() {
		return v, fault.New(fault.Unauthenticated, "")
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		v.Practice = PracticeRef{ID: practice.ID, Name: practice.Name, TimeZone: practice.TimeZone}
		if actor.Partner() {
			partner, err := models.FindPartner(t.DB, actor.ID)
			if err != nil {
				return err
			}
			v.CoupleID = &partner.CoupleID
			if v.Name, err = t.openText(partnerName(partner), partner.Name); err != nil {
				return err
			}
			v.Email, err = t.openText(partnerEmail(partner), partner.Email)
			return err
		}
		member, err := models.FindMember(t.DB, actor.ID)
		if err != nil {
			return err
		}
		v.Name = member.Name
		v.Email, err = t.openText(place{keyPractice, t.PracticeID, "members", "email", member.ID}, member.Email)
		return err
	})
	return v, err
}

// ChangeLanguage sets the actor's own language.
func (s *Service) ChangeLanguage(ctx context.Context, actor Actor, lang string) error {
	var c fault.Collector
	checkLocale(&c, "locale", lang)
	if err := c.Err(); err != nil {
		return err
	}
	if !actor.Full() {
		return fault.New(fault.Unauthenticated, "")
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		var model any = &models.Member{}
		if actor.Partner() {
			model = &models.Partner{}
		}
		return t.Model(model).Where("id = ?", actor.ID).Update("locale", lang).Error
	})
}
