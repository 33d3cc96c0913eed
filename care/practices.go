package care

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// The limits of a practice's own settings.
const (
	maxSender    = 80
	maxPolicy    = 5_000
	maxHelplines = 16
	maxHelpField = 200
)

// maxAlertHours is the longest that an urgent alert may wait for a therapist before somebody else hears of it.
const maxAlertHours = 72

// maxMessageDays is the longest time to answer a message that a practice can promise, in working days.
const maxMessageDays = 10

// Countries and TimeZones are where a practice can be.
var (
	Countries = []string{"NL", "BE"}
	TimeZones = []string{"Europe/Amsterdam", "Europe/Brussels"}
)

// HomeZone is the zone of who belongs to no practice, or to none yet.
func HomeZone() *time.Location { return models.Practice{TimeZone: TimeZones[0]}.Zone() }

// PracticeView is a practice's own settings, for its owner.
type PracticeView struct {
	ID                   uuid.UUID         `json:"id"`
	Name                 string            `json:"name"`
	SenderName           string            `json:"sender_name"` // the neutral name that mail comes from.
	Locale               string            `json:"locale"`
	TimeZone             string            `json:"time_zone"`
	Country              string            `json:"country"`
	RequireSecondFactor  bool              `json:"require_second_factor"`
	PartnerIdleMinutes   int               `json:"partner_idle_minutes"`
	MemberIdleMinutes    int               `json:"member_idle_minutes"`
	SecretsPolicyNL      string            `json:"secrets_policy_nl"`
	SecretsPolicyEN      string            `json:"secrets_policy_en"`
	SecretsPolicyVersion int               `json:"secrets_policy_version"`
	Helplines            []models.Helpline `json:"helplines"`
	DutyMemberID         *uuid.UUID        `json:"duty_member_id,omitempty"` // hears of urgent alerts that nobody has seen; none: the owners.
	AlertHours           int               `json:"alert_hours"`              // after so many hours.
	ScreeningExercise    string            `json:"screening_exercise,omitempty"`
	MessagesOn           bool              `json:"messages_on"`
	MessageDays          int               `json:"message_days"` // within how many working days the practice says that it answers.
	Version              int               `json:"version"`
	CreatedAt            time.Time         `json:"created_at"`
}

// ChangePracticeInput changes what is given; Version must be the one the reader saw.
type ChangePracticeInput struct {
	Name                *string            `json:"name,omitempty"`
	SenderName          *string            `json:"sender_name,omitempty"`
	SecretsPolicyNL     *string            `json:"secrets_policy_nl,omitempty"`
	SecretsPolicyEN     *string            `json:"secrets_policy_en,omitempty"`
	Helplines           *[]models.Helpline `json:"helplines,omitempty"`
	TimeZone            *string            `json:"time_zone,omitempty"`
	Country             *string            `json:"country,omitempty"`            // NL or BE.
	DutyMemberID        *string            `json:"duty_member_id,omitempty"`     // empty for the owners.
	AlertHours          *int               `json:"alert_hours,omitempty"`        // 1 to 72.
	ScreeningExercise   *string            `json:"screening_exercise,omitempty"` // an own exercise in the place of the library's private questions.
	MessagesOn          *bool              `json:"messages_on,omitempty"`
	MessageDays         *int               `json:"message_days,omitempty"` // 1 to 10.
	RequireSecondFactor *bool              `json:"require_second_factor,omitempty"`
	PartnerIdleMinutes  *int               `json:"partner_idle_minutes,omitempty"` // 2 to 120.
	MemberIdleMinutes   *int               `json:"member_idle_minutes,omitempty"`  // 2 to 240.
	Version             int                `json:"-"`
}

// Practice gives the practice's settings. Faults: forbidden for members who are not its owner, not_found for anyone else.
func (s *Service) Practice(ctx context.Context, actor Actor) (PracticeView, error) {
	var view PracticeView
	err := s.manage(ctx, actor, func(_ *txn, p models.Practice) error {
		view = practiceView(p)
		return nil
	})
	return view, err
}

// manage does something with the practice that is its owner's to do. Faults: forbidden for members who are not, not_found for
// anyone else.
func (s *Service) manage(ctx context.Context, actor Actor, fn func(*txn, models.Practice) error) error {
	if err := mayManagePractice(actor).fault(); err != nil {
		return err
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		p, err := t.thePractice()
		if err != nil {
			return err
		}
		return fn(t, p)
	})
}

func practiceView(p models.Practice) PracticeView {
	v := PracticeView{
		ID: p.ID, Name: p.Name, SenderName: p.SenderName, Locale: p.Locale, TimeZone: p.TimeZone, Country: p.Country,
		RequireSecondFactor: p.RequireSecondFactor, PartnerIdleMinutes: p.PartnerIdleMinutes, MemberIdleMinutes: p.MemberIdleMinutes,
		SecretsPolicyNL: p.SecretsPolicyNL, SecretsPolicyEN: p.SecretsPolicyEN, SecretsPolicyVersion: p.SecretsPolicyVersion,
		Helplines: p.Helplines.V, DutyMemberID: p.DutyMemberID, AlertHours: p.AlertHours, ScreeningExercise: p.ScreeningExercise,
		MessagesOn: p.MessagesOn, MessageDays: p.MessageDays,
		Version: p.Version, CreatedAt: p.CreatedAt,
	}
	if v.Helplines == nil {
		v.Helplines = []models.Helpline{}
	}
	return v
}

// ChangePractice changes the practice's settings (owner). A new text of the secrets policy is a new version: what partners
// said yes to was the earlier one, and each is asked again (design, section 4). Faults: invalid, stale, forbidden.
func (s *Service) ChangePractice(ctx context.Context, actor Actor, in ChangePracticeInput) (PracticeView, error) {
	var view PracticeView
	err := s.manage(ctx, actor, func(t *txn, p models.Practice) error {
		if p.Version != in.Version {
			return fault.New(fault.Stale, "")
		}
		var c fault.Collector
		zone, messages, policy := p.TimeZone, p.MessagesOn, [2]string{p.SecretsPolicyNL, p.SecretsPolicyEN}
		in.apply(&c, &p, models.DayOf(t.now.In(p.Zone())))
		if err := t.checkSafety(&c, in, &p); err != nil {
			return err
		}
		if err := c.Err(); err != nil {
			return err
		}
		if policy != [2]string{p.SecretsPolicyNL, p.SecretsPolicyEN} {
			p.SecretsPolicyVersion++
		}
		r := t.Model(&models.Practice{}).Where("id = ? and version = ?", p.ID, in.Version).Updates(map[string]any{
			"name": p.Name, "sender_name": p.SenderName, "secrets_policy_nl": p.SecretsPolicyNL, "secrets_policy_en": p.SecretsPolicyEN,
			"secrets_policy_version": p.SecretsPolicyVersion, "helplines": p.Helplines, "require_second_factor": p.RequireSecondFactor,
			"partner_idle_minutes": p.PartnerIdleMinutes, "member_idle_minutes": p.MemberIdleMinutes, "version": p.Version + 1,
			"time_zone": p.TimeZone, "country": p.Country, "duty_member_id": p.DutyMemberID, "alert_hours": p.AlertHours, "screening_exercise": p.ScreeningExercise,
			"messages_on": p.MessagesOn, "message_days": p.MessageDays,
		})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Stale, "")
		}
		p.Version++
		t.practice = &p
		if p.MessagesOn != messages {
			if err := t.remindOfAllMessages(models.SkipOff); err != nil {
				return err
			}
		}
		if in.TimeZone != nil && *in.TimeZone != zone { // Days and clock times are others now.
			if err := t.queueRemind(p); err != nil {
				return err
			}
		}
		t.note(act{verb: "change", object: "practice", objectID: p.ID})
		view = practiceView(p)
		return nil
	})
	return view, err
}

func (in ChangePracticeInput) apply(c *fault.Collector, p *models.Practice, today models.Day) {
	if in.Name != nil {
		p.Name = checkName(c, "name", *in.Name, true)
	}
	if in.SenderName != nil {
		p.SenderName = checkName(c, "sender_name", *in.SenderName, true)
		if utf8.RuneCountInString(p.SenderName) > maxSender {
			c.Add("sender_name", "error.field.too_long", map[string]any{"Max": maxSender})
		}
	}
	for _, text := range []struct {
		location string
		given    *string
		to       *string
	}{{"secrets_policy_nl", in.SecretsPolicyNL, &p.SecretsPolicyNL}, {"secrets_policy_en", in.SecretsPolicyEN, &p.SecretsPolicyEN}} {
		if text.given == nil {
			continue
		}
		*text.to = strings.TrimSpace(strings.ReplaceAll(*text.given, "\r\n", "\n"))
		checkWords(c, text.location, *text.to, maxPolicy, "error.field.required")
	}
	minutes := func(location string, given *int, to *int, most int) {
		if given == nil {
			return
		}
		if *to = *given; *given < 2 || *given > most {
			c.Add(location, "error.field.number", map[string]any{"Min": 2, "Max": most})
		}
	}
	minutes("partner_idle_minutes", in.PartnerIdleMinutes, &p.PartnerIdleMinutes, 120)
	minutes("member_idle_minutes", in.MemberIdleMinutes, &p.MemberIdleMinutes, 240)
	if in.RequireSecondFactor != nil {
		p.RequireSecondFactor = *in.RequireSecondFactor
	}
	if in.Helplines != nil {
		p.Helplines.V = checkHelplines(c, *in.Helplines, today)
	}
	if in.TimeZone != nil {
		if p.TimeZone = *in.TimeZone; !slices.Contains(TimeZones, p.TimeZone) {
			c.Add("time_zone", "error.field.choice", nil)
		}
	}
	if in.Country != nil {
		if p.Country = *in.Country; !slices.Contains(Countries, p.Country) {
			c.Add("country", "error.field.choice", nil)
		}
	}
	if in.MessagesOn != nil {
		p.MessagesOn = *in.MessagesOn
	}
	if in.MessageDays != nil {
		if p.MessageDays = *in.MessageDays; p.MessageDays < 1 || p.MessageDays > maxMessageDays {
			c.Add("message_days", "error.field.number", map[string]any{"Min": 1, "Max": maxMessageDays})
		}
	}
	if in.AlertHours != nil {
		if p.AlertHours = *in.AlertHours; p.AlertHours < 1 || p.AlertHours > maxAlertHours {
			c.Add("alert_hours", "error.field.number", map[string]any{"Min": 1, "Max": maxAlertHours})
		}
	}
}

// checkHelplines wants lines that someone in need can use: a name in both languages, and a number to call or a page to open.
func checkHelplines(c *fault.Collector, given []models.Helpline, today models.Day) []models.Helpline {
	if len(given) > maxHelplines {
		c.Add("helplines", "error.field.too_long", map[string]any{"Max": maxHelplines})
		return nil
	}
	lines := slices.Clone(given)
	for i := range lines {
		at := "helplines." + strconv.Itoa(i) + "."
		l := &lines[i]
		for _, f := range []struct {
			name     string
			text     *string
			required bool
		}{{"key", &l.Key, false}, {"name_nl", &l.NameNL, true}, {"name_en", &l.NameEN, true}, {"number", &l.Number, l.URL == ""}, {"url", &l.URL, false}, {"hours", &l.Hours, false}} {
			*f.text = strings.TrimSpace(*f.text)
			switch {
			case *f.text == "" && f.required:
				c.Add(at+f.name, "error.field.required", nil)
			case utf8.RuneCountInString(*f.text) > maxHelpField:
				c.Add(at+f.name, "error.field.too_long", map[string]any{"Max": maxHelpField})
			case !plainLine(*f.text):
				c.Add(at+f.name, "error.field.control", nil)
			}
		}
		if strings.Trim(l.Number, "0123456789 +-()/") != "" {
			c.Add(at+"number", "error.field.control", nil)
		}
		if l.Country != "" && !slices.Contains(Countries, l.Country) {
			c.Add(at+"country", "error.field.choice", nil)
		}
		if l.CheckedOn != "" && (!l.CheckedOn.Valid() || l.CheckedOn > today) {
			c.Add(at+"checked_on", "safety.checked_past", nil)
		}
		if l.URL == "" {
			continue
		}
		if u, err := url.Parse(l.URL); err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			c.Add(at+"url", "error.field.webhook_url", nil)
		}
	}
	return lines
}

// PracticeOfCouple finds the practice a couple is of, for the operator's commands (the worker's role only). Faults: not_found.
func (s *Service) PracticeOfCouple(ctx context.Context, coupleID uuid.UUID) (uuid.UUID, error) {
	ids, err := s.Practices(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	for _, id := range ids {
		err := s.inPractice(ctx, System(id), func(t *txn) error {
			_, err := models.FindCouple(t.DB, coupleID)
			return err
		})
		if err == nil {
			return id, nil
		}
		if !fault.Is(err, fault.NotFound) {
			return uuid.Nil, err
		}
	}
	return uuid.Nil, fault.Missing()
}
