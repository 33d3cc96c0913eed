package care

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// PreferenceView is how the actor wants to be reminded.
type PreferenceView struct {
	Mail       bool   `json:"mail"` // something goes by mail.
	QuietFrom  string `json:"quiet_from"`
	QuietUntil string `json:"quiet_until"`
	CapPerDay  int    `json:"cap_per_day"`
	Digest     bool   `json:"digest"`
	Locale     string `json:"locale"`
	Stopped    bool   `json:"stopped"`
	// Channels says for each group of messages over what it comes: mail, push, sms; none: it waits on the pages alone. Setup says
	// which of these lead to the person now.
	Channels map[string][]string `json:"channels"`
	Setup    []ChannelSetup      `json:"setup"`
	// Leads are when each kind of reminder goes, for the kinds that the reader may choose for oneself.
	Leads   []LeadChoice `json:"leads"`
	Version int          `json:"version"`
}

// ChangePreferenceInput changes what is given.
type ChangePreferenceInput struct {
	Mail       *bool   `json:"mail,omitempty"`
	QuietFrom  *string `json:"quiet_from,omitempty"`
	QuietUntil *string `json:"quiet_until,omitempty"`
	CapPerDay  *int    `json:"cap_per_day,omitempty"`
	Digest     *bool   `json:"digest,omitempty"`
	Locale     *string `json:"locale,omitempty"`
	// Channels changes the groups that it names. Mail is the short way to have all by mail, or nothing.
	Channels map[string][]string `json:"channels,omitempty"`
	Stopped  *bool               `json:"stopped,omitempty"` // stop everything, or undo that.
	// Leads are own choices, by kind; null goes back to the practice's.
	Leads   map[string]*models.Lead `json:"leads,omitempty"`
	Version int                     `json:"-"`
}

// ReminderPreferences gives the actor's own preferences.
func (s *Service) ReminderPreferences(ctx context.Context, actor Actor) (PreferenceView, error) {
	var out PreferenceView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		own, err := t.ownPreference()
		if err != nil {
			return err
		}
		out, err = t.preferenceView(own)
		return err
	})
	return out, err
}

// ownPreference is how the actor wants to be reminded.
type ownPreference struct {
	pref    models.ReminderPreference
	found   bool // false for one who never chose.
	lang    string
	partner models.Partner // of a partner.
}

// ownPreference reads the actor's preference and language.
func (t *txn) ownPreference() (own ownPreference, err error) {
	switch {
	case !t.actor.Full() || !t.actor.Partner() && !t.actor.Member():
		return own, fault.Missing()
	case t.actor.Partner():
		if own.partner, err = models.FindPartner(t.DB, t.actor.ID); err != nil {
			return own, err
		}
		own.lang = own.partner.Locale
	default:
		m, err := models.FindMember(t.DB, t.actor.ID)
		if err != nil {
			return own, err
		}
		own.lang = m.Locale
	}
	own.pref, own.found, err = models.FindPreference(t.DB, t.actor.Kind, t.actor.ID)
	if !own.found {
		own.pref = models.DefaultPreference(t.PracticeID, t.actor.Kind, t.actor.ID)
	}
	return own, err
}

func (t *txn) preferenceView(own ownPreference) (PreferenceView, error) {
	p := own.pref
	v := PreferenceView{
		QuietFrom: p.QuietFrom, QuietUntil: p.QuietUntil, CapPerDay: p.CapPerDay, Digest: p.Digest,
		Locale: own.lang, Stopped: p.StoppedAt != nil, Channels: channelsByGroup(p), Version: p.Version,
	}
	v.Mail = p.StoppedAt == nil && goesByMail(p)
	practice, err := t.thePractice()
	if err != nil {
		return v, err
	}
	v.Leads = ownLeads(p, practice)
	v.Setup, err = t.channelSetup(own)
	return v, err
}

// Check wants clock times, a cap of 1 to 20 and a language we speak.
func (in ChangePreferenceInput) Check() error {
	var c fault.Collector
	clock := func(location string, v *string) {
		if v == nil {
			return
		}
		if _, ok := clockMinutes(*v); !ok {
			c.Add(location, "error.field.time", nil)
		}
	}
	clock("quiet_from", in.QuietFrom)
	clock("quiet_until", in.QuietUntil)
	if in.CapPerDay != nil && (*in.CapPerDay < 1 || *in.CapPerDay > 20) {
		c.Add("cap_per_day", "error.field.number", map[string]any{"Min": 1, "Max": 20})
	}
	if in.Locale != nil {
		checkLocale(&c, "locale", *in.Locale)
	}
	return c.Err()
}

// clockMinutes reads "20:00" as minutes after midnight.
func clockMinutes(v string) (int, bool) {
	t, err := time.Parse("15:04", v)
	if err != nil || len(v) != 5 {
		return 0, false
	}
	return t.Hour()*60 + t.Minute(), true
}

// ChangeReminderPreferences changes them; wanting mail again undoes a stop. Faults: invalid (a channel that is not set up can
// not be chosen: field channels.GROUP), stale when Version is not 0 and not the one the reader saw.
func (s *Service) ChangeReminderPreferences(ctx context.Context, actor Actor, in ChangePreferenceInput) (PreferenceView, error) {
	var out PreferenceView
	if err := in.Check(); err != nil {
		return out, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		own, err := t.ownPreference()
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != own.pref.Version {
			return fault.New(fault.Stale, "")
		}
		setup, err := t.channelSetup(own)
		if err != nil {
			return err
		}
		if err := in.checkChannels(own.pref, setup); err != nil {
			return err
		}
		in.apply(&own.pref, t.now)
		if err := t.chooseLeads(&own.pref, in.Leads); err != nil {
			return err
		}
		saved, err := models.SavePreference(t.DB, &own.pref, !own.found)
		if err != nil {
			return err
		}
		if !saved {
			return fault.New(fault.Stale, "")
		}
		if err := t.recallReminders(actor.ID); err != nil {
			return err
		}
		if in.Locale != nil && *in.Locale != own.lang {
			own.lang = *in.Locale
			if err := models.SetLocale(t.DB, actor.Kind, actor.ID, own.lang); err != nil {
				return err
			}
		}
		t.notePreference()
		if len(in.Leads) > 0 {
			if err := t.followLeads(own.pref); err != nil {
				return err
			}
		}
		out, err = t.preferenceView(own)
		return err
	})
	return out, err
}

func (in ChangePreferenceInput) apply(pref *models.ReminderPreference, now time.Time) {
	in.applyChannels(pref, now)
	for _, f := range []struct {
		to   *string
		from *string
	}{{&pref.QuietFrom, in.QuietFrom}, {&pref.QuietUntil, in.QuietUntil}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if in.CapPerDay != nil {
		pref.CapPerDay = *in.CapPerDay
	}
	if in.Digest != nil {
		pref.Digest = *in.Digest
	}
}

func (t *txn) notePreference() {
	a := act{verb: "change", object: "reminder_preference", objectID: t.actor.ID}
	if t.actor.Partner() {
		a.partnerID = t.actor.ID
	}
	t.note(a)
}

// stopToken says, signed, who asks for no more mail. It does not expire: an old mail's link must still work (RFC 8058).
func (s *Service) stopToken(practiceID uuid.UUID, kind string, person uuid.UUID) string {
	raw := make([]byte, 0, 33+sha256.Size)
	raw = append(raw, practiceID[:]...)
	raw = append(raw, person[:]...)
	raw = append(raw, kind[0])
	return base64.RawURLEncoding.EncodeToString(append(raw, s.Master.MAC("stop-reminders", raw)...))
}

// StopReminders is the one-click stop of RFC 8058: the signed token says who. Stopping again changes nothing. Faults:
// not_found for a token that we did not make.
func (s *Service) StopReminders(ctx context.Context, token string) error {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 33+sha256.Size || !hmac.Equal(raw[33:], s.Master.MAC("stop-reminders", raw[:33])) {
		return fault.Missing()
	}
	practiceID, person := uuid.UUID(raw[:16]), uuid.UUID(raw[16:32])
	actor := Actor{Kind: "member", ID: person, PracticeID: practiceID, Edge: "web", Stage: "full"}
	if raw[32] == 'p' {
		actor.Kind, actor.Role = "partner", models.RolePartner
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		own, err := t.ownPreference()
		if err != nil || own.pref.StoppedAt != nil {
			return err
		}
		own.pref.StoppedAt = &t.now
		saved, err := models.SavePreference(t.DB, &own.pref, !own.found)
		if err != nil {
			return err
		}
		if !saved {
			return fault.New(fault.Unavailable, "") // Someone changes the same row at this moment: ask again.
		}
		t.notePreference()
		return t.recallReminders(person)
	})
}

// ReminderView is one message that went out, or why it did not; for the couple's therapist.
type ReminderView struct {
	ID        uuid.UUID
	CauseKind string
	Moment    string // which of the messages about the cause.
	Recipient uuid.UUID
	DueAt     time.Time
	State     models.ReminderState
	Reason    string
	Channel   string // over what it went; empty for one that did not.
	Delivery  string // what the carrier told of it afterwards: delivered, failed; empty for nothing.
	SentAt    *time.Time
}

// CoupleReminders lists what was sent to a couple's partners, and why something was not, newest first, the last hundred.
// Faults: not_found, forbidden.
func (s *Service) CoupleReminders(ctx context.Context, actor Actor, coupleID uuid.UUID) ([]ReminderView, error) {
	out := []ReminderView{}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		if _, err := t.coupleFor(coupleID, readClinical); err != nil {
			return err
		}
		partners, err := models.PartnersOf(t.DB, coupleID)
		if err != nil {
			return err
		}
		var ids []uuid.UUID
		for _, p := range partners {
			ids = append(ids, p.ID)
		}
		rows, err := models.RemindersTo(t.DB, ids, 100)
		if err != nil {
			return err
		}
		for _, r := range rows {
			out = append(out, ReminderView{
				ID: r.ID, CauseKind: r.CauseKind, Moment: r.Moment, Recipient: r.RecipientID, DueAt: r.DueAt, State: r.State, Reason: r.Reason, SentAt: r.SentAt,
				Channel: r.Carrier, Delivery: r.Delivery,
			})
		}
		for _, id := range ids {
			t.note(act{verb: "read", object: "reminders", objectID: coupleID, partnerID: id})
		}
		return nil
	})
	return out, err
}

// recallReminders takes what is due of a person back from whoever is sending it, because what decides over it changes: whether,
// over what and where to. It is judged anew once that is committed.
func (t *txn) recallReminders(person uuid.UUID) error {
	const soon = time.Minute // More than a clock of another machine is ahead.
	return models.RecallReminders(t.DB, []uuid.UUID{person}, t.now.Add(soon))
}
