package care

import (
	"context"
	"time"

	"github.com/google/uuid"

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

// FactorEnrolment is what an authenticator app needs: shown once.
type FactorEnrolment struct {
	Secret        string
	URI           string
	RecoveryCodes []string
}

// SignIn checks address and password (and a one-time code when given) and opens a login for the edge (api or web).
// Faults: unauthenticated with one text for every wrong combination, rate_limited, unavailable when tries cannot be counted.
func (s *Service) SignIn(ctx context.Context, in SignInInput, edge, accessPoint, deviceID string) (SignedIn, error) {
	return SignedIn{}, errUnbuilt
}

// Authenticate gives the actor of a token. Faults: unauthenticated. It counts as activity for the idle limit. An actor
// whose Stage is not full may only finish signing in: every other verb refuses it.
func (s *Service) Authenticate(ctx context.Context, token, edge, accessPoint string) (Actor, error) {
	return Actor{}, errUnbuilt
}

// SignOut ends the actor's login.
func (s *Service) SignOut(ctx context.Context, actor Actor) error { return errUnbuilt }

// Memberships lists what a login at stage choose can choose from.
func (s *Service) Memberships(ctx context.Context, actor Actor) ([]MembershipChoice, error) {
	return nil, errUnbuilt
}

// ChooseMembership binds a login to one membership.
func (s *Service) ChooseMembership(ctx context.Context, actor Actor, membershipID uuid.UUID) (SignedIn, error) {
	return SignedIn{}, errUnbuilt
}

// ConfirmFactor completes a sign-in at stage factor with a one-time or recovery code.
func (s *Service) ConfirmFactor(ctx context.Context, actor Actor, code string) (SignedIn, error) {
	return SignedIn{}, errUnbuilt
}

// EnrolFactor begins a second factor; ConfirmEnrolment makes it count.
func (s *Service) EnrolFactor(ctx context.Context, actor Actor) (FactorEnrolment, error) {
	return FactorEnrolment{}, errUnbuilt
}

// ConfirmEnrolment proves that the authenticator works.
func (s *Service) ConfirmEnrolment(ctx context.Context, actor Actor, code string) (SignedIn, error) {
	return SignedIn{}, errUnbuilt
}

// RefreshSignIn takes the password again, so that a private thing can be opened.
func (s *Service) RefreshSignIn(ctx context.Context, actor Actor, password string) error {
	return errUnbuilt
}

// ChangePassword needs the present password; it ends the account's other logins.
func (s *Service) ChangePassword(ctx context.Context, actor Actor, present, next string) error {
	return errUnbuilt
}

// Me tells who the actor is.
func (s *Service) Me(ctx context.Context, actor Actor) (MeView, error) { return MeView{}, errUnbuilt }

// ChangeLanguage sets the actor's own language.
func (s *Service) ChangeLanguage(ctx context.Context, actor Actor, lang string) error {
	return errUnbuilt
}
