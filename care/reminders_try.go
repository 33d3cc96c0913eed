package care

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

// How many tests a person sends in an hour, how long one is worth sending, and how many are shown.
const (
	testsAnHour = 6
	testWorth   = time.Hour
	testsShown  = 6
)

// TestView is a message that a person sent to oneself, to see whether a channel works, and how it fared.
type TestView struct {
	ID      uuid.UUID `json:"id"`
	Channel string    `json:"channel" enum:"mail,push,sms"`
	AskedAt time.Time `json:"asked_at"`
	// State is waiting (also while it is tried again), sent, delivered (as far as a gateway tells), or failed.
	State  string     `json:"state" enum:"waiting,sent,delivered,failed"`
	Reason string     `json:"reason,omitempty"` // of a waiting one: refused; of a failed one: rejected, refused, unreachable, late, failed.
	SentAt *time.Time `json:"sent_at,omitempty"`
}

func testView(r models.Reminder) TestView {
	v := TestView{ID: r.ID, Channel: r.Channel, AskedAt: r.CreatedAt.UTC(), State: "waiting", Reason: r.Reason, SentAt: inUTC(r.SentAt)}
	switch {
	case r.State == models.ReminderSent && r.Delivery == "failed":
		v.State, v.Reason = "failed", "failed"
	case r.State == models.ReminderSent && r.Delivery == "delivered":
		v.State, v.Reason = "delivered", ""
	case r.State == models.ReminderSent:
		v.State, v.Reason = "sent", ""
	case r.State == models.ReminderFailed, r.State == models.ReminderSkipped:
		v.State = "failed"
	}
	return v
}

// SendTest sends the actor a neutral test over one channel, the way all reminders go. Neither quiet hours nor cap nor a stop
// hold it: the person asks for it now. Faults: invalid (field channel: it is not set up), rate_limited.
func (s *Service) SendTest(ctx context.Context, actor Actor, channel string) (TestView, error) {
	return s.sendTest(ctx, actor, channel, uuid.Nil)
}

// TryWords is SendTest with a practice's own words as they are kept, in their language (owner). Faults: those of SendTest,
// conflict where ours stand, forbidden.
func (s *Service) TryWords(ctx context.Context, actor Actor, kind, lang, channel string) (TestView, error) {
	if err := mayManagePractice(actor).fault(); err != nil {
		return TestView{}, err
	}
	if _, ok := locale.Parse(lang); !ok || !slices.Contains(OwnWordKinds, kind) {
		return TestView{}, fault.Missing()
	}
	var words uuid.UUID
	err := s.inPractice(ctx, actor, func(t *txn) error {
		row, found, err := models.FindOwnWords(t.DB, kind, lang)
		if err == nil && !found {
			err = fault.New(fault.Conflict, "choices.standard_words")
		}
		words = row.ID
		return err
	})
	if err != nil {
		return TestView{}, err
	}
	return s.sendTest(ctx, actor, channel, words)
}

func (s *Service) sendTest(ctx context.Context, actor Actor, channel string, words uuid.UUID) (TestView, error) {
	var v TestView
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return v, fault.Missing()
	}
	if !slices.Contains(Channels, channel) {
		return v, fault.Fieldf("channel", "error.field.choice", nil)
	}
	if err := s.allow(ctx, "test:"+actor.ID.String(), testsAnHour, time.Hour); err != nil {
		return v, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		own, err := t.ownPreference()
		if err != nil {
			return err
		}
		setup, err := t.channelSetup(own)
		if err != nil {
			return err
		}
		if !slices.Contains(setup, ChannelSetup{Channel: channel, Ready: true}) {
			return fault.Fieldf("channel", "choices.field."+channel, nil)
		}
		about := words
		if about == uuid.Nil {
			about = models.NewID()
		}
		once := []planned{{momentNow, t.now, t.now, t.now.Add(testWorth)}}
		row := t.messages("test", about, recipient{actor.Kind, actor.ID}, once)[0]
		row.Channel, row.State = channel, models.ReminderPlanned
		if err := t.plan([]models.Reminder{row}); err != nil {
			return err
		}
		t.noteOwn("test", channel, row.ID)
		v = testView(row)
		return nil
	})
	return v, err
}

// Tests lists the actor's own last tests, newest first.
func (s *Service) Tests(ctx context.Context, actor Actor) ([]TestView, error) {
	out := []TestView{}
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return out, fault.Missing()
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		rows, err := models.TestsOf(t.DB, actor.Kind, actor.ID, testsShown)
		for _, r := range rows {
			out = append(out, testView(r))
		}
		return err
	})
	return out, err
}
