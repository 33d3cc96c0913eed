package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/hibiken/asynq"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

// What a worker does. A task is a kind and ids, never content.
const (
	taskJob       = "job:run"        // one row of jobs.
	taskReminders = "reminders:send" // some tens of claimed reminders of one practice.
	taskReports   = "reports:build"  // some tens of claimed reports of one practice.
	taskTick      = "clock:tick"     // each minute: what falls due with the clock.
	taskSeal      = "clock:seal"     // every few seconds: new events into the chain.
)

// routes is the worker's table of contents. Kinds are matched whole: Asynq's own mux would take a prefix for the kind.
func routes(s *care.Service) handlers {
	return handlers{
		taskJob: func(ctx context.Context, payload []byte) error {
			var p jobPayload
			if err := read(payload, &p); err != nil {
				return err
			}
			return s.RunJob(ctx, p.Practice, p.Job)
		},
		taskReminders: func(ctx context.Context, payload []byte) error {
			var p remindersPayload
			if err := read(payload, &p); err != nil {
				return err
			}
			return s.SendReminders(ctx, care.DueBatch{PracticeID: p.Practice, IDs: p.IDs})
		},
		taskReports: func(ctx context.Context, payload []byte) error {
			var p reportsPayload
			if err := read(payload, &p); err != nil {
				return err
			}
			return s.BuildReports(ctx, care.BuildBatch{PracticeID: p.Practice, IDs: p.IDs, Until: p.Until})
		},
		taskTick: func(ctx context.Context, _ []byte) error { return s.Tick(ctx) },
		taskSeal: func(ctx context.Context, _ []byte) error { return s.SealNewAudit(ctx) },
	}
}

type jobPayload struct {
	Practice uuid.UUID `json:"practice"`
	Job      uuid.UUID `json:"job"`
}

type remindersPayload struct {
	Practice uuid.UUID   `json:"practice"`
	IDs      []uuid.UUID `json:"ids"`
}

type reportsPayload struct {
	Practice uuid.UUID   `json:"practice"`
	IDs      []uuid.UUID `json:"ids"`
	Until    time.Time   `json:"until"`
}

func read(payload []byte, v any) error {
	if err := json.Unmarshal(payload, v); err != nil {
		return fault.Wrap(fault.Invalid, err)
	}
	return nil
}

// handlers run tasks by their kind.
type handlers map[string]func(context.Context, []byte) error

// ProcessTask runs a task of Asynq's. Only internal and unavailable faults are worth another try; any other is final.
func (h handlers) ProcessTask(ctx context.Context, task *asynq.Task) error {
	run, ok := h[task.Type()]
	if !ok {
		return fmt.Errorf("worker: no such kind: %w", asynq.SkipRetry)
	}
	err := run(ctx, task.Payload())
	if err != nil && !fault.Retryable(err) {
		return fmt.Errorf("%w: %w", err, asynq.SkipRetry)
	}
	return err
}
