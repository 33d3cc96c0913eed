package care

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/ics"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

// FeedView is the actor's own calendar address.
type FeedView struct {
	Exists bool       `json:"exists"`
	URL    string     `json:"url,omitempty"` // after a fresh sign-in alone: whoever finds it on an unlocked phone could read along for ever.
	MadeAt *time.Time `json:"made_at,omitempty"`
	ReadAt *time.Time `json:"read_at,omitempty"` // when a calendar last fetched it, within the hour.
}

// CalendarFile is what a calendar program fetches.
type CalendarFile struct {
	Body      []byte
	ETag      string
	ChangedAt time.Time // of the newest change in it.
}

// What a calendar holds: enough of the past to look back, and all that is planned in practice.
const (
	feedPast   = 60 * 24 * time.Hour
	feedFuture = 400 * 24 * time.Hour
)

// feedFetches is how often one address may be fetched in an hour; programs come a few times.
const feedFetches = 60

// feedNoted is how exact the moment of the last fetch is.
const feedNoted = time.Hour

// Feed tells of the actor's own calendar address, if there is one, and gives it after a fresh sign-in.
func (s *Service) Feed(ctx context.Context, actor Actor) (FeedView, error) {
	var out FeedView
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return out, fault.Missing()
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		f, found, err := models.FindFeed(t.DB, actor.Kind, actor.ID)
		if err == nil && found {
			out = s.feedView(f)
			if !s.Fresh(actor) {
				out.URL = ""
			}
		}
		return err
	})
	return out, err
}

func (s *Service) feedView(f models.CalendarFeed) FeedView {
	return FeedView{Exists: true, URL: s.BaseURL + "/calendar/" + s.feedToken(f) + ".ics", MadeAt: inUTC(&f.MadeAt), ReadAt: inUTC(f.ReadAt)}
}

// RenewFeed makes the actor's calendar address, or a new one; an earlier one stops working at once. Faults: forbidden when the
// sign-in is not fresh.
func (s *Service) RenewFeed(ctx context.Context, actor Actor) (FeedView, error) {
	var out FeedView
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return out, fault.Missing()
	}
	if !s.Fresh(actor) {
		return out, fault.New(fault.Forbidden, "")
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		f, err := models.RenewFeed(t.DB, models.CalendarFeed{Row: models.NewRow(t.PracticeID), PersonKind: actor.Kind, PersonID: actor.ID, MadeAt: t.now})
		if err != nil {
			return err
		}
		t.noteOwn("create", "calendar_feed", f.ID)
		out = s.feedView(f)
		return nil
	})
	return out, err
}

// EndFeed ends the actor's calendar address; none to end changes nothing.
func (s *Service) EndFeed(ctx context.Context, actor Actor) error {
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return fault.Missing()
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		ended, err := models.EndFeed(t.DB, actor.Kind, actor.ID, t.now)
		if err == nil && ended {
			t.noteOwn("delete", "calendar_feed", actor.ID)
		}
		return err
	})
}

// feedMAC is how many octets of the MAC an address carries.
const feedMAC = 20

// feedToken says, signed, whose calendar it is and which of that person's addresses.
func (s *Service) feedToken(f models.CalendarFeed) string {
	raw := append(append(append([]byte{}, f.PracticeID[:]...), f.PersonID[:]...), f.PersonKind[0])
	raw = binary.BigEndian.AppendUint32(raw, uint32(f.Serial)) // #nosec G115 -- a serial counts from one.
	return base64.RawURLEncoding.EncodeToString(append(raw, s.Master.MAC("calendar-feed", raw)[:feedMAC]...))
}

func (s *Service) readFeedToken(token string) (f models.CalendarFeed, ok bool) {
	const body = 16 + 16 + 1 + 4
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != body+feedMAC || !hmac.Equal(raw[body:], s.Master.MAC("calendar-feed", raw[:body])[:feedMAC]) {
		return f, false
	}
	f.PracticeID, f.PersonID, f.PersonKind = uuid.UUID(raw[:16]), uuid.UUID(raw[16:32]), "member"
	if raw[32] == 'p' {
		f.PersonKind = "partner"
	}
	f.Serial = int(binary.BigEndian.Uint32(raw[33:body]))
	return f, true
}

// Calendar gives the calendar behind an address: a partner's conjoint and own individual sessions, a member's own. Each is
// called an appointment, with the practice's neutral sender name and nothing else: no names, no place, no kind. Cancelled
// ones stay in it as such. Faults: not_found for an address that is not ours, was renewed or ended, or whose owner has left or
// was erased; rate_limited, unavailable.
func (s *Service) Calendar(ctx context.Context, token string) (CalendarFile, error) {
	var out CalendarFile
	asked, ok := s.readFeedToken(token)
	if !ok {
		return out, fault.Missing()
	}
	if err := s.allow(ctx, "calendar:"+token, feedFetches, time.Hour); err != nil {
		return out, err
	}
	err := s.inPractice(ctx, System(asked.PracticeID), func(t *txn) error {
		f, found, err := models.FindFeed(t.DB, asked.PersonKind, asked.PersonID)
		if err != nil {
			return err
		}
		if !found || f.Serial != asked.Serial {
			return fault.Missing()
		}
		lang, scope, err := t.feedScope(f)
		if err != nil {
			return err
		}
		scope.From, scope.Until = t.now.Add(-feedPast), t.now.Add(feedFuture)
		sessions, err := models.FeedSessions(t.DB, scope)
		if err != nil {
			return err
		}
		if out, err = t.writeCalendar(f, lang, sessions); err != nil {
			return err
		}
		if f.ReadAt != nil && t.now.Sub(*f.ReadAt) < feedNoted {
			return nil
		}
		return models.NoteFeedRead(t.DB, f.ID, t.now)
	})
	return out, err
}

// feedScope tells which sessions a feed holds, and in whose language. Faults: not_found for one who has left, or was erased.
func (t *txn) feedScope(f models.CalendarFeed) (lang string, scope models.SessionScope, err error) {
	if f.PersonKind == "member" {
		m, err := models.FindMember(t.DB, f.PersonID)
		if err == nil && m.Status != "active" {
			err = fault.Missing()
		}
		return m.Locale, models.SessionScope{MemberID: m.ID}, err
	}
	p, err := models.FindPartner(t.DB, f.PersonID)
	if err != nil {
		return "", scope, err
	}
	_, alive, err := t.open(partnerName(p), p.Name)
	if err == nil && (!alive || p.Status == models.PartnerInvited) {
		err = fault.Missing()
	}
	return p.Locale, models.SessionScope{CoupleID: p.CoupleID, PartnerID: p.ID}, err
}

func (t *txn) writeCalendar(f models.CalendarFeed, lang string, sessions []models.Session) (CalendarFile, error) {
	out := CalendarFile{ChangedAt: f.MadeAt}
	practice, err := t.thePractice()
	if err != nil {
		return out, err
	}
	parsed, _ := locale.Parse(lang)
	sender := oneLine(practice.SenderName)
	title := locale.For(parsed).T("calendar.appointment", "Sender", sender)
	c := ics.Calendar{Name: sender, Lang: string(parsed), Zone: practice.Zone()}
	for _, s := range sessions {
		c.Events = append(c.Events, ics.Event{
			UID: t.s.calendarID(s), Title: title, Starts: s.StartsAt, Ends: s.EndsAt, Sequence: s.Version - 1, ChangedAt: s.ChangedAt,
			Cancelled: s.Status == models.SessionCancelled,
		})
		if s.ChangedAt.After(out.ChangedAt) {
			out.ChangedAt = s.ChangedAt
		}
	}
	if out.Body, err = ics.Write(c); err != nil {
		return out, fault.Wrap(fault.Internal, err)
	}
	sum := sha256.Sum256(out.Body)
	out.ETag = `"` + hex.EncodeToString(sum[:12]) + `"`
	return out, nil
}

// calendarID is made from the row, so that a session that moves stays the same appointment. It tells a stranger nothing.
func (s *Service) calendarID(row models.Session) string {
	host := "localhost"
	if u, err := url.Parse(s.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return hex.EncodeToString(s.Master.MAC("calendar-uid", append(append([]byte{}, row.PracticeID[:]...), row.ID[:]...))[:16]) + "@" + host
}

// CalendarTitle is what the actor's calendar calls an appointment, to say so before there is one.
func (s *Service) CalendarTitle(ctx context.Context, actor Actor) (string, error) {
	var title string
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		title = actor.L().T("calendar.appointment", "Sender", oneLine(practice.SenderName))
		return err
	})
	return title, err
}
