package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/internal/sms"
	"tussentijds/models"
)

// reminderAttempts is how often a message that is refused for a passing reason is tried.
const reminderAttempts = 6

// sendTimeout cuts a batch off well before its lease ends, so that nobody else sends it at the same time.
const sendTimeout = 90 * time.Second

// outgoing is one message and the reminders it stands for.
type outgoing struct {
	rows    []models.Reminder
	channel string
	beside  bool // the same goes over another channel too.
	words   string
	message Message   // of a mail.
	pushes  []pushing // a note for each of the person's browsers.
	text    sms.Text
}

// SendReminders checks each once more at the last moment, sends, and records the outcome. A batch that another sender has,
// or that is done, is left alone. Nothing is sent inside a transaction: one decides, one records, each in a few pipelined
// round trips. When the recording fails after all, the reminders come back after their lease with the same Message-ID.
func (s *Service) SendReminders(ctx context.Context, batch DueBatch) error {
	if s.Mailer == nil {
		return fault.New(fault.Unavailable, "")
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	t := s.detached(ctx, System(batch.PracticeID))
	t.now = t.now.Truncate(time.Microsecond) // What PostgreSQL keeps: the moment names the take.
	look := &lookout{t: t}
	var out []*outgoing
	var lost []models.Reminder
	err := s.DB.RoundsInPractice(ctx, t.PracticeID, t.actor.ID, func(r *db.Rounds, last *db.Batch) error {
		b, err := t.takeReminders(r, batch.IDs)
		if err != nil || len(b.rows) == 0 {
			return err
		}
		out, lost, err = t.decide(b, last)
		return err
	})
	if err != nil {
		return err
	}
	if len(lost) > 0 {
		if err := s.recordLost(ctx, t.actor, lost); err != nil {
			return err
		}
	}
	if len(out) == 0 {
		return nil
	}
	outcomes := s.deliver(ctx, look, out)
	// What was sent is recorded even when the worker is being stopped, and tried again when PostgreSQL is away for a moment.
	return s.record(context.WithoutCancel(ctx), t, look, out, outcomes)
}

// decide settles what is skipped or waits, makes the rows of further channels, and gives the messages that go out now. lost
// are those that none of the chosen channels leads to.
func (t *txn) decide(b *sending, last *db.Batch) (out []*outgoing, lost []models.Reminder, err error) {
	skipped := map[string][]uuid.UUID{}
	waiting := map[time.Time][]uuid.UUID{}
	joined := map[joinKey]*outgoing{}
	taken := map[uuid.UUID]int{}
	var more []models.Reminder
	for _, r := range b.rows {
		channel, others := b.route(r)
		key := b.joinKey(r, channel, t.now)
		// A message that goes out anyway can say this too: it does not count against the cap.
		with := joined[key]
		count := taken[r.RecipientID]
		if with != nil {
			count = -b.sentToday[r.RecipientID]
		}
		v := b.judge(r, t.now, count, with != nil)
		switch {
		case v.skip != "":
			skipped[v.skip] = append(skipped[v.skip], r.ID)
			t.s.told(b, r, v.skip)
			continue
		case !v.until.IsZero():
			waiting[v.until] = append(waiting[v.until], r.ID)
			continue
		case channel == "":
			lost = append(lost, r)
			continue
		}
		for _, other := range others {
			more = append(more, beside(r, other, t))
		}
		if with != nil {
			with.add(r)
			continue
		}
		taken[r.RecipientID]++
		with = &outgoing{rows: []models.Reminder{r}, channel: channel, beside: r.Fanned || len(others) > 0, words: wordsOf(r)}
		joined[key] = with
		out = append(out, with)
	}
	models.BatchPlanReminders(last, more)
	out, err = t.address(b, out, last, skipped)
	for reason, ids := range skipped {
		models.BatchSkip(last, ids, reason)
	}
	for until, ids := range waiting {
		models.BatchPutBack(last, ids, until)
	}
	return out, lost, err
}

// joinKey is what reminders share that go out as one message.
type joinKey struct {
	person  uuid.UUID
	channel string
	words   string // empty: all that is due.
}

// joinKey joins what reads the same, and all that is due for who wants it so, or after an outage.
func (b *sending) joinKey(r models.Reminder, channel string, now time.Time) joinKey {
	key := joinKey{r.RecipientID, channel, wordsOf(r)}
	if !single(r) && (b.preference(r).Digest || late(r, now)) {
		key.words = ""
	}
	return key
}

// add lets a message stand for one more reminder. When they do not read the same it says what fits all.
func (o *outgoing) add(r models.Reminder) {
	o.rows = append(o.rows, r)
	if wordsOf(r) != o.words {
		o.words = "ready"
	}
}

// address opens the recipients' addresses and writes the messages. Those of erased people move to skipped.
func (t *txn) address(b *sending, list []*outgoing, last *db.Batch, skipped map[string][]uuid.UUID) ([]*outgoing, error) {
	writer := &letters{sender: b.practice.SenderName, own: b.own, made: map[letterKey]*letter{}}
	host := t.s.messageHost()
	ready := list[:0]
	for _, o := range list {
		r := o.rows[0]
		where, box, lang := partnerEmail(b.partners[r.RecipientID]), b.partners[r.RecipientID].Email, b.partners[r.RecipientID].Locale
		if r.RecipientKind == "member" {
			where, box, lang = memberEmail(b.members[r.RecipientID]), b.members[r.RecipientID].Email, b.members[r.RecipientID].Locale
		}
		// Who was erased is known by the address, whatever the message goes over.
		to, ok, err := t.open(where, box)
		if err != nil {
			return nil, err
		}
		if !ok {
			for _, r := range o.rows {
				skipped[models.SkipErased] = append(skipped[models.SkipErased], r.ID)
			}
			continue
		}
		l, _ := locale.Parse(lang)
		if r.CauseKind == "test" {
			o.words, l = b.own.tried(r.CauseID, l)
		}
		switch o.channel {
		case channelPush:
			note := t.s.noteFor(l, b.own.says(l, o.words, b.practice.SenderName), b.practice.SenderName, r.RecipientKind, r.RecipientID, r.ExpiresAt.Sub(t.now), single(r))
			for _, target := range b.targets[r.RecipientID] {
				o.pushes = append(o.pushes, pushing{target: target, note: note})
			}
		case channelText:
			o.text = sms.Text{ID: t.s.textID(r.PracticeID, r.ID), To: b.numbers[r.RecipientID], Text: t.s.textFor(b.own.says(l, o.words, b.practice.SenderName), b.practice.SenderName)}
		default:
			link, stop, err := t.mailLinks(r, last)
			if err != nil {
				return nil, err
			}
			o.message = writer.write(l, o.words, link, stop)
			o.message.ID = t.s.messageID(r, host)
			o.message.To = string(to)
			o.message.Bounce = t.s.bounceToken(r.PracticeID, r.RecipientKind, r.RecipientID, string(to))
		}
		ready = append(ready, o)
	}
	return ready, nil
}

// mailLinks gives where a mail leads to and how it is stopped; what was asked for cannot be stopped.
func (t *txn) mailLinks(r models.Reminder, last *db.Batch) (link, stop string, err error) {
	if asked(r) {
		// The one-use token is made now: what waits in the database is no key to anything.
		token, row, err := t.s.mailToken(r.CauseKind, r.RecipientKind, r.PracticeID, r.RecipientID, r.ExpiresAt.Sub(t.now))
		if err != nil {
			return "", "", err
		}
		models.BatchMailToken(last, row, follows(r.Moment)) // The link in the first mail of an invitation stays good.
		return t.s.BaseURL + "/" + r.CauseKind + "/" + token, "", nil
	}
	link = t.s.BaseURL + "/portal"
	if r.RecipientKind == "member" {
		link = t.s.BaseURL + "/desk"
	}
	return link, t.s.BaseURL + "/reminders/stop/" + t.s.stopToken(r.PracticeID, r.RecipientKind, r.RecipientID), nil
}
