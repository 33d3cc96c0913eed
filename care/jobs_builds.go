package care

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// BuildsAtOnce is how many reports are built together: the work of their couples is read at once, and they are written at once.
const BuildsAtOnce = 40

// BuildersAProcessor is how many batches are built at the same time for each processor: one draws while the other waits for
// PostgreSQL.
const BuildersAProcessor = 2

// buildWait is how long a claimed batch may wait for a worker before others may claim it.
const buildWait = 3 * time.Minute

// BuildBatch names claimed jobs of one practice that build reports.
type BuildBatch struct {
	PracticeID uuid.UUID
	IDs        []uuid.UUID
	Until      time.Time // the claim's own moment: who has another has no claim.
}

// buildsTogether is how many jobs are built together that were tried so often: half as many each time, down to one alone, so that
// what cannot be built, or takes for ever, is parted from those that it held up.
func buildsTogether(tried int) int { return max(1, BuildsAtOnce>>min(tried, 8)) }

// ClaimReportBuilds takes jobs that build reports, at most so many whole batches, of every practice its share (the worker's role
// only). What was tried before comes in smaller batches. A batch that nobody runs can be claimed anew after a while.
func (s *Service) ClaimReportBuilds(ctx context.Context, batches int) ([]BuildBatch, error) {
	now := s.Clock.Now()
	until := now.Add(buildWait).Truncate(time.Microsecond)
	var jobs []models.ClaimedJob
	err := s.DB.DueLists(ctx, func(tx *db.Tx) error {
		var err error
		jobs, err = models.ClaimJobs(tx.DB, JobBuildReport, BuildsAtOnce, batches*BuildsAtOnce, now, until)
		return err
	})
	// A couple's reports were asked for together, and their ids tell the order.
	slices.SortFunc(jobs, func(a, b models.ClaimedJob) int {
		return cmp.Or(slices.Compare(a.PracticeID[:], b.PracticeID[:]), cmp.Compare(a.Attempts, b.Attempts), slices.Compare(a.ID[:], b.ID[:]))
	})
	var out []BuildBatch
	for i, j := range jobs {
		if i == 0 || jobs[i-1].PracticeID != j.PracticeID || jobs[i-1].Attempts != j.Attempts || len(out[len(out)-1].IDs) == buildsTogether(j.Attempts) {
			out = append(out, BuildBatch{PracticeID: j.PracticeID, Until: until})
		}
		last := &out[len(out)-1]
		last.IDs = append(last.IDs, j.ID)
	}
	return out, err
}

// BuildReports builds the reports of a claimed batch. A batch that another worker has, or that is done, is left alone. The
// fault of one that is worth another try is returned, after all others are done. A batch that its time limit cut off is due
// again at once, in halves; a report that was alone and took too long waits, as for any passing fault.
func (s *Service) BuildReports(ctx context.Context, batch BuildBatch) error {
	actor := System(batch.PracticeID)
	var jobs []models.Job
	lease := s.Clock.Now().Add(jobLease).Truncate(time.Microsecond)
	err := s.DB.BatchInPractice(ctx, actor.PracticeID, actor.ID, func(q *db.Batch) {
		models.BatchForgettable(q) // Taken back, the batch is due again when its claim ends.
		models.BatchTakeJobs(q, &jobs, batch.IDs, batch.Until, lease)
	})
	if err != nil || len(jobs) == 0 {
		return err
	}
	// As they were asked for, so that a batch is the same however PostgreSQL gives its rows.
	slices.SortFunc(jobs, func(a, b models.Job) int { return slices.Compare(a.ID[:], b.ID[:]) })
	ids := make([]uuid.UUID, len(jobs))
	for i, j := range jobs {
		ids[i] = j.SubjectID
	}
	work, cancel := context.WithTimeout(ctx, s.buildTime)
	again := s.buildReports(work, batch.PracticeID, ids)
	late := errors.Is(work.Err(), context.DeadlineExceeded)
	cancel()
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return s.settleBuilds(ctx, actor, jobs, again, late)
}

// tooLong is the reason of a report that could not be built within the time that a batch has.
const tooLong fault.Code = "too_long"

func (s *Service) settleBuilds(ctx context.Context, actor Actor, jobs []models.Job, again map[uuid.UUID]error, late bool) error {
	now := s.Clock.Now()
	var done []models.Job
	var first error
	for _, job := range jobs {
		failure := again[job.SubjectID]
		if failure == nil {
			done = append(done, job)
			continue
		}
		if first == nil {
			first = failure
		}
		set := settled(job, failure, now)
		reason := fault.From(failure).Code
		if late {
			reason = tooLong
			if set["error"] = string(tooLong); len(jobs) > 1 && set["state"] == "due" {
				set["run_at"] = now
			}
		}
		if err := s.inPractice(ctx, actor, func(t *txn) error { return models.SettleJob(t.DB, job, set) }); err != nil {
			return err
		}
		if set["state"] == "failed" {
			if err := s.giveUpReport(ctx, job, reason); err != nil {
				return err
			}
		}
	}
	if len(done) > 0 {
		err := s.DB.BatchInPractice(ctx, actor.PracticeID, actor.ID, func(q *db.Batch) {
			models.BatchForgettable(q) // The reports are drafts: a job that is tried again finds nothing to build.
			models.BatchJobsDone(q, done, now)
		})
		if err != nil {
			return err
		}
	}
	return first
}

// BuildWaiting builds reports of a practice that wait for a worker, for the command line that builds a month itself: in batches as
// workers do. A batch that cannot be built whole is split at once, and what cannot be built alone becomes a failed report in the
// end, so that nobody has to wait for another try. What a worker builds too is built once. Faults: unavailable, internal when not
// even that can be written.
func (s *Service) BuildWaiting(ctx context.Context, practiceID uuid.UUID, ids []uuid.UUID) error {
	ids = slices.SortedFunc(slices.Values(ids), func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	var mu sync.Mutex
	failed := map[uuid.UUID]fault.Code{}
	var group errgroup.Group
	group.SetLimit(BuildersAProcessor * runtime.GOMAXPROCS(0))
	for batch := range slices.Chunk(ids, BuildsAtOnce) {
		group.Go(func() error {
			return s.buildHere(ctx, practiceID, batch, func(id uuid.UUID, code fault.Code) {
				mu.Lock()
				defer mu.Unlock()
				failed[id] = code
			})
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var errs []error
	for id, code := range failed {
		errs = append(errs, s.failReport(ctx, practiceID, id, code))
	}
	return errors.Join(errs...)
}

// buildHere builds a batch, or its halves; fail is told which could not be built even alone. The fault is that it was stopped.
func (s *Service) buildHere(ctx context.Context, practiceID uuid.UUID, ids []uuid.UUID, fail func(uuid.UUID, fault.Code)) error {
	work, cancel := context.WithTimeout(ctx, s.buildTime)
	again := s.buildReports(work, practiceID, ids)
	late := errors.Is(work.Err(), context.DeadlineExceeded)
	cancel()
	if err := ctx.Err(); err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool { return again[id] == nil })
	if len(ids) > 1 {
		for part := range slices.Chunk(left, (len(ids)+1)/2) {
			if err := s.buildHere(ctx, practiceID, part, fail); err != nil {
				return err
			}
		}
		return nil
	}
	for _, id := range left {
		code := fault.From(again[id]).Code
		if late {
			code = tooLong
		}
		fail(id, code)
	}
	return nil
}
