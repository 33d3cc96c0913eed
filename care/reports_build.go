package care

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/models"
	"tussentijds/reports"
)

// buildReport gathers, draws and keeps a queued report as a draft. The PDF is drawn between two transactions. Running it
// again, or twice at once, gives one draft: whoever finishes second finds the version gone. What cannot be drawn becomes
// a failed report and an alert, and holds up no other; only a part that is away is worth another try.
func (s *Service) buildReport(ctx context.Context, practiceID, reportID uuid.UUID) error {
	r, snapshot, begun, err := s.gatherReport(ctx, practiceID, reportID)
	if err == nil && !begun {
		return nil
	}
	var pdf []byte
	if err == nil {
		pdf, err = reports.Build(snapshot)
	}
	if err == nil {
		err = s.keepReport(ctx, r, snapshot, pdf)
	}
	if err == nil || fault.Is(err, fault.Unavailable) || r.ID == uuid.Nil {
		return err
	}
	return s.failReport(ctx, r, fault.From(err).Code)
}

// gatherReport marks a report as being built and gathers what it shows; begun is false when there is nothing to build. A
// panic over one couple's rows is that report's fault alone.
func (s *Service) gatherReport(ctx context.Context, practiceID, reportID uuid.UUID) (r models.Report, snapshot reports.Snapshot, begun bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fault.Wrap(fault.Internal, fmt.Errorf("gathering a report panicked with a %T", v))
		}
	}()
	err = s.inPractice(ctx, System(practiceID), func(t *txn) error {
		var err error
		if r, err = models.ReportWithNote(t.DB, reportID); err != nil {
			if errors.Is(err, gorm.ErrRecordNotFound) {
				return nil
			}
			return err
		}
		if begun, err = models.BeginBuilding(t.DB, r.ID, r.Version); err != nil || !begun {
			return err
		}
		snapshot, err = t.reportSnapshot(r)
		return err
	})
	return r, snapshot, begun, err
}

// keepReport writes what was built, unless the report changed meanwhile: then another job builds it anew.
func (s *Service) keepReport(ctx context.Context, r models.Report, snapshot reports.Snapshot, pdf []byte) error {
	return s.inPractice(ctx, System(r.PracticeID), func(t *txn) error {
		sealedPDF, err := t.seal(reportPlace(r, "pdf"), pdf)
		if err != nil {
			return err
		}
		sealedSnapshot, err := t.sealJSON(reportPlace(r, "snapshot"), snapshot)
		if err != nil {
			return err
		}
		kept, err := models.ChangeReport(t.DB, &r, map[string]any{
			"status": models.ReportDraft, "snapshot": sealedSnapshot, "pdf": sealedPDF, "sha256": sumOf(pdf), "built_at": t.now, "error": nil,
		}, models.ReportBuilding)
		if err != nil || !kept {
			return err
		}
		if err := t.tellOfDraft(r); err != nil {
			return err
		}
		return t.noteReport("build", r)
	})
}

// tellOfDraft tells the couple's therapists that something waits for their approval: once in half a day, however many
// reports a month's end brings.
func (t *txn) tellOfDraft(r models.Report) error {
	members, err := models.TellOfDrafts(t.DB, r.CoupleID, t.now.Add(-12*time.Hour))
	if err != nil {
		return err
	}
	for _, id := range members {
		if err := t.planReminder("approval", r.ID, "member", id, t.now, t.now.Add(reminderLife)); err != nil {
			return err
		}
	}
	return nil
}

// failReport marks a report that could not be built, with the reason's code, and asks the therapists to look; once, however
// often it fails. It is written even when the worker's time for the report is over.
func (s *Service) failReport(ctx context.Context, r models.Report, code fault.Code) error {
	s.Log.ErrorContext(ctx, "a report could not be built", "report", r.ID, "code", string(code))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return s.inPractice(ctx, System(r.PracticeID), func(t *txn) error {
		failed, err := models.ChangeReport(t.DB, &r, map[string]any{"status": models.ReportFailed, "error": string(code)}, models.ReportQueued, models.ReportBuilding)
		if err != nil || !failed {
			return err
		}
		partner := uuid.Nil
		if r.PartnerID != nil {
			partner = *r.PartnerID
		}
		return t.raiseAlert("report_failed", r.CoupleID, partner, r.ID)
	})
}

// giveUpReport fails a report whose job was tried as often as a job is, so that it does not stand as being made for ever.
// One that was asked for anew since has a job of its own.
func (s *Service) giveUpReport(ctx context.Context, job models.Job, code fault.Code) error {
	var r models.Report
	err := s.inPractice(ctx, System(job.PracticeID), func(t *txn) error {
		var err error
		r, err = models.FindReport(t.DB, job.SubjectID)
		return err
	})
	if err != nil || reportKey(r) != job.UniqueKey {
		return err
	}
	return s.failReport(ctx, r, code)
}

// BuildNow builds a report at once and gives its PDF, for the command line. Nothing is kept. Faults: invalid, not_found.
func (s *Service) BuildNow(ctx context.Context, practiceID, coupleID uuid.UUID, in RequestReportInput) ([]byte, error) {
	var snapshot reports.Snapshot
	err := s.inPractice(ctx, cliActor(practiceID), func(t *txn) error {
		couple, err := models.FindCouple(t.DB, coupleID)
		if err != nil {
			return err
		}
		if in.Audience == "" {
			in.Audience = forCouple
		}
		r, err := t.wantedReport(couple, in)
		if err != nil {
			return err
		}
		if snapshot, err = t.reportSnapshot(r); err != nil {
			return err
		}
		return t.noteReport("export", r)
	})
	if err != nil {
		return nil, err
	}
	return reports.Build(snapshot)
}
