// Package worker does what is due: it finds it in PostgreSQL, hands it out through Asynq, and runs care's verbs.
//
// PostgreSQL is the truth and Redis the wake-up: a sweeper in every worker looks for due jobs and reminders every few
// seconds, so that all of Redis can be lost without losing or repeating anything. While Redis cannot be reached, the
// sweeper does the work itself, a few things at a time: slower, but nothing stops.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

// taskTimeout cuts a task off before the lease of its row ends.
const taskTimeout = 270 * time.Second

// Options tune a worker.
type Options struct {
	Redis       redis.UniversalClient
	Concurrency int           // tasks at the same time, reports apart; zero means 10.
	Builders    int           // batches of reports that are built at the same time; zero means care.BuildersAProcessor for each.
	Sweep       time.Duration // between two looks at what is due; zero means 2 s.
	Grace       time.Duration // how long running tasks may go on when the worker stops; zero means 20 s.
	Log         *slog.Logger
	// Done is told of every task that ended, for metrics; nil for none.
	Done func(kind string, took time.Duration, err error)
}

func (o Options) withDefaults() Options {
	if o.Concurrency <= 0 {
		o.Concurrency = 10
	}
	if o.Builders <= 0 {
		o.Builders = care.BuildersAProcessor * runtime.GOMAXPROCS(0)
	}
	if o.Sweep <= 0 {
		o.Sweep = 2 * time.Second
	}
	if o.Grace <= 0 {
		o.Grace = 20 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Run works until ctx ends, then lets running tasks end. The service must stand on the worker's database role and have a
// Mailer. Any number of workers may run side by side.
func Run(ctx context.Context, s *care.Service, o Options) error {
	if o.Redis == nil {
		return errors.New("worker: no Redis connection")
	}
	o = o.withDefaults()
	h := roomy(observed(routes(s), o))
	hands := func(n int, queues map[string]int) *asynq.Server {
		return asynq.NewServerFromRedisClient(o.Redis, asynq.Config{
			Concurrency: n, Queues: queues,
			RetryDelayFunc: retryDelay, ShutdownTimeout: o.Grace, Logger: quiet{o.Log}, LogLevel: asynq.WarnLevel,
			TaskCheckInterval: 200 * time.Millisecond, DelayedTaskCheckInterval: 2 * time.Second,
			BaseContext: func() context.Context { return context.WithoutCancel(ctx) },
		})
	}
	// Reports keep every processor busy. With hands of their own they neither hold up a reminder nor wait for one.
	servers := []*asynq.Server{hands(o.Concurrency, queues), hands(o.Builders, map[string]int{queueReports: 1})}
	for i, server := range servers {
		if err := server.Start(h); err != nil {
			for _, started := range servers[:i] {
				started.Shutdown()
			}
			return fmt.Errorf("worker: %w", err)
		}
	}
	sweeper := &sweeper{id: uuid.New(), began: time.Now().UTC(), service: s, queue: NewQueue(o.Redis, o.Log), handlers: h, log: o.Log}
	sweeper.run(ctx, o.Sweep)
	var ending sync.WaitGroup
	for _, server := range servers {
		ending.Go(server.Shutdown)
	}
	ending.Wait()
	return nil
}

// retryDelay waits a little longer than PostgreSQL's own plan for a job's row, so that the try finds it due. Reminders that a
// batch could not take, PostgreSQL being away, are still its own for a while.
func retryDelay(n int, _ error, task *asynq.Task) time.Duration {
	steps := []time.Duration{65 * time.Second, 305 * time.Second, 1805 * time.Second}
	if task.Type() == taskReminders {
		steps = []time.Duration{3 * time.Second, 15 * time.Second, 60 * time.Second}
	}
	return steps[min(max(n, 0), 2)]
}

// observed logs a task that failed, once and here, with its kind and the fault's code, and tells the metrics. A fault's
// cause is logged for internal ones only: those are ours, and hold no person's words.
func observed(h handlers, o Options) handlers {
	out := handlers{}
	for kind, run := range h {
		out[kind] = func(ctx context.Context, payload []byte) error {
			began := time.Now()
			err := run(ctx, payload)
			if err != nil {
				o.Log.Error("a task failed", "kind", kind, "code", string(fault.From(err).Code), "error", err)
			}
			if o.Done != nil {
				o.Done(kind, time.Since(began), err)
			}
			return err
		}
	}
	return out
}

// quiet takes Asynq's own log lines. They are about connections and may quote a task, so only their number is kept.
type quiet struct{ log *slog.Logger }

func (q quiet) Debug(...any) {}
func (q quiet) Info(...any)  {}
func (q quiet) Warn(...any)  { q.log.Debug("asynq: warning") }
func (q quiet) Error(...any) { q.log.Warn("asynq: trouble with Redis or a task") }
func (q quiet) Fatal(...any) { q.log.Error("asynq: cannot go on") }
