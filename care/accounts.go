package care

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// hashParams is argon2id as OWASP asks at least: 19 MiB, two passes, one lane.
var hashParams = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// emailIndex is how an address is found without being stored: an HMAC of its lower-case form.
func (s *Service) emailIndex(email string) []byte {
	return s.Master.MAC("email-index", []byte(strings.ToLower(strings.TrimSpace(email))))
}

// hashPassword and checkPassword run at most four at a time in a process: each takes 19 MiB.
func (s *Service) hashPassword(ctx context.Context, password string) (string, error) {
	if err := s.enterHashing(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.hashing }()
	return argon2id.CreateHash(password, hashParams)
}

func (s *Service) checkPassword(ctx context.Context, password, hash string) (bool, error) {
	if err := s.enterHashing(ctx); err != nil {
		return false, err
	}
	defer func() { <-s.hashing }()
	if hash == "" { // No such account: the same work is done, so that the time tells nothing.
		_, err := argon2id.CreateHash(password, hashParams)
		return false, err
	}
	return argon2id.ComparePasswordAndHash(password, hash)
}

func (s *Service) enterHashing(ctx context.Context) error {
	select {
	case s.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err())
	}
}

// newToken makes a random token of 256 bits and its hash; only the hash is stored.
func newToken() (token string, hash []byte, err error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, err
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, hashToken(token), nil
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// newMailToken makes a one-use token that travels by mail; earlier ones for the same purpose stop working.
func (s *Service) newMailToken(tx *db.Tx, purpose, kind string, practiceID, subjectID uuid.UUID, ttl time.Duration) (string, error) {
	token, row, err := s.mailToken(purpose, kind, practiceID, subjectID, ttl)
	if err != nil {
		return "", err
	}
	if err := models.DropMailTokens(tx.DB, purpose, practiceID, subjectID); err != nil {
		return "", err
	}
	return token, tx.Create(&row).Error
}

// mailToken makes a one-use token and its row, which is not written yet.
func (s *Service) mailToken(purpose, kind string, practiceID, subjectID uuid.UUID, ttl time.Duration) (string, models.MailToken, error) {
	token, hash, err := newToken()
	now := s.Clock.Now()
	return token, models.MailToken{
		ID: models.NewID(), TokenHash: hash, Purpose: purpose, PracticeID: practiceID, Kind: kind, SubjectID: subjectID, ExpiresAt: now.Add(ttl), CreatedAt: now,
	}, err
}

// invitationTTL is how long an invitation can be accepted.
const invitationTTL = 14 * 24 * time.Hour

// inviteSubject plans the invitation mails of a partner or member; the token of each is made when it is sent. Nobody chooses
// these for oneself: who is invited is not there yet.
func (t *txn) inviteSubject(kind string, subjectID uuid.UUID) error {
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	list := invitationMoments(t.now, leads{practice: practice.ReminderLeads.V}, practice.Zone())
	return t.plan(t.messages("invitation", subjectID, recipient{kind, subjectID}, list))
}

// The limits of what a person types.
const (
	maxName     = 120
	minPassword = 12
	maxPassword = 256
)

// checkName wants one line of text; letters of any script and emoji are fine.
func checkName(c *fault.Collector, location, name string, required bool) string {
	name = strings.TrimSpace(name)
	switch {
	case name == "" && required:
		c.Add(location, "error.field.required", nil)
	case utf8.RuneCountInString(name) > maxName:
		c.Add(location, "error.field.too_long", map[string]any{"Max": maxName})
	case !plainLine(name):
		c.Add(location, "error.field.control", nil)
	}
	return name
}

// plainLine tells whether text is valid and stays on one line: what goes into mail headers may not break out of them.
func plainLine(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}

// checkEmail wants one plain address.
func checkEmail(c *fault.Collector, location, email string) string {
	email = strings.TrimSpace(email)
	if email == "" {
		c.Add(location, "error.field.required", nil)
		return email
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || parsed.Name != "" || len(email) > 254 || !plainLine(email) || !strings.Contains(email[strings.LastIndex(email, "@"):], ".") {
		c.Add(location, "error.field.email", nil)
	}
	return email
}

// checkNewPassword wants twelve characters or more, and none of the passwords that everyone tries first.
func checkNewPassword(c *fault.Collector, location, password string) {
	n := utf8.RuneCountInString(password)
	switch {
	case n < minPassword:
		c.Add(location, "error.field.password_short", map[string]any{"Min": minPassword})
	case n > maxPassword:
		c.Add(location, "error.field.too_long", map[string]any{"Max": maxPassword})
	case commonPassword(password):
		c.Add(location, "error.field.password_common", nil)
	}
}

func checkLocale(c *fault.Collector, location, value string) {
	if value != "nl" && value != "en" {
		c.Add(location, "error.field.choice", nil)
	}
}
