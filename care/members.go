package care

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

// MemberView is a person of the practice.
type MemberView struct {
	ID           uuid.UUID   `json:"id"`
	Role         models.Role `json:"role"`
	Clinician    bool        `json:"clinician"`
	Name         string      `json:"name"`
	Email        string      `json:"email,omitempty"` // owner only.
	Locale       string      `json:"locale"`
	Status       string      `json:"status"`
	SupervisorID *uuid.UUID  `json:"supervisor_id,omitempty"`
	Version      int         `json:"version"`
}

// AddMemberInput is a new member; the invitation goes out by mail.
type AddMemberInput struct {
	Role         string     `json:"role" form:"role"`
	Clinician    bool       `json:"clinician" form:"clinician"`
	Name         string     `json:"name" form:"name"`
	Email        string     `json:"email" form:"email"`
	Locale       string     `json:"locale,omitempty" form:"locale"`
	SupervisorID *uuid.UUID `json:"supervisor_id,omitempty"`
}

// ChangeMemberInput changes what is given.
type ChangeMemberInput struct {
	Role         *string    `json:"role,omitempty"`
	Clinician    *bool      `json:"clinician,omitempty"`
	Name         *string    `json:"name,omitempty"`
	Status       *string    `json:"status,omitempty"` // ended: the right goes from the next request on.
	SupervisorID *uuid.UUID `json:"supervisor_id,omitempty"`
	Version      int        `json:"-"`
}

// CreatePracticeInput is a new practice with its first owner.
type CreatePracticeInput struct {
	Name     string
	Email    string
	Owner    string
	Locale   string
	TimeZone string
	Country  string
}

// neutralSender is the name a new practice's mail comes from: it says nothing about therapy to whoever looks over a shoulder.
const neutralSender = "Tussentijds"

// CreatePractice makes a practice and its first owner, who also treats, and gives the invitation link, for the command
// line. Faults: invalid.
func (s *Service) CreatePractice(ctx context.Context, in CreatePracticeInput) (practiceID uuid.UUID, invitationURL string, err error) {
	if err := in.validate(); err != nil {
		return uuid.Nil, "", err
	}
	practiceID = models.NewID()
	err = s.inPractice(ctx, System(practiceID), func(t *txn) error {
		p := models.Practice{
			ID: practiceID, Name: in.Name, SenderName: neutralSender, Locale: in.Locale, TimeZone: in.TimeZone, Country: in.Country,
			RequireSecondFactor: true, PartnerIdleMinutes: 10, MemberIdleMinutes: 20, SecretsPolicyVersion: 1,
			SecretsPolicyNL: locale.For(locale.NL).T("member.secrets_policy"), SecretsPolicyEN: locale.For(locale.EN).T("member.secrets_policy"),
			Helplines: models.JSON[[]models.Helpline]{V: []models.Helpline{}}, Version: 1, CreatedAt: t.now,
		}
		if err := t.DB.Create(&p).Error; err != nil {
			return err
		}
		t.practice = &p
		owner, err := t.addMember(models.Member{Role: models.RoleOwner, Clinician: true, Name: in.Owner, Locale: in.Locale}, in.Email)
		if err != nil {
			return err
		}
		token, err := s.newMailToken(t.Tx, "invitation", "member", practiceID, owner.ID, invitationTTL)
		invitationURL = s.BaseURL + "/invitation/" + token
		return err
	})
	if err != nil {
		return uuid.Nil, "", err
	}
	return practiceID, invitationURL, nil
}

// validate checks the input and fills in what was left out: a Dutch practice.
func (in *CreatePracticeInput) validate() error {
	var c fault.Collector
	in.Name = checkName(&c, "name", in.Name, true)
	if in.Owner == "" {
		in.Owner, _, _ = strings.Cut(strings.TrimSpace(in.Email), "@")
	}
	in.Owner = checkName(&c, "owner", in.Owner, true)
	in.Email = checkEmail(&c, "email", in.Email)
	if in.Locale == "" {
		in.Locale = string(locale.NL)
	}
	checkLocale(&c, "locale", in.Locale)
	if in.Country == "" {
		in.Country = "NL"
	}
	if in.Country != "NL" && in.Country != "BE" {
		c.Add("country", "error.field.choice", nil)
	}
	if in.TimeZone == "" {
		in.TimeZone = map[string]string{"NL": "Europe/Amsterdam", "BE": "Europe/Brussels"}[in.Country]
	}
	if zone, err := time.LoadLocation(in.TimeZone); err != nil || zone == time.Local {
		c.Add("time_zone", "error.field.choice", nil)
	}
	return c.Err()
}

// addMember writes a new member with a sealed address.
func (t *txn) addMember(m models.Member, email string) (models.Member, error) {
	m.Row, m.Status, m.Version, m.CreatedAt = models.NewRow(t.PracticeID), "invited", 1, t.now
	var err error
	if m.Email, err = t.seal(memberEmail(m), []byte(email)); err != nil {
		return m, err
	}
	if err := t.DB.Create(&m).Error; err != nil {
		return m, err
	}
	t.note(act{verb: "create", object: "member", objectID: m.ID})
	return m, nil
}

func memberEmail(m models.Member) place {
	return place{keyPractice, m.PracticeID, "members", "email", m.ID}
}

// ListMembers lists the practice's people by name. Every member may see names and roles; the owner also addresses.
func (s *Service) ListMembers(ctx context.Context, actor Actor, page Page) (List[MemberView], error) {
	var out List[MemberView]
	if !actor.Member() || !actor.Full() {
		return out, fault.Missing()
	}
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		list, err := models.Members(t.DB)
		if err != nil {
			return err
		}
		views := make([]MemberView, len(list))
		for i, m := range list {
			if views[i], err = t.memberView(m); err != nil {
				return err
			}
		}
		out = window(views, offset, limit)
		return nil
	})
	return out, err
}

func (t *txn) memberView(m models.Member) (MemberView, error) {
	v := MemberView{ID: m.ID, Role: m.Role, Clinician: m.Clinician, Name: m.Name, Locale: m.Locale, Status: m.Status, SupervisorID: m.SupervisorID, Version: m.Version}
	if mayManagePractice(t.actor) != allowed {
		return v, nil
	}
	var err error
	v.Email, err = t.openText(memberEmail(m), m.Email)
	return v, err
}

// AddMember adds a member and invites that person by mail (owner). Faults: invalid, forbidden.
func (s *Service) AddMember(ctx context.Context, actor Actor, in AddMemberInput) (MemberView, error) {
	var view MemberView
	if err := mayManagePractice(actor).fault(); err != nil {
		return view, err
	}
	var c fault.Collector
	in.Name = checkName(&c, "name", in.Name, true)
	in.Email = checkEmail(&c, "email", in.Email)
	if in.Locale != "" {
		checkLocale(&c, "locale", in.Locale)
	}
	m := models.Member{Role: models.Role(in.Role), Clinician: in.Clinician, Name: in.Name, Locale: in.Locale, SupervisorID: in.SupervisorID}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		if m.Locale == "" {
			m.Locale = practice.Locale
		}
		staff, err := models.Members(t.DB)
		if err != nil {
			return err
		}
		settleRole(&c, &m, staff)
		if err := t.checkAddressFree(&c, staff, in.Email); err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		if m, err = t.addMember(m, in.Email); err != nil {
			return err
		}
		if err := t.inviteSubject("member", m.ID); err != nil {
			return err
		}
		view, err = t.memberView(m)
		return err
	})
	return view, err
}

// settleRole makes role, clinician and supervisor agree: therapists and trainees treat, the office never does, an owner
// as told; a trainee, and nobody else, has a supervisor who treats and is no trainee.
func settleRole(c *fault.Collector, m *models.Member, staff []models.Member) {
	switch m.Role {
	case models.RoleTherapist, models.RoleTrainee:
		m.Clinician = true
	case models.RoleOffice:
		m.Clinician = false
	case models.RoleOwner:
	default:
		c.Add("role", "error.field.choice", nil)
		return
	}
	if m.Role != models.RoleTrainee {
		m.SupervisorID = nil
		return
	}
	if m.SupervisorID == nil {
		c.Add("supervisor_id", "error.field.required", nil)
		return
	}
	for _, other := range staff {
		if other.ID == *m.SupervisorID && other.ID != m.ID && other.Treating() && other.Role != models.RoleTrainee {
			return
		}
	}
	c.Add("supervisor_id", "error.field.choice", nil)
}

// checkAddressFree wants an address that no member of the practice has: it is what one signs in with.
func (t *txn) checkAddressFree(c *fault.Collector, staff []models.Member, email string) error {
	for _, m := range staff {
		known, err := t.openText(memberEmail(m), m.Email)
		if err != nil {
			return err
		}
		if strings.EqualFold(strings.TrimSpace(known), email) {
			c.Add("email", "error.field.address_taken", nil)
			return nil
		}
	}
	return nil
}

// ChangeMember changes a member (owner). Ending a member ends the logins at once. Faults: invalid, stale, conflict when
// nobody would be left to manage the practice.
func (s *Service) ChangeMember(ctx context.Context, actor Actor, id uuid.UUID, in ChangeMemberInput) (MemberView, error) {
	var view MemberView
	if err := mayManagePractice(actor).fault(); err != nil {
		return view, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		staff, err := models.LockMembers(t.DB)
		if err != nil {
			return err
		}
		var m models.Member
		for _, other := range staff {
			if other.ID == id {
				m = other
			}
		}
		if m.ID == uuid.Nil {
			return fault.Missing()
		}
		if m.Version != in.Version {
			return fault.New(fault.Stale, "")
		}
		before := m
		var c fault.Collector
		in.apply(&c, &m, staff)
		if err := c.Err(); err != nil {
			return err
		}
		if !ownerRemains(staff, m) {
			return fault.New(fault.Conflict, "member.last_owner")
		}
		if err := t.changeAccess(before, &m); err != nil {
			return err
		}
		saved, err := models.SaveMember(t.DB, &m)
		if err != nil {
			return err
		}
		if !saved {
			return fault.New(fault.Stale, "")
		}
		t.note(act{verb: "change", object: "member", objectID: m.ID})
		if before.Status == "ended" && m.Status == "active" {
			if err := t.remindReturned(m.ID); err != nil {
				return err
			}
		}
		view, err = t.memberView(m)
		return err
	})
	return view, err
}

// remindReturned tells a member who is back of what waits still.
func (t *txn) remindReturned(id uuid.UUID) error {
	if err := t.lockRecipients(id); err != nil {
		return err
	}
	if err := t.remindOfAllMessages(models.SkipEnded, id); err != nil {
		return err
	}
	return t.remindMembers(models.SkipEnded, id)
}

func (in ChangeMemberInput) apply(c *fault.Collector, m *models.Member, staff []models.Member) {
	if in.Name != nil {
		m.Name = checkName(c, "name", *in.Name, true)
	}
	if in.Role != nil {
		m.Role = models.Role(*in.Role)
	}
	if in.Clinician != nil {
		m.Clinician = *in.Clinician
	}
	if in.SupervisorID != nil {
		m.SupervisorID = in.SupervisorID
	}
	if in.Status != nil {
		switch *in.Status {
		case m.Status, "ended":
			m.Status = *in.Status
		case "active":
			if m.Status == "invited" { // Only the invited person can accept.
				c.Add("status", "error.field.choice", nil)
			}
			m.Status = "active"
		default:
			c.Add("status", "error.field.choice", nil)
		}
	}
	settleRole(c, m, staff)
}

// ownerRemains tells whether an active owner is left when changed has become what it is.
func ownerRemains(staff []models.Member, changed models.Member) bool {
	for _, m := range staff {
		if m.ID == changed.ID {
			m = changed
		}
		if m.Role == models.RoleOwner && m.Status == "active" {
			return true
		}
	}
	return false
}

// changeAccess ends or reopens a member's way in, in the transaction of the change.
func (t *txn) changeAccess(before models.Member, m *models.Member) error {
	switch {
	case before.Status == m.Status:
		return nil
	case m.Status == "ended":
		if err := models.DropAllRemindersTo(t.DB, []uuid.UUID{m.ID}, models.SkipEnded); err != nil {
			return err
		}
		return models.EndMembership(t.DB, t.PracticeID, m.ID, t.now)
	}
	revived, err := models.ReviveMembership(t.DB, t.PracticeID, m.ID)
	if err != nil || revived {
		return err
	}
	m.Status = "invited" // Never came in before: the invitation goes out again.
	return t.inviteSubject("member", m.ID)
}
