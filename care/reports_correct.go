package care

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// CorrectReport begins a corrected revision of what is approved. Its readers keep the revision they have until the new one
// is approved and takes its place; what was approved stays in the file to the octet. Faults: conflict unless it is approved
// or published, stale, forbidden for a trainee.
func (s *Service) CorrectReport(ctx context.Context, actor Actor, id uuid.UUID, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, decide, version, func(t *txn, r *models.Report) error {
		if r.Status != models.ReportApproved && r.Status != models.ReportPublished {
			return fault.New(fault.Conflict, "progress.not_approved")
		}
		if err := t.buildAgain(r); err != nil {
			return err
		}
		return t.noteReport("change", *r)
	})
}

// DropCorrection gives a corrected revision up: the published one stands as if it had never been begun. What the therapist
// wrote for it is kept for a next time. Faults: conflict when none is being made or a worker has it, stale, forbidden for a
// trainee.
func (s *Service) DropCorrection(ctx context.Context, actor Actor, id uuid.UUID, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, decide, version, func(t *txn, r *models.Report) error {
		from := []models.ReportStatus{models.ReportDraft, models.ReportFailed, models.ReportApproved}
		if !r.Correcting() || !slices.Contains(from, r.Status) {
			return fault.New(fault.Conflict, "progress.not_correcting")
		}
		if err := models.EndRevisions(t.DB, r.ID, *r.ShownRevision+1, t.now); err != nil {
			return err
		}
		shown, err := models.RevisionState(t.DB, r.ID, *r.ShownRevision)
		if err != nil {
			return err
		}
		r.Status, r.Revision, r.SHA256, r.BuiltAt, r.ApprovedBy, r.ApprovedAt, r.PublishAt, r.Error = models.ReportPublished, shown.Revision, &shown.SHA256, &shown.BuiltAt, &shown.ApprovedBy, &shown.ApprovedAt, nil, nil
		change := map[string]any{
			"status": r.Status, "revision": r.Revision, "sha256": shown.SHA256, "built_at": shown.BuiltAt, "approved_by": shown.ApprovedBy, "approved_at": shown.ApprovedAt,
			"publish_at": nil, "error": nil, "snapshot": nil, "pdf": nil,
		}
		if err := t.changeReport(r, change, from...); err != nil {
			return err
		}
		if err := t.dropReminders("approval", []uuid.UUID{r.ID}, "done"); err != nil {
			return err
		}
		return t.noteReport("change", *r)
	})
}

// WithdrawReport takes a report back: no partner sees it any more, and a new one can be asked for. What readers have can be
// taken back at any moment, also while a corrected revision waits for a worker. Faults: conflict while one that nobody has is
// being built or when it was withdrawn before, stale, forbidden for a trainee.
func (s *Service) WithdrawReport(ctx context.Context, actor Actor, id uuid.UUID, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, decide, version, func(t *txn, r *models.Report) error {
		from := []models.ReportStatus{models.ReportDraft, models.ReportApproved, models.ReportPublished, models.ReportFailed}
		if r.ShownRevision != nil {
			from = append(from, models.ReportQueued, models.ReportBuilding)
		}
		if !slices.Contains(from, r.Status) {
			return fault.New(fault.Conflict, "progress.not_withdrawable")
		}
		r.Status, r.ShownRevision = models.ReportWithdrawn, nil
		if err := t.changeReport(r, map[string]any{"status": r.Status, "shown_revision": nil}, from...); err != nil {
			return err
		}
		if err := models.EndRevisions(t.DB, r.ID, 1, t.now); err != nil {
			return err
		}
		for _, cause := range []string{"report", "approval"} {
			if err := t.dropReminders(cause, []uuid.UUID{r.ID}, "withdrawn"); err != nil {
				return err
			}
		}
		return t.noteReport("withdraw", *r)
	})
}
