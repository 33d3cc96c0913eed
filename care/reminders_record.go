package care

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/bounce"
	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// Departure is how one reminder fared, for metrics.
type Departure struct {
	Channel string        // mail, push, sms.
	Outcome string        // sent, refused (it is tried again), failed, or why it was skipped.
	Late    time.Duration // of a sent one: after the moment it was for.
}

// told tells the metrics of a reminder that a sender settled.
func (s *Service) told(b *sending, r models.Reminder, outcome string) {
	if s.Departed != nil {
		s.Departed(Departure{Channel: r.Channel, Outcome: outcome})
	}
}

// pausePaced is the longest that a message waits for its domain's turn; what was cut off by the clock waits shortAfter.
const (
	pausePaced = 5 * time.Minute
	shortAfter = 5 * time.Second
)

// fared are a batch's messages by how they fared.
type fared struct {
	sent     []*outgoing
	failed   []*outgoing
	failures []error
	back     map[time.Duration][]uuid.UUID // not tried: to look at again after so long.
}

func sortOut(out []*outgoing, outcomes []error) fared {
	f := fared{back: map[time.Duration][]uuid.UUID{}}
	for i, o := range out {
		var failure error
		if i < len(outcomes) {
			failure = outcomes[i]
		}
		var refusal *SendError
		switch {
		case failure == nil:
			f.sent = append(f.sent, o)
		case errors.Is(failure, errDropped):
			// Whoever dropped it has settled it.
		case errors.Is(failure, errRegroup):
			f.back[0] = append(f.back[0], o.ids()...)
		case errors.Is(failure, errUnasked), errors.Is(failure, context.Canceled), errors.Is(failure, context.DeadlineExceeded):
			f.back[shortAfter] = append(f.back[shortAfter], o.ids()...)
		case errors.As(failure, &refusal) && refusal.Paced > 0:
			wait := min(refusal.Paced, pausePaced).Round(time.Second)
			f.back[wait] = append(f.back[wait], o.ids()...)
		default:
			f.failed, f.failures = append(f.failed, o), append(f.failures, failure)
		}
	}
	return f
}

func (o *outgoing) ids() []uuid.UUID {
	ids := make([]uuid.UUID, len(o.rows))
	for i, r := range o.rows {
		ids[i] = r.ID
	}
	return ids
}

// record writes how the messages fared: the sent ones in one round trip with their acts, each failed one by itself with its
// own next try.
func (s *Service) record(ctx context.Context, t *txn, look *lookout, out []*outgoing, outcomes []error) error {
	f := sortOut(out, outcomes)
	if len(f.sent)+len(f.back) > 0 {
		if err := s.surely(ctx, func(ctx context.Context) error { return s.recordSent(ctx, t.actor, f) }); err != nil {
			return err
		}
	}
	if len(f.failed)+len(look.pushes) == 0 {
		return nil
	}
	return s.surely(ctx, func(ctx context.Context) error {
		return s.inPractice(ctx, t.actor, func(t *txn) error {
			var ids []uuid.UUID
			for _, o := range f.failed {
				ids = append(ids, o.ids()...)
			}
			if err := t.lockRecipientsOf(ids); err != nil {
				return err
			}
			if err := t.recordPushes(look.pushes, look.told); err != nil {
				return err
			}
			for i, o := range f.failed {
				if err := t.recordFailure(o, f.failures[i]); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// A sender tries for long to write down what it has sent: PostgreSQL may be starting again after a crash, and what is not
// written down goes out once more. The last try ends no later than the lease, before which nobody else has these reminders.
const (
	recordOnce = 10 * time.Second // one try.
	recordFor  = reminderLease - sendTimeout - recordOnce
)

// surely tries again for a while what fails for a passing reason.
func (s *Service) surely(ctx context.Context, fn func(context.Context) error) error {
	until := time.Now().Add(recordFor)
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		one, cancel := context.WithTimeout(ctx, recordOnce)
		err := fn(one)
		cancel()
		// A conflict here is two writers in each other's way.
		if err == nil || !fault.Retryable(err) && !fault.Is(err, fault.Conflict) || time.Now().After(until) {
			return err
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// pause waits, or ends with the context.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err())
	}
}

func (s *Service) recordSent(ctx context.Context, actor Actor, f fared) error {
	t := s.detached(ctx, actor)
	sent, along := map[string][]uuid.UUID{}, map[string][]uuid.UUID{}
	var all []uuid.UUID
	for _, o := range f.sent {
		all = append(all, o.ids()...)
		r := o.rows[0]
		sent[o.channel] = append(sent[o.channel], r.ID)
		for _, r := range o.rows[1:] {
			along[o.channel] = append(along[o.channel], r.ID)
		}
		a := act{verb: "send", object: "reminder", objectID: r.ID}
		if r.RecipientKind == "partner" {
			a.partnerID = r.RecipientID
		}
		t.note(a)
	}
	for _, ids := range f.back {
		all = append(all, ids...)
	}
	err := s.DB.BatchInPractice(ctx, t.PracticeID, actor.ID, func(q *db.Batch) {
		models.BatchByIndex(q)
		models.BatchLockRecipientsOf(q, all) // As whoever changes several of one person's reminders does.
		models.BatchEvents(q, t.events)
		for channel, ids := range sent {
			models.BatchSent(q, ids, channel, "", t.now)
		}
		for channel, ids := range along {
			models.BatchSent(q, ids, channel, models.SentInDigest, t.now)
		}
		for wait, ids := range f.back {
			models.BatchPutBack(q, ids, t.now.Add(wait))
		}
	})
	if err == nil && s.Departed != nil {
		for _, o := range f.sent {
			for _, r := range o.rows {
				s.Departed(Departure{Channel: o.channel, Outcome: "sent", Late: t.now.Sub(r.NotBefore)})
			}
		}
	}
	return err
}

// recordFailure plans the next try of a message that was refused for a passing reason; else, or when a next try would come
// too late, it has failed and someone of the practice is told. A browser or number that is gone has the message look for
// another way at once, unless it goes one already.
func (t *txn) recordFailure(o *outgoing, failure error) error {
	reason, permanent := "refused", false
	var refusal *SendError
	if errors.As(failure, &refusal) {
		permanent = refusal.Permanent || refusal.Gone
	}
	if permanent {
		reason = "rejected"
	}
	if err := t.noteRefusal(o, refusal); err != nil {
		return err
	}
	for _, r := range o.rows {
		attempts := r.Attempts + 1
		next := t.now.Add(retryAfter(attempts))
		otherWay := permanent && o.channel != channelMail && !o.beside && r.CauseKind != "test"
		if otherWay {
			next = t.now
		}
		set := map[string]any{"state": models.ReminderPlanned, "attempts": attempts, "not_before": next, "reason": reason, "carrier": o.channel}
		failed := permanent && !otherWay || attempts >= reminderAttempts || !next.Before(r.ExpiresAt)
		outcome := "refused"
		if failed {
			set["state"], outcome = models.ReminderFailed, "failed"
			delete(set, "not_before")
		}
		if err := models.SettleReminders(t.DB, []uuid.UUID{r.ID}, set); err != nil {
			return err
		}
		t.departs(o.channel, outcome)
		if failed && (o.channel == channelMail || !o.beside) && r.CauseKind != "test" { // Who sent a test sees it.
			if err := t.alertFailed(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// noteRefusal counts a mail or text that was refused for good against the address or number, as one that comes back later is.
func (t *txn) noteRefusal(o *outgoing, refusal *SendError) error {
	if refusal == nil || !refusal.Permanent || o.channel == channelPush {
		return nil
	}
	r := o.rows[0]
	report := bounce.Report{Action: "failed", Status: refusal.Status}
	return t.noteBounce(r.RecipientKind, r.RecipientID, o.channel, report.Reason(), report.Permanent())
}

// departs tells the metrics once the transaction is through.
func (t *txn) departs(channel, outcome string) {
	if t.s.Departed != nil {
		t.AfterCommit(func(context.Context) { t.s.Departed(Departure{Channel: channel, Outcome: outcome}) })
	}
}

// recordLost skips what no channel leads to, and tells the practice, once for each person.
func (s *Service) recordLost(ctx context.Context, actor Actor, lost []models.Reminder) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		ids := make([]uuid.UUID, len(lost))
		for i, r := range lost {
			ids[i] = r.ID
		}
		if err := t.lockRecipientsOf(ids); err != nil {
			return err
		}
		for _, r := range lost {
			if err := models.SettleReminders(t.DB, []uuid.UUID{r.ID}, map[string]any{"state": models.ReminderSkipped, "reason": models.SkipUnreachable}); err != nil {
				return err
			}
			t.departs(r.Channel, models.SkipUnreachable)
			if r.Fanned || r.CauseKind == "test" {
				continue // The same message goes another way; or who sent a test sees it.
			}
			if err := t.alertFailed(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// alertFailed tells the practice that messages do not reach someone: a partner's therapists on their desk, and for a member
// the owner. Who was told and has not looked yet is not told again.
func (t *txn) alertFailed(r models.Reminder) error {
	subject, couple, partner := r.RecipientID, uuid.Nil, uuid.Nil
	if r.RecipientKind == "partner" {
		p, err := models.FindPartner(t.DB, r.RecipientID)
		if err != nil {
			return err
		}
		couple, partner = p.CoupleID, p.ID
	}
	open, err := models.AlertStands(t.DB, "delivery_failed", partner, subject)
	if err != nil || open {
		return err
	}
	return t.raiseAlert("delivery_failed", couple, partner, subject)
}
