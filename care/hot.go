package care

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/internal/seal"
	"tussentijds/library"
	"tussentijds/models"
)

// The few hot pages send all they need as one pipelined batch (design, section 9). What they share is here: a txn without
// an open transaction, the keys that came with the batch, and frozen exercises kept decoded.

// detached is a txn for a batch: it opens documents with the keys that came along, and gathers acts for the record. It
// has no transaction; what needs one opens its own.
func (s *Service) detached(ctx context.Context, actor Actor) *txn {
	return &txn{
		s: s, ctx: ctx, actor: actor, now: s.Clock.Now(), keys: map[uuid.UUID]*seal.Key{}, byOwner: map[uuid.UUID]uuid.UUID{},
		Tx: &db.Tx{PracticeID: actor.PracticeID},
	}
}

// batchEvents puts the acts noted so far into the batch itself: if they cannot be written, nothing is read.
func (t *txn) batchEvents(b *db.Batch, write func(models.Batch, models.AuditEvent)) {
	for _, e := range t.events {
		write(b, e)
	}
	t.events = nil
}

// take unwraps the keys that came with a batch; the practice's key comes first.
func (t *txn) take(keys []models.WrappedKey) error {
	for _, k := range keys {
		if err := t.unwrap(k); err != nil {
			return err
		}
	}
	return nil
}

// formCache keeps frozen exercises decoded. A frozen exercise never changes, so an entry is never wrong; only rows that
// the reader's own transaction has found name their id.
type formCache struct {
	mu   sync.RWMutex
	byID map[uuid.UUID]*library.Exercise
}

func (c *formCache) get(id uuid.UUID) (*library.Exercise, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e, ok := c.byID[id]
	return e, ok
}

func (c *formCache) put(id uuid.UUID, e *library.Exercise) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.byID) >= 5_000 {
		clear(c.byID)
	}
	c.byID[id] = e
}

// forms gives frozen exercises by row id: those known from the cache, the others in one statement. The exercises are
// shared; a caller that changes one copies it first.
func (t *txn) forms(ids ...uuid.UUID) (map[uuid.UUID]*library.Exercise, error) {
	out := make(map[uuid.UUID]*library.Exercise, len(ids))
	var missing []uuid.UUID
	for _, id := range ids {
		if _, done := out[id]; done {
			continue
		}
		e, known := t.s.forms.get(id)
		if !known {
			missing = append(missing, id)
		}
		out[id] = e
	}
	if len(missing) == 0 {
		return out, nil
	}
	read := func(t *txn) error {
		rows, err := models.FormsByID(t.DB, missing)
		if err != nil {
			return err
		}
		for _, row := range rows {
			e, err := decodeForm(row)
			if err != nil {
				return err
			}
			t.s.forms.put(row.ID, e)
			out[row.ID] = e
		}
		return nil
	}
	err := error(nil)
	if t.DB != nil {
		err = read(t)
	} else {
		err = t.s.inPractice(t.ctx, t.actor, read)
	}
	for _, id := range missing {
		if err == nil && out[id] == nil {
			err = fault.New(fault.Internal, "") // A foreign key keeps this from happening.
		}
	}
	return out, err
}
