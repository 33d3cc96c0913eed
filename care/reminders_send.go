package care

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

// reminderAttempts is how often a message that is refused for a passing reason is tried.
const reminderAttempts = 6

// sendTimeout cuts a batch off well before its lease ends, so that nobody else sends it at the same time.
const sendTimeout = 4 * time.Minute

// outgoing is one mail and the reminders it stands for.
type outgoing struct {
	rows    []models.Reminder
	message Message
}

// SendReminders checks each once more at the last moment, sends, and records the outcome. A batch that another sender has,
// or that is done, is left alone. No mail is sent inside a transaction: one decides, one records. When the recording
// fails after all, the reminders come back after their lease with the same Message-ID.
func (s *Service) SendReminders(ctx context.Context, batch DueBatch) error {
	if s.Mailer == nil {
		return fault.New(fault.Unavailable, "")
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	actor := System(batch.PracticeID)
	var mails []outgoing
	err := s.inPractice(ctx, actor, func(t *txn) error {
		rows, err := models.TakeReminders(t.DB, batch.IDs, t.now, t.now.Add(reminderLease))
		if err != nil || len(rows) == 0 {
			return err
		}
		b, err := t.loadSending(rows)
		if err != nil {
			return err
		}
		mails, err = t.decide(b)
		return err
	})
	if err != nil || len(mails) == 0 {
		return err
	}
	messages := make([]Message, len(mails))
	for i, m := range mails {
		messages[i] = m.message
	}
	outcomes := s.Mailer.Send(ctx, messages)
	// What was sent is recorded even when the worker is being stopped, and tried again when PostgreSQL is away for a moment.
	return s.record(context.WithoutCancel(ctx), actor, mails, outcomes)
}

// decide settles what is skipped or waits, and gives the mails that go out now.
func (t *txn) decide(b *sending) ([]outgoing, error) {
	skipped := map[string][]uuid.UUID{}
	waiting := map[time.Time][]uuid.UUID{}
	var mails []outgoing
	joined := map[string]int{} // person and words to the mail that says it already.
	taken := map[uuid.UUID]int{}
	for _, r := range b.rows {
		words := wordsOf(r)
		who := r.RecipientID.String() + "/" + words
		if b.preference(r).Digest && words != "invitation" && words != "reset" {
			who = r.RecipientID.String()
		}
		// A mail that goes out anyway can say this too: it does not count against the cap.
		i, joins := joined[who]
		count := taken[r.RecipientID]
		if joins {
			count = -b.sentToday[r.RecipientID]
		}
		v := b.judge(r, t.now, count)
		switch {
		case v.skip != "":
			skipped[v.skip] = append(skipped[v.skip], r.ID)
		case !v.until.IsZero():
			waiting[v.until] = append(waiting[v.until], r.ID)
		case joins:
			mails[i].rows = append(mails[i].rows, r)
		default:
			joined[who] = len(mails)
			taken[r.RecipientID]++
			mails = append(mails, outgoing{rows: []models.Reminder{r}})
		}
	}
	mails, err := t.address(b, mails, skipped)
	if err != nil {
		return nil, err
	}
	for reason, ids := range skipped {
		if err := models.SettleReminders(t.DB, ids, map[string]any{"state": models.ReminderSkipped, "reason": reason}); err != nil {
			return nil, err
		}
	}
	for until, ids := range waiting {
		if err := models.SettleReminders(t.DB, ids, map[string]any{"state": models.ReminderPlanned, "not_before": until}); err != nil {
			return nil, err
		}
	}
	return mails, nil
}

// address opens the recipients' addresses, with one statement for all their keys, and writes the mails. Those of erased
// people move to skipped.
func (t *txn) address(b *sending, mails []outgoing, skipped map[string][]uuid.UUID) ([]outgoing, error) {
	sealed := make([]models.Sealed, 0, len(mails))
	for _, m := range mails {
		if r := m.rows[0]; r.RecipientKind == "partner" {
			sealed = append(sealed, b.partners[r.RecipientID].Email)
		} else {
			sealed = append(sealed, b.members[r.RecipientID].Email)
		}
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	ready := mails[:0]
	for _, m := range mails {
		r := m.rows[0]
		where, box, lang := partnerEmail(b.partners[r.RecipientID]), b.partners[r.RecipientID].Email, b.partners[r.RecipientID].Locale
		if r.RecipientKind == "member" {
			where, box, lang = memberEmail(b.members[r.RecipientID]), b.members[r.RecipientID].Email, b.members[r.RecipientID].Locale
		}
		to, ok, err := t.open(where, box)
		if err != nil {
			return nil, err
		}
		if !ok {
			for _, r := range m.rows {
				skipped[models.SkipErased] = append(skipped[models.SkipErased], r.ID)
			}
			continue
		}
		link := t.s.BaseURL + "/portal"
		if r.RecipientKind == "member" {
			link = t.s.BaseURL + "/desk"
		}
		stop := t.s.BaseURL + "/reminders/stop/" + t.s.stopToken(r.PracticeID, r.RecipientKind, r.RecipientID)
		if r.CauseKind == "invitation" || r.CauseKind == "reset" {
			// The one-use token is made now: what waits in the database is no key to anything.
			token, err := t.s.newMailToken(t.Tx, r.CauseKind, r.RecipientKind, r.PracticeID, r.RecipientID, r.ExpiresAt.Sub(t.now))
			if err != nil {
				return nil, err
			}
			link, stop = t.s.BaseURL+"/"+r.CauseKind+"/"+token, ""
		}
		words := wordsOf(r)
		for _, other := range m.rows[1:] {
			if wordsOf(other) != words {
				words = "ready"
			}
		}
		l, _ := locale.Parse(lang)
		m.message = writeMail(locale.For(l), words, b.practice.SenderName, link, stop)
		m.message.ID = t.s.messageID(r)
		m.message.To = string(to)
		m.message.Bounce = t.s.bounceToken(r.PracticeID, r.RecipientKind, r.RecipientID, string(to))
		ready = append(ready, m)
	}
	return ready, nil
}

// record writes how the mails fared: the sent ones together, each failed one by itself with its own next try.
func (s *Service) record(ctx context.Context, actor Actor, mails []outgoing, outcomes []error) error {
	var err error
	for try := range 5 {
		if try > 0 {
			if err := pause(ctx, time.Duration(try)*200*time.Millisecond); err != nil {
				return err
			}
		}
		one, cancel := context.WithTimeout(ctx, 10*time.Second)
		err = s.inPractice(one, actor, func(t *txn) error { return t.recordOutcomes(mails, outcomes) })
		cancel()
		if err == nil || !fault.Retryable(err) && !fault.Is(err, fault.Conflict) { // A conflict here is two writers in each other's way.
			return err
		}
	}
	return err
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

func (t *txn) recordOutcomes(mails []outgoing, outcomes []error) error {
	var sent, along []uuid.UUID
	for i, m := range mails {
		var failure error
		if i < len(outcomes) {
			failure = outcomes[i]
		}
		if failure != nil {
			if err := t.recordFailure(m, failure); err != nil {
				return err
			}
			continue
		}
		sent = append(sent, m.rows[0].ID)
		for _, r := range m.rows[1:] {
			along = append(along, r.ID)
		}
		r := m.rows[0]
		a := act{verb: "send", object: "reminder", objectID: r.ID}
		if r.RecipientKind == "partner" {
			a.partnerID = r.RecipientID
		}
		t.note(a)
	}
	if err := models.MarkSent(t.DB, sent, "", t.now); err != nil {
		return err
	}
	return models.MarkSent(t.DB, along, models.SentInDigest, t.now)
}

// recordFailure plans the next try of a mail that was refused for a passing reason; else, or when a next try would come
// too late, it has failed and someone of the practice is told.
func (t *txn) recordFailure(m outgoing, failure error) error {
	reason, permanent := "refused", false
	var refusal *SendError
	if errors.As(failure, &refusal) {
		permanent = refusal.Permanent
	}
	if permanent {
		reason = "rejected"
	}
	for _, r := range m.rows {
		attempts := r.Attempts + 1
		next := t.now.Add(retryAfter(attempts))
		set := map[string]any{"state": models.ReminderPlanned, "attempts": attempts, "not_before": next, "reason": reason}
		failed := permanent || attempts >= reminderAttempts || !next.Before(r.ExpiresAt)
		if failed {
			set["state"] = models.ReminderFailed
			delete(set, "not_before")
		}
		if err := models.SettleReminders(t.DB, []uuid.UUID{r.ID}, set); err != nil {
			return err
		}
		if failed {
			if err := t.alertFailed(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// alertFailed tells the practice that mail does not reach someone: a partner's therapists on their desk, and for a member
// the owner. One who was told of the same and has not looked yet is not told again.
func (t *txn) alertFailed(r models.Reminder) error {
	subject, couple, partner := r.RecipientID, uuid.Nil, uuid.Nil
	if r.RecipientKind == "partner" {
		p, err := models.FindPartner(t.DB, r.RecipientID)
		if err != nil {
			return err
		}
		subject, couple, partner = r.CauseID, p.CoupleID, p.ID
	}
	open, err := models.AlertStands(t.DB, "delivery_failed", partner, subject)
	if err != nil || open {
		return err
	}
	return t.raiseAlert("delivery_failed", couple, partner, subject)
}
