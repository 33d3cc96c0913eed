package care

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/models"
)

// lookout knows which reminders of a batch still stand: those that nobody dropped or recalled since they were taken.
type lookout struct {
	t  *txn
	mu sync.Mutex // for the reminders of a message that goes to several browsers.

	pushes []pushing // the notes that were sent, and how they fared.
	told   []error
}

// errDropped says that all a message stands for was dropped before any of it was handed over.
var errDropped = errors.New("dropped")

// errUnasked says that a message stayed here because nobody could tell whether it still stands.
var errUnasked = errors.New("the state cannot be looked at")

// errRegroup says that the reminder a message is named after was dropped, and others of it were not.
var errRegroup = errors.New("to be put together anew")

// ask looks whether a message may go, and leaves out of it what was dropped meanwhile. It is asked when the conversation with
// the carrier has begun, and the look begins after the question: whatever was committed before the conversation is seen.
func (l *lookout) ask(ctx context.Context, o *outgoing) error {
	l.mu.Lock()
	ids := o.ids()
	l.mu.Unlock()
	held, err := l.t.s.looks.look(ctx, l.t.s.DB, l.t.PracticeID, ids)
	if err != nil {
		return errUnasked
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var still []models.Reminder
	for _, r := range o.rows {
		if held[r.ID].Equal(l.t.now) { // The moment names the take.
			still = append(still, r)
		}
	}
	if len(still) == 0 {
		return errDropped
	}
	first := o.rows[0].ID
	o.rows = still
	if still[0].ID != first {
		return errRegroup
	}
	return nil
}

// looks lets the senders of a process look at the state of reminders together: who asks while a look is under way shares the
// next one, so that a look before every single message costs a fraction of a round trip each.
type looks struct {
	mu   sync.Mutex
	next map[uuid.UUID]*oneLook // practice to the look that has not begun; nil while there is nobody in it.
}

// oneLook is one look at the reminders of several who asked.
type oneLook struct {
	ids  []uuid.UUID
	done chan struct{}
	held map[uuid.UUID]time.Time // to the moment of their take.
	err  error
}

// look gives which of some reminders are in a sender's hands, and since when, as it is after the question.
func (l *looks) look(ctx context.Context, d *db.DB, practice uuid.UUID, ids []uuid.UUID) (map[uuid.UUID]time.Time, error) {
	l.mu.Lock()
	if l.next == nil {
		l.next = map[uuid.UUID]*oneLook{}
	}
	mine, underWay := l.next[practice]
	if mine == nil {
		mine = &oneLook{done: make(chan struct{})}
		l.next[practice] = mine
	}
	mine.ids = append(mine.ids, ids...)
	l.mu.Unlock()
	if !underWay {
		go l.run(d, practice) // #nosec G118 -- it looks for all who ask, whoever's request ends meanwhile.
	}
	select {
	case <-mine.done:
		return mine.held, mine.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lookTimeout bounds one look, which many may wait for.
const lookTimeout = 10 * time.Second

// run looks for those who asked until nobody is left who did.
func (l *looks) run(d *db.DB, practice uuid.UUID) {
	for {
		// Who is about to ask goes first, and shares this look. Where nobody is, it takes no time.
		for range 2 {
			runtime.Gosched()
		}
		l.mu.Lock()
		one := l.next[practice]
		if one == nil {
			delete(l.next, practice)
			l.mu.Unlock()
			return
		}
		l.next[practice] = nil // Who asks from now on is in the next one.
		l.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
		held := map[uuid.UUID]time.Time{}
		one.err = d.BatchInPractice(ctx, practice, uuid.Nil, func(q *db.Batch) {
			models.BatchByIndex(q)
			models.BatchHeld(q, func(id uuid.UUID, since time.Time) { held[id] = since }, one.ids)
		})
		cancel()
		one.held = held
		close(one.done)
	}
}
