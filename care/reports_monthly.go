package care

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/models"
)

// couplesAtOnce is of how many couples the reports of a month are asked for in one transaction.
const couplesAtOnce = 200

// requestMonthly asks for the reports of a month ("2026-10") of every couple in therapy that had a session or an answer in
// it: the couple's in each language its partners need, each partner's own, and the therapists'. What stands already is
// left alone, so running it again changes nothing. The workers find the jobs by themselves.
func (s *Service) requestMonthly(ctx context.Context, practiceID uuid.UUID, month string) error {
	var couples []uuid.UUID
	var practice models.Practice
	var when span
	err := s.inPractice(ctx, System(practiceID), func(t *txn) error {
		var err error
		if practice, err = t.thePractice(); err != nil {
			return err
		}
		if when, err = spanOf(month, t.now, practice.Zone()); err != nil {
			return err
		}
		couples, err = models.BusyCouples(t.DB, when.from, when.until)
		return err
	})
	if err != nil {
		return err
	}
	for list := range slices.Chunk(couples, couplesAtOnce) {
		err := s.inPractice(ctx, System(practiceID), func(t *txn) error { return t.askMonthly(list, practice, when.month) })
		if err != nil {
			return err
		}
	}
	return nil
}

// askMonthly asks for a month's reports of couples, a couple's together.
func (t *txn) askMonthly(couples []uuid.UUID, practice models.Practice, month models.Day) error {
	partners, err := models.PartnersOf(t.DB, couples...)
	if err != nil {
		return err
	}
	of := map[uuid.UUID][]models.Partner{}
	for _, p := range partners {
		of[p.CoupleID] = append(of[p.CoupleID], p)
	}
	var wanted []models.Report
	for _, id := range couples {
		for _, r := range monthlyReports(id, of[id], practice, month) {
			r.Row, r.Status, r.Revision, r.Version, r.CreatedAt = models.NewRow(t.PracticeID), models.ReportQueued, 1, 1, t.now
			wanted = append(wanted, r)
		}
	}
	made := map[uuid.UUID]bool{}
	if err := t.Round(func(q *db.Batch) { models.BatchAddReports(q, func(id uuid.UUID) { made[id] = true }, wanted) }); err != nil {
		return err
	}
	var jobs []models.Job
	for _, r := range wanted {
		if made[r.ID] {
			jobs = append(jobs, models.Job{
				Row: models.NewRow(t.PracticeID), Kind: JobBuildReport, SubjectID: r.ID, RunAt: t.now, State: "due", UniqueKey: reportKey(r), CreatedAt: t.now,
			})
		}
	}
	return t.Round(func(q *db.Batch) { models.BatchAddJobs(q, jobs) })
}

// monthlyReports are what a couple gets of a month.
func monthlyReports(coupleID uuid.UUID, partners []models.Partner, practice models.Practice, month models.Day) []models.Report {
	wanted := []models.Report{{CoupleID: coupleID, Month: month, Audience: forTherapist, Locale: practice.Locale}}
	var spoken []string
	for _, p := range partners {
		if p.Status == models.PartnerWithdrawn {
			continue
		}
		if !slices.Contains(spoken, p.Locale) {
			spoken = append(spoken, p.Locale)
			wanted = append(wanted, models.Report{CoupleID: coupleID, Month: month, Audience: forCouple, Locale: p.Locale})
		}
		wanted = append(wanted, models.Report{CoupleID: coupleID, Month: month, Audience: forPartner, PartnerID: &p.ID, Locale: p.Locale})
	}
	return wanted
}
