package care

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// BuildsAtOnce is how many reports are built together: the work of their couples is read at once, and they are written at once.
const BuildsAtOnce = 40

// buildWait is how long a claimed batch may wait for a worker before others may claim it.
const buildWait = 3 * time.Minute

// BuildBatch names claimed jobs of one practice that build reports.
type BuildBatch struct {
	PracticeID uuid.UUID
	IDs        []uuid.UUID
	Until      time.Time // the claim's own moment: who has another has no claim.
}

// ClaimReportBuilds takes jobs that build reports, at most so many batches, of every practice its share (the worker's role
// only). A batch that nobody runs can be claimed anew after a while.
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
		if c := slices.Compare(a.PracticeID[:], b.PracticeID[:]); c != 0 {
			return c
		}
		return slices.Compare(a.ID[:], b.ID[:])
	})
	var out []BuildBatch
	for _, j := range jobs {
		if n := len(out); n == 0 || out[n-1].PracticeID != j.PracticeID || len(out[n-1].IDs) == BuildsAtOnce {
			out = append(out, BuildBatch{PracticeID: j.PracticeID, Until: until})
		}
		last := &out[len(out)-1]
		last.IDs = append(last.IDs, j.ID)
	}
	return out, err
}

// BuildReports builds the reports of a claimed batch. A batch that another worker has, or that is done, is left alone. The
// fault of one that is worth another try is returned, after all others are done.
func (s *Service) BuildReports(ctx context.Context, batch BuildBatch) error {
	actor := System(batch.PracticeID)
	var jobs []models.Job
	lease := s.Clock.Now().Add(jobLease).Truncate(time.Microsecond)
	err := s.DB.BatchInPractice(ctx, actor.PracticeID, actor.ID, func(q *db.Batch) {
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
	work, cancel := context.WithTimeout(ctx, jobTimeout)
	again := s.buildReports(work, batch.PracticeID, ids)
	cancel()
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return s.settleBuilds(ctx, actor, jobs, again)
}

func (s *Service) settleBuilds(ctx context.Context, actor Actor, jobs []models.Job, again map[uuid.UUID]error) error {
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
		if err := s.inPractice(ctx, actor, func(t *txn) error { return models.SettleJob(t.DB, job, set) }); err != nil {
			return err
		}
		if set["state"] == "failed" {
			if err := s.giveUpReport(ctx, job, fault.From(failure).Code); err != nil {
				return err
			}
		}
	}
	if len(done) > 0 {
		if err := s.DB.BatchInPractice(ctx, actor.PracticeID, actor.ID, func(q *db.Batch) { models.BatchJobsDone(q, done, now) }); err != nil {
			return err
		}
	}
	return first
}
