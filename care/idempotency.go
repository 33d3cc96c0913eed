package care

import (
	"bytes"
	"context"
	"time"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// Repeat is what is remembered of an earlier identical write.
type Repeat struct {
	Done     bool // the earlier write finished: answer with Status and Location.
	Status   int
	Location string
}

const (
	// writeMemory is how long a finished write is remembered.
	writeMemory = 24 * time.Hour
	// writePatience is how long a write may run. One that began earlier and never ended was cut off, and can be done again.
	writePatience = 2 * time.Minute
)

func writeKey(actor Actor, method, path, key string) models.IdempotencyKey {
	return models.IdempotencyKey{Row: models.NewRow(actor.PracticeID), PersonID: actor.ID, Method: method, Path: path, Key: key}
}

// BeginWrite remembers a write by (practice, person, method, path, key). Faults: conflict when the same key came with
// another body, or the first is still running; invalid for an empty or overlong key.
func (s *Service) BeginWrite(ctx context.Context, actor Actor, method, path, key string, bodyHash []byte) (Repeat, error) {
	var out Repeat
	if key == "" || len(key) > 255 || !plainLine(key) {
		return out, fault.Fieldf("Idempotency-Key", "error.idempotency_key", nil)
	}
	if !actor.Full() {
		return out, fault.New(fault.Unauthenticated, "")
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		k := writeKey(actor, method, path, key)
		k.BodyHash, k.CreatedAt = bodyHash, t.now
		made, err := models.AddWrite(t.DB, k)
		if err != nil || made {
			return err
		}
		known, err := models.FindWrite(t.DB, k)
		if err != nil {
			return err
		}
		age := t.now.Sub(known.CreatedAt)
		switch {
		case age > writeMemory, known.Status == 0 && age > writePatience && bytes.Equal(known.BodyHash, bodyHash):
			renewed, err := models.RenewWrite(t.DB, k, known.CreatedAt)
			if err != nil || renewed {
				return err
			}
			return fault.New(fault.Conflict, "error.in_progress")
		case !bytes.Equal(known.BodyHash, bodyHash):
			return fault.New(fault.Conflict, "error.idempotency_reused")
		case known.Status == 0:
			return fault.New(fault.Conflict, "error.in_progress")
		}
		out = Repeat{Done: true, Status: known.Status, Location: known.Location}
		return nil
	})
	return out, err
}

// EndWrite keeps status and location of a finished write; no body is kept. A failed write (status 0) is forgotten.
func (s *Service) EndWrite(ctx context.Context, actor Actor, method, path, key string, status int, location string) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		k := writeKey(actor, method, path, key)
		if status == 0 {
			return models.ForgetWrite(t.DB, k)
		}
		return models.EndWrite(t.DB, k, status, location)
	})
}

// tidy forgets what is kept for some days only.
func (s *Service) tidy(ctx context.Context, actor Actor) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		if err := models.ForgetSubscriptions(t.DB, t.now.Add(-goneMemory)); err != nil {
			return err
		}
		return models.ForgetWrites(t.DB, t.now.Add(-2*writeMemory))
	})
}
