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
	Mail       bool   `json:"mail"`
	QuietFrom  string `json:"quiet_from"`
	QuietUntil string `json:"quiet_until"`
	CapPerDay  int    `json:"cap_per_day"`
	Digest     bool   `json:"digest"`
	Locale     string `json:"locale"`
	Stopped    bool   `json:"stopped"`
	Version    int    `json:"version"`
}

// ChangePreferenceInput changes what is given.
type ChangePreferenceInput struct {
	Mail       *bool   `json:"mail,omitempty"`
	QuietFrom  *string `json:"quiet_from,omitempty"`
	QuietUntil *string `json:"quiet_until,omitempty"`
	CapPerDay  *int    `json:"cap_per_day,omitempty"`
	Digest     *bool   `json:"digest,omitempty"`
	Locale     *string `json:"locale,omitempty"`
	Version    int     `json:"-"`
}

// ReminderPreferences gives the actor's own preferences.
func (s *Service) ReminderPreferences(ctx context.Context, actor Actor) (PreferenceView, error) {
	var out PreferenceView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		pref, lang, _, err := t.ownPreference()
		out = preferenceView(pref, lang)
		return err
	})
	return out, err
}

// ownPreference reads the actor's preference and language; found is false for one who never chose.
func (t *txn) ownPreference() (pref models.ReminderPreference, lang string, found bool, err error) {
	switch {
	case !t.actor.Full() || !t.actor.Partner() && !t.actor.Member():
		return pref, "", false, fault.Missing()
	case t.actor.Partner():
		p, err := models.FindPartner(t.DB, t.actor.ID)
		if err != nil {
			return pref, "", false, err
		}
		lang = p.Locale
	default:
		m, err := models.FindMember(t.DB, t.actor.ID)
		if err != nil {
			return pref, "", false, err
		}
		lang = m.Locale
	}
	pref, found, err = models.FindPreference(t.DB, t.actor.Kind, t.actor.ID)
	if !found {
		pref = models.DefaultPreference(t.PracticeID, t.actor.Kind, t.actor.ID)
	}
	return pref, lang, found, err
}

func preferenceView(p models.ReminderPreference, lang string) PreferenceView {
	return PreferenceView{
		Mail: p.Mail && p.StoppedAt == nil, QuietFrom: p.QuietFrom, QuietUntil: p.QuietUntil, CapPerDay: p.CapPerDay, Digest: p.Digest,
		Locale: lang, Stopped: p.StoppedAt != nil, Version: p.Version,
	}
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

// ChangeReminderPreferences changes them; wanting mail again undoes a stop. Faults: invalid, stale when Version is not 0 and
// not the one the reader saw.
func (s *Service) ChangeReminderPreferences(ctx context.Context, actor Actor, in ChangePreferenceInput) (PreferenceView, error) {
	var out PreferenceView
	if err := in.Check(); err != nil {
		return out, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		pref, lang, found, err := t.ownPreference()
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != pref.Version {
			return fault.New(fault.Stale, "")
		}
		in.apply(&pref)
		saved, err := models.SavePreference(t.DB, &pref, !found)
		if err != nil {
			return err
		}
		if !saved {
			return fault.New(fault.Stale, "")
		}
		if in.Locale != nil && *in.Locale != lang {
			lang = *in.Locale
			if err := models.SetLocale(t.DB, actor.Kind, actor.ID, lang); err != nil {
				return err
			}
		}
		out = preferenceView(pref, lang)
		t.notePreference()
		return nil
	})
	return out, err
}

func (in ChangePreferenceInput) apply(pref *models.ReminderPreference) {
	if in.Mail != nil {
		pref.Mail = *in.Mail
		if *in.Mail {
			pref.StoppedAt = nil
		}
	}
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
		pref, _, found, err := t.ownPreference()
		if err != nil || pref.StoppedAt != nil {
			return err
		}
		pref.StoppedAt = &t.now
		saved, err := models.SavePreference(t.DB, &pref, !found)
		if err != nil {
			return err
		}
		if !saved {
			return fault.New(fault.Unavailable, "") // Someone changes the same row at this moment: ask again.
		}
		t.notePreference()
		return nil
	})
}

// ReminderView is one message that went out, or why it did not; for the couple's therapist.
type ReminderView struct {
	ID        uuid.UUID
	CauseKind string
	Recipient uuid.UUID
	DueAt     time.Time
	State     models.ReminderState
	Reason    string
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
				ID: r.ID, CauseKind: r.CauseKind, Recipient: r.RecipientID, DueAt: r.DueAt, State: r.State, Reason: r.Reason, SentAt: r.SentAt,
			})
		}
		for _, id := range ids {
			t.note(act{verb: "read", object: "reminders", objectID: coupleID, partnerID: id})
		}
		return nil
	})
	return out, err
}

// planTaskReminder plans the reminder of a task at the moment it is due, in the transaction that makes it. It is worth
// sending until the task closes.
func (t *txn) planTaskReminder(task models.Task) error {
	return t.planReminder("task", task.ID, "partner", task.PartnerID, task.DueAt, task.ClosesAt)
}

// dropReminders takes away what is still planned for causes that are gone, in the same transaction; reason is a code.
func (t *txn) dropReminders(causeKind string, causeIDs []uuid.UUID, reason string) error {
	return models.DropReminders(t.DB, causeKind, causeIDs, reason)
}

// planReminder plans one message to one person; quiet hours, cap and stop are applied by the sender. Planning the same
// again changes nothing, unless it was dropped meanwhile: then it stands again.
func (t *txn) planReminder(causeKind string, causeID uuid.UUID, recipientKind string, recipientID uuid.UUID, due, expires time.Time) error {
	return models.PlanReminder(t.DB, t.reminder(causeKind, causeID, recipientKind, recipientID, due, expires))
}

// reminder makes the row of a message; it is not written yet.
func (t *txn) reminder(causeKind string, causeID uuid.UUID, recipientKind string, recipientID uuid.UUID, due, expires time.Time) models.Reminder {
	due = due.Truncate(time.Microsecond) // What PostgreSQL keeps, so that the same moment is the same row.
	return models.Reminder{
		Row: models.NewRow(t.PracticeID), CauseKind: causeKind, CauseID: causeID, RecipientKind: recipientKind, RecipientID: recipientID,
		Channel: "mail", DueAt: due, ExpiresAt: expires, NotBefore: due, CreatedAt: t.now,
	}
}
