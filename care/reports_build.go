package care

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
	"tussentijds/reports"
)

// buildReport builds one queued report. The fault is one that is worth another try; what cannot be drawn has become a failed
// report and an alert.
func (s *Service) buildReport(ctx context.Context, practiceID, reportID uuid.UUID) error {
	return s.buildReports(ctx, practiceID, []uuid.UUID{reportID})[reportID]
}

// drawn is what came of building one report.
type drawn struct {
	gathered
	file leanFile
}

// buildReports gathers, draws and keeps queued reports of a practice as drafts, with a handful of round trips for all of them.
// The PDFs are drawn between two transactions. Running it again, or twice at once, gives one draft each: whoever finishes
// second finds the version gone. What cannot be drawn becomes a failed report and an alert, alone; again has the fault of each
// report that is worth another try.
func (s *Service) buildReports(ctx context.Context, practiceID uuid.UUID, ids []uuid.UUID) (again map[uuid.UUID]error) {
	again = map[uuid.UUID]error{}
	list, err := s.gatherReports(ctx, practiceID, ids)
	if err == nil {
		for i := range list {
			if list[i].err == nil && ctx.Err() == nil {
				list[i].draw()
			}
		}
		if err = ctx.Err(); err == nil {
			err = s.keepReports(ctx, practiceID, list)
		}
	}
	switch {
	case err == nil:
		for _, r := range list {
			if r.err != nil {
				again[r.report.ID] = s.setAside(ctx, practiceID, r.report.ID, r.err)
			}
		}
	case len(ids) > 1 && ctx.Err() == nil && !fault.Is(err, fault.Unavailable):
		for _, id := range ids { // One of them spoils it for all: it is found by building each alone.
			again[id] = s.buildReport(ctx, practiceID, id)
		}
	default:
		for _, id := range ids {
			again[id] = s.setAside(ctx, practiceID, id, err)
		}
	}
	maps.DeleteFunc(again, func(_ uuid.UUID, err error) bool { return err == nil })
	return again
}

// draw makes the report's file.
func (d *drawn) draw() {
	pdf, err := reports.Build(d.snapshot)
	if err == nil {
		d.file, err = leanOf(pdf)
	}
	d.err = err
}

// setAside makes a failed report of one that cannot be built. Only a part that is away is worth another try.
func (s *Service) setAside(ctx context.Context, practiceID, reportID uuid.UUID, err error) error {
	if fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
		return fault.Wrap(fault.Unavailable, err)
	}
	return s.failReport(ctx, practiceID, reportID, fault.From(err).Code)
}

// gatherReports marks reports as being built and gathers what they show. One that is gone, or not to be built any more, is
// left out.
func (s *Service) gatherReports(ctx context.Context, practiceID uuid.UUID, ids []uuid.UUID) ([]drawn, error) {
	var list []drawn
	err := s.inPractice(ctx, System(practiceID), func(t *txn) error {
		var rows []models.Report
		err := t.Round(func(q *db.Batch) {
			models.BatchForgettable(q) // That one is being made is only shown; it is kept whether or not that is remembered.
			models.BatchBeginBuilding(q, &rows, ids)
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		found, err := t.reportSnapshots(rows)
		if err != nil {
			return err
		}
		list = make([]drawn, len(found))
		for i, g := range found {
			list[i].gathered = g
		}
		return nil
	})
	return list, err
}

// keepReports writes what was built, unless a report changed meanwhile: then another job builds it anew.
func (s *Service) keepReports(ctx context.Context, practiceID uuid.UUID, list []drawn) error {
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		var keys []models.WrappedKey
		couples := make([]uuid.UUID, 0, len(list))
		for _, r := range list {
			couples = append(couples, r.report.CoupleID)
		}
		fonts, sums := fontsOf(list)
		known := map[reports.FontSum]bool{}
		err := t.Round(func(q *db.Batch) {
			models.BatchCoupleKeys(q, &keys, couples)
			models.BatchFontSums(q, func(sum []byte) { known[reports.FontSum(sum)] = true }, sumsOf(sums))
		})
		if err != nil {
			return err
		}
		if err := t.take(keys); err != nil {
			return err
		}
		var drafts []models.ReportDraftRow
		built := map[uuid.UUID]*drawn{}
		for i := range list {
			r := &list[i]
			if r.err != nil {
				continue
			}
			draft, err := t.sealReport(*r)
			if fault.Is(err, fault.Conflict) { // Whose report it is was erased meanwhile.
				r.err = err
				continue
			}
			if err != nil {
				return err
			}
			drafts = append(drafts, draft)
			built[r.report.ID] = r
		}
		var done []models.Report
		keep := func(id uuid.UUID) {
			r := built[id]
			done = append(done, r.report)
			t.noteReportFor(r.work.partners, "build", r.report)
		}
		err = t.Round(func(q *db.Batch) {
			t.addFonts(q, fonts, known)
			models.BatchKeepReports(q, keep, drafts, t.now)
		})
		if err != nil || len(done) == 0 {
			return err
		}
		if err := t.tellOfDrafts(done); err != nil {
			return err
		}
		events := t.events
		t.events = nil
		return t.Round(func(q *db.Batch) { models.BatchEvents(q, events) })
	})
}

// sealReport seals a report's documents. Faults: conflict when its owner was erased.
func (t *txn) sealReport(r drawn) (models.ReportDraftRow, error) {
	draft := models.ReportDraftRow{ID: r.report.ID, Version: r.report.Version, SHA256: r.file.sha256}
	var err error
	if draft.PDF, err = t.seal(reportPlace(r.report, "pdf"), r.file.octets); err != nil {
		return draft, err
	}
	draft.Snapshot, err = t.sealPacked(reportPlace(r.report, "snapshot"), r.snapshot)
	return draft, err
}

// tellOfDrafts tells the couples' therapists that something waits for their approval: at once only once in half a day, however
// many reports a month's end brings, and once more for each that is left lying.
func (t *txn) tellOfDrafts(drafts []models.Report) error {
	couples := make([]uuid.UUID, len(drafts))
	for i, r := range drafts {
		couples[i] = r.CoupleID
	}
	approvers, err := models.ApproversOf(t.DB, couples, t.now.Add(-12*time.Hour))
	if err != nil {
		return err
	}
	members := make([]uuid.UUID, len(approvers))
	for i, a := range approvers {
		members[i] = a.MemberID
	}
	wanted, err := t.leadsOf(members...)
	if err != nil {
		return err
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	told := map[uuid.UUID]bool{}
	for _, a := range approvers {
		if a.Told {
			told[a.MemberID] = true
		}
	}
	var rows []models.Reminder
	for _, r := range drafts {
		for _, a := range approvers {
			if a.CoupleID != r.CoupleID {
				continue
			}
			list := approvalMoments(t.now, wanted[a.MemberID], practice.Zone())
			if told[a.MemberID] {
				list = list[1:]
			}
			told[a.MemberID] = true
			rows = append(rows, t.messages("approval", r.ID, recipient{"member", a.MemberID}, list)...)
		}
	}
	return t.plan(rows)
}

// failReport marks a report that could not be built, with the reason's code, and asks the therapists to look; once, however
// often it fails. It is written even when the worker's time for the report is over.
func (s *Service) failReport(ctx context.Context, practiceID, reportID uuid.UUID, code fault.Code) error {
	s.Log.ErrorContext(ctx, "a report could not be built", "report", reportID, "code", string(code))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		r, err := models.FindReport(t.DB, reportID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		failed, err := models.ChangeReport(t.DB, &r, map[string]any{"status": models.ReportFailed, "error": string(code)}, models.ReportQueued, models.ReportBuilding)
		if err != nil || !failed {
			return err
		}
		if err := t.dropReminders("approval", []uuid.UUID{r.ID}, "changed"); err != nil {
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
	return s.failReport(ctx, job.PracticeID, r.ID, code)
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
