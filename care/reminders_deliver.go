package care

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/sms"
	"tussentijds/models"
)

// lookAgain is how old the last look at a large batch's state may be when a message's conversation begins: what was dropped
// longer ago does not go. Over a line to a real mail server that is a look before each mail, and a batch of up to fewMessages
// looks before each anyway.
const (
	lookAgain   = 10 * time.Millisecond
	fewMessages = 10
)

// lookout knows which reminders of a batch still stand: those that nobody dropped since they were taken.
type lookout struct {
	t     *txn
	mu    sync.Mutex
	ids   []uuid.UUID
	at    time.Time // of the last look; to begin with, of the take.
	still map[uuid.UUID]bool
	each  bool // before each message.

	pushes []pushing // the notes that were sent, and how they fared.
	told   []error
}

// errDropped says that all a message stands for was dropped before its conversation began.
var errDropped = errors.New("dropped")

// errUnasked says that a message stayed here because nobody could tell whether it still stands.
var errUnasked = errors.New("the state cannot be looked at")

// errRegroup says that the reminder a message is named after was dropped, and others of it were not.
var errRegroup = errors.New("to be put together anew")

// ask looks whether a message may go, and leaves out of it what was dropped meanwhile. The answer to a large batch is at most
// lookAgain old.
func (l *lookout) ask(ctx context.Context, o *outgoing) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); l.each || now.Sub(l.at) > lookAgain {
		still := map[uuid.UUID]bool{}
		err := l.t.s.DB.BatchInPractice(ctx, l.t.PracticeID, l.t.actor.ID, func(q *db.Batch) {
			models.BatchByIndex(q)
			models.BatchStillTaken(q, func(id uuid.UUID) { still[id] = true }, l.ids, l.t.now)
		})
		if err != nil {
			return errUnasked
		}
		l.still, l.at = still, now
	}
	if l.still == nil {
		return nil
	}
	first := o.rows[0].ID
	o.rows = slices.DeleteFunc(o.rows, func(r models.Reminder) bool { return !l.still[r.ID] })
	switch {
	case len(o.rows) == 0:
		return errDropped
	case o.rows[0].ID != first:
		return errRegroup
	}
	return nil
}

// deliver hands the messages to their carriers, side by side. The outcomes stand in the order of the messages.
func (s *Service) deliver(ctx context.Context, look *lookout, out []*outgoing) []error {
	look.each = len(out) <= fewMessages
	by := map[string][]int{} // channel to indexes.
	for i, o := range out {
		look.ids = append(look.ids, o.ids()...)
		by[o.channel] = append(by[o.channel], i)
	}
	outcomes := make([]error, len(out))
	var wg sync.WaitGroup
	for channel, list := range by {
		send := s.deliverMails
		switch channel {
		case channelPush:
			send = s.deliverPushes
		case channelText:
			send = s.deliverTexts
		}
		some := make([]*outgoing, len(list))
		for i, at := range list {
			some[i] = out[at]
		}
		wg.Go(func() {
			for i, err := range send(ctx, look, some) {
				outcomes[list[i]] = err
			}
		})
	}
	wg.Wait()
	return outcomes
}

func (s *Service) deliverMails(ctx context.Context, look *lookout, out []*outgoing) []error {
	messages := make([]Message, len(out))
	for i, o := range out {
		messages[i] = o.message
		messages[i].Before = func(ctx context.Context) error { return look.ask(ctx, o) }
	}
	return s.Mailer.Send(ctx, messages)
}

// deliverPushes sends a note to each browser of each person. One that took it is enough; when none did, one that may take it
// later is worth a next try.
func (s *Service) deliverPushes(ctx context.Context, look *lookout, out []*outgoing) []error {
	outcomes := make([]error, len(out))
	var list []pushing
	for i, o := range out {
		if outcomes[i] = look.ask(ctx, o); outcomes[i] == nil {
			list = append(list, o.pushes...)
		}
	}
	told := s.sendPushes(ctx, list)
	look.pushes, look.told = list, told
	for i, o := range out {
		if outcomes[i] != nil {
			continue
		}
		worst := told[:len(o.pushes)]
		told = told[len(o.pushes):]
		outcomes[i] = &SendError{Permanent: true, Gone: true}
		for _, err := range worst {
			var refusal *SendError
			if err == nil {
				outcomes[i] = nil
				break
			}
			if !errors.As(err, &refusal) || !refusal.Permanent && !refusal.Gone {
				outcomes[i] = err
			}
		}
	}
	return outcomes
}

func (s *Service) deliverTexts(ctx context.Context, look *lookout, out []*outgoing) []error {
	outcomes := make([]error, len(out))
	var list []sms.Text
	var at []int
	for i, o := range out {
		if outcomes[i] = look.ask(ctx, o); outcomes[i] == nil {
			list, at = append(list, o.text), append(at, i)
		}
	}
	for i, err := range s.sendTexts(ctx, list) {
		outcomes[at[i]] = err
	}
	return outcomes
}
