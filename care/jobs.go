package care

import (
	"context"

	"github.com/google/uuid"
)

// Job kinds. A job is a kind and ids, never content.
const (
	JobMaterialise = "materialise"  // subject: assignment; makes tasks ahead.
	JobBuildReport = "build_report" // subject: report.
	JobPublish     = "publish"      // subject: report; at its publish_at.
	JobCloseTasks  = "close_tasks"  // subject: practice; expires what is past.
	JobMonthly     = "monthly"      // subject: practice; asks for last month's reports.
	JobSealAudit   = "seal_audit"   // subject: practice; links new events into the chain.
)

// DueJob names a job that is due.
type DueJob struct {
	PracticeID uuid.UUID
	ID         uuid.UUID
	Kind       string
}

// RunJob does a job once: it takes a lease, runs, and marks it done. Running it again is harmless. Retryable faults keep it due.
func (s *Service) RunJob(ctx context.Context, practiceID, jobID uuid.UUID) error { return errUnbuilt }

// DueJobs lists jobs that are due and not leased, for the sweeper (the worker's role only).
func (s *Service) DueJobs(ctx context.Context, limit int) ([]DueJob, error) { return nil, errUnbuilt }

// Tick does what falls due with the clock, named by its minute so that two schedulers are harmless: it makes the practices' daily and
// monthly jobs.
func (s *Service) Tick(ctx context.Context) error { return errUnbuilt }
