package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// Job kinds. A job is a kind and ids, never content.
const (
	JobMaterialise = "materialise"  // subject: assignment, or the practice for all its active ones; makes tasks ahead.
	JobBuildReport = "build_report" // subject: report.
	JobPublish     = "publish"      // subject: report; at its publish_at.
	JobCloseTasks  = "close_tasks"  // subject: practice; expires what is past and passes on alerts that nobody has seen.
	JobMonthly     = "monthly"      // subject: practice; asks for last month's reports. Its unique key is the month of the reports.
	JobSealAudit   = "seal_audit"   // subject: practice; links into the chain what the minute's sealing missed.
	JobWebhook     = "webhook"      // subject: webhook; its unique key names event, object, moment and webhook.
	JobRemind      = "remind"       // subject: practice; brings what is planned in line with the leads that it chose.
	JobTidy        = "tidy"         // subject: practice; forgets what is kept for some days only.
)

// jobLease is how long a holder may work on a job before another may take it; a run is cut off before that.
const (
	jobLease    = 5 * time.Minute
	jobTimeout  = 4 * time.Minute
	jobAttempts = 8
)

// DueJob names a job that is due.
type DueJob struct {
	PracticeID uuid.UUID
	ID         uuid.UUID
	Kind       string
}

// RunJob does a job once: it takes a lease, runs, and marks it done. Running it again is harmless: a job that is done, not
// due or in other hands is left alone. Retryable faults (internal, unavailable) keep it due, later and later, at most eight
// times; any other fault ends it. The fault is returned either way.
func (s *Service) RunJob(ctx context.Context, practiceID, jobID uuid.UUID) error {
	actor := System(practiceID)
	var job models.Job
	var taken bool
	err := s.inPractice(ctx, actor, func(t *txn) error {
		var err error
		job, taken, err = models.LeaseJob(t.DB, jobID, t.now, t.now.Add(jobLease))
		return err
	})
	if err != nil || !taken {
		return err
	}
	failure := s.runLeased(ctx, job)
	set := settled(job, failure, s.Clock.Now())
	// The outcome is written even when the worker is being stopped: else the job would wait for its lease to end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = s.inPractice(ctx, actor, func(t *txn) error { return models.SettleJob(t.DB, job, set) })
	if set["state"] == "failed" && job.Kind == JobBuildReport {
		if err := s.giveUpReport(ctx, job, fault.From(failure).Code); err != nil {
			return err
		}
	}
	if failure != nil {
		return failure
	}
	return err
}

// settled is what is written of a job that ran; failure is nil when it did what it should.
func settled(job models.Job, failure error, now time.Time) map[string]any {
	set := map[string]any{"state": "done", "done_at": now, "error": ""}
	if failure != nil {
		set["error"] = string(fault.From(failure).Code)
		if fault.Retryable(failure) && job.Attempts < jobAttempts {
			delete(set, "done_at")
			set["state"], set["run_at"] = "due", now.Add(retryAfter(job.Attempts))
		} else {
			set["state"] = "failed"
		}
	}
	return set
}

// runLeased runs a job of ours; a panic in it is a fault, so that one bad row cannot take the worker down.
func (s *Service) runLeased(ctx context.Context, job models.Job) (err error) {
	ctx, cancel := context.WithTimeout(ctx, jobTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			s.Log.Error("a job panicked", "kind", job.Kind, "job", job.ID)
			err = fault.New(fault.Internal, "")
		}
	}()
	switch job.Kind {
	case JobMaterialise:
		if job.SubjectID == job.PracticeID {
			return s.materialiseAll(ctx, job.PracticeID)
		}
		return s.materialise(ctx, job.PracticeID, job.SubjectID)
	case JobBuildReport:
		return s.buildReport(ctx, job.PracticeID, job.SubjectID)
	case JobPublish:
		return s.publishReport(ctx, job.PracticeID, job.SubjectID)
	case JobCloseTasks:
		return s.closeWhatIsPast(ctx, job.PracticeID)
	case JobMonthly:
		return s.requestMonthly(ctx, job.PracticeID, job.UniqueKey)
	case JobSealAudit:
		return s.SealAudit(ctx, job.PracticeID)
	case JobWebhook:
		return s.deliverWebhook(ctx, job)
	case JobRemind:
		return s.remindPractice(ctx, job.PracticeID)
	case JobTidy:
		return s.tidy(ctx, System(job.PracticeID))
	}
	return fault.New(fault.Invalid, "")
}

// retryAfter is how long a job or message waits after its nth try that failed for a passing reason.
func retryAfter(attempt int) time.Duration {
	steps := []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour}
	return steps[min(max(attempt, 1), len(steps))-1]
}

// DueJobs lists jobs that are due and not leased, for the sweeper (the worker's role only). Kinds that are
// claimed in batches can be left out.
func (s *Service) DueJobs(ctx context.Context, limit int, but ...string) ([]DueJob, error) {
	var out []DueJob
	err := s.DB.DueLists(ctx, func(tx *db.Tx) error {
		jobs, err := models.DueJobs(tx.DB, s.Clock.Now(), limit, but...)
		for _, j := range jobs {
			out = append(out, DueJob{PracticeID: j.PracticeID, ID: j.ID, Kind: j.Kind})
		}
		return err
	})
	return out, err
}

// Tick does what falls due with the clock (the worker's role only). What it makes is named by the hour, quarter or month,
// so that two schedulers are harmless and a missed minute is made up for: each practice's hourly, quarter-hourly and
// monthly jobs.
func (s *Service) Tick(ctx context.Context) error {
	now := s.Clock.Now()
	return s.DB.DueLists(ctx, func(tx *db.Tx) error {
		practices, err := models.PracticeClocks(tx.DB)
		if err != nil {
			return err
		}
		var jobs []models.Job
		for _, p := range practices {
			jobs = append(jobs, dueWithClock(p, now)...)
		}
		if err := models.AddJobs(tx.DB, jobs); err != nil {
			return err
		}
		_, err = models.TrimJobs(tx.DB, now.AddDate(0, 0, -40), now.AddDate(0, 0, -90), 5000)
		return err
	})
}

// dueWithClock gives the jobs a practice has at a moment because of the clock alone.
func dueWithClock(p models.PracticeClock, now time.Time) []models.Job {
	job := func(kind, key string) models.Job {
		return models.Job{Row: models.NewRow(p.ID), Kind: kind, SubjectID: p.ID, RunAt: now, State: "due", UniqueKey: key, CreatedAt: now}
	}
	hour := now.UTC().Format("2006-01-02T15")
	quarter := now.UTC().Truncate(15 * time.Minute).Format("2006-01-02T15:04")
	jobs := []models.Job{
		job(JobMaterialise, "practice:"+hour), job(JobSealAudit, hour), job(JobTidy, hour), job(JobCloseTasks, quarter),
	}
	if month, due := monthDue(p, now); due {
		jobs = append(jobs, job(JobMonthly, month))
	}
	return jobs
}

// monthDue tells whether the reports of last month are to be asked for: from the first of the month at 06:00 in the
// practice's zone, made up for during a week when nothing ran then. A practice that began this month has none.
func monthDue(p models.PracticeClock, now time.Time) (month string, due bool) {
	local := now.In(models.Practice{TimeZone: p.TimeZone}.Zone())
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, local.Location())
	from := time.Date(local.Year(), local.Month(), 1, 6, 0, 0, 0, local.Location())
	if local.Before(from) || local.After(from.AddDate(0, 0, 7)) || !p.CreatedAt.Before(first) {
		return "", false
	}
	return first.AddDate(0, 0, -1).Format("2006-01"), true
}
