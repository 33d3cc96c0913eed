package worker

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

const (
	claimAtOnce = 1000 // reminders a claim takes: large claims are what makes claiming fast.
	jobsAtOnce  = 500
	// waitingAtMost bounds the batches of reminders that wait in Redis: what is claimed has its place in the line, so a large
	// practice's must not be many, and its lease runs.
	waitingAtMost = 40
	// urgentAtOnce is how many alerts are claimed while others have to wait.
	urgentAtOnce = 200
	// busyEvery is how soon a sweep follows one that left something due, livelyEvery one that found something: where reminders
	// fall due, more do.
	busyEvery   = 40 * time.Millisecond
	livelyEvery = 250 * time.Millisecond
	// buildsWaitingAtMost bounds the batches of reports that wait in Redis: enough that no worker waits for the next sweep.
	buildsWaitingAtMost = 8
	// directAtOnce bounds what a worker does by itself while Redis is away.
	directAtOnce = 4
	// sealEvery is how soon new events are linked into the chain.
	sealEvery = 10 * time.Second
)

// sweeper finds what is due and hands it out.
type sweeper struct {
	service  *care.Service
	queue    *Queue
	handlers handlers
	log      *slog.Logger
	ticked   time.Time
	sealed   time.Time
	jobs     time.Time // when jobs were looked for.
	building bool      // the last look for reports to build found as many as there was room for.
	id       uuid.UUID // names this worker to who asks whether anybody is at work.
	began    time.Time
	away     bool // Redis did not answer in this sweep.
	wasAway  bool
}

// run sweeps until ctx ends, sooner again while there is much to hand out. What it does by itself is finished before the next
// sweep begins.
func (w *sweeper) run(ctx context.Context, every time.Duration) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		began := time.Now()
		wait := min(every, w.sweep(ctx, every))
		timer.Reset(max(0, wait-time.Since(began)))
	}
}

// work is one thing to hand out, or to do here.
type work struct {
	hand    func(context.Context) error
	kind    string
	payload any
}

// sweep hands out what is due, and tells how soon to look again.
func (w *sweeper) sweep(ctx context.Context, every time.Duration) (wait time.Duration) {
	w.away = false
	var list []work
	now := time.Now()
	if minute := now.Truncate(time.Minute); minute != w.ticked {
		w.ticked = minute
		list = append(list, w.clock(taskTick, minute))
	}
	if moment := now.Truncate(sealEvery); moment != w.sealed {
		w.sealed = moment
		list = append(list, w.clock(taskSeal, moment))
		// Not to be told of is no reason to stop working.
		if err := w.service.Beat(ctx, w.id, w.began, w.wasAway); err != nil {
			w.log.Debug("a worker could not say that it is at work", "code", string(fault.From(err).Code))
		}
	}
	w.deal(ctx, list)
	found, more := w.sweepReminders(ctx)
	turn := now.Sub(w.jobs) >= every
	if turn {
		w.jobs = now
		w.sweepJobs(ctx)
	}
	if turn || w.building {
		w.building = w.sweepBuilds(ctx)
	}
	if w.away != w.wasAway {
		w.wasAway = w.away
		if w.away {
			w.log.Warn("Redis cannot be reached; this worker does what is due by itself")
		} else {
			w.log.Info("Redis is back")
		}
	}
	switch {
	case more:
		return busyEvery
	case found || w.building:
		return livelyEvery
	}
	return every
}

func (w *sweeper) clock(kind string, moment time.Time) work {
	return work{kind: kind, payload: struct{}{}, hand: func(ctx context.Context) error { return w.queue.clock(ctx, kind, moment) }}
}

// room tells how many reminders may be claimed now; urgent, that only those may that somebody waits for. What this worker
// would have to send by itself is claimed in small portions, so that others can take their share.
func (w *sweeper) room(ctx context.Context) (limit int, urgent bool) {
	if !w.away {
		waiting, err := w.queue.waiting(ctx)
		if err == nil && waiting >= waitingAtMost {
			return urgentAtOnce, true
		}
		if err == nil {
			return min(claimAtOnce, (waitingAtMost-waiting)*care.BatchSize), false
		}
		w.away = true
	}
	return directAtOnce * care.BatchSize, false
}

// sweepReminders hands out due reminders; found tells that there were some, more that there may be some for which there was no
// room.
func (w *sweeper) sweepReminders(ctx context.Context) (found, more bool) {
	for ctx.Err() == nil {
		limit, urgent := w.room(ctx)
		claim := w.service.ClaimDueReminders
		if urgent {
			claim = w.service.ClaimUrgentReminders
		}
		batches, err := claim(ctx, limit)
		if err != nil {
			w.log.Error("due reminders could not be claimed", "code", string(fault.From(err).Code), "error", err)
			return found, false
		}
		found = found || len(batches) > 0
		list := make([]work, len(batches))
		claimed := 0
		for i, b := range batches {
			claimed += len(b.IDs)
			list[i] = work{
				kind: taskReminders, payload: remindersPayload{Practice: b.PracticeID, IDs: b.IDs},
				hand: func(ctx context.Context) error { return w.queue.reminders(ctx, b) },
			}
		}
		w.deal(ctx, list)
		switch {
		case urgent || w.away && claimed == limit:
			return found, true
		case claimed < limit:
			return found, false
		}
	}
	return found, false
}

func (w *sweeper) sweepJobs(ctx context.Context) {
	limit := jobsAtOnce
	if w.away {
		limit = directAtOnce * 5
	}
	jobs, err := w.service.DueJobs(ctx, limit, care.JobBuildReport)
	if err != nil {
		w.log.Error("due jobs could not be read", "code", string(fault.From(err).Code), "error", err)
		return
	}
	list := make([]work, len(jobs))
	for i, j := range jobs {
		list[i] = work{
			kind: taskJob, payload: jobPayload{Practice: j.PracticeID, Job: j.ID},
			hand: func(ctx context.Context) error { return w.queue.job(ctx, j) },
		}
	}
	w.deal(ctx, list)
}

// sweepBuilds hands out reports to build, in batches; more tells that there may be more than there was room for.
func (w *sweeper) sweepBuilds(ctx context.Context) (more bool) {
	room := 1 // What this worker would have to build by itself holds up its sweep.
	if !w.away {
		waiting, err := w.queue.buildsWaiting(ctx)
		if err != nil {
			w.away = true
		} else if room = buildsWaitingAtMost - waiting; room <= 0 {
			return true
		}
	}
	batches, err := w.service.ClaimReportBuilds(ctx, room)
	if err != nil {
		w.log.Error("reports to build could not be claimed", "code", string(fault.From(err).Code), "error", err)
		return false
	}
	list := make([]work, len(batches))
	for i, b := range batches {
		list[i] = work{
			kind: taskReports, payload: reportsPayload{Practice: b.PracticeID, IDs: b.IDs, Until: b.Until},
			hand: func(ctx context.Context) error { return w.queue.builds(ctx, b) },
		}
	}
	w.deal(ctx, list)
	return len(batches) >= room
}

// deal hands work to Redis, a few at a time, and does here what Redis does not take. Once Redis did not answer, the rest of
// the sweep does not ask it again.
func (w *sweeper) deal(ctx context.Context, list []work) {
	next := make(chan work)
	var mu sync.Mutex
	away := w.away
	var wg sync.WaitGroup
	for range min(directAtOnce, len(list)) {
		wg.Go(func() {
			for one := range next {
				mu.Lock()
				ask := !away
				mu.Unlock()
				if ask && one.hand(ctx) == nil {
					continue
				}
				if ctx.Err() != nil {
					continue // The worker stops: it was its own end that Redis did not wait for.
				}
				if ask {
					mu.Lock()
					away = true
					mu.Unlock()
				}
				w.direct(ctx, one)
			}
		})
	}
	for _, one := range list {
		if ctx.Err() != nil {
			break // What was claimed comes back when its lease ends.
		}
		next <- one
	}
	close(next)
	wg.Wait()
	w.away = away
}

// direct does a thing here and now. The outcome is in PostgreSQL, and in the log when it failed.
func (w *sweeper) direct(ctx context.Context, one work) {
	raw, err := json.Marshal(one.payload)
	if err != nil {
		return
	}
	// A thing that was begun is finished when the worker is told to stop, as Asynq's would be.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), taskTimeout)
	defer cancel()
	_ = w.handlers[one.kind](ctx, raw)
}
