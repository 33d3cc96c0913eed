package care

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// maxReportNote is the longest word of the therapist to a couple, in characters.
const maxReportNote = 5_000

// reminderLife is how long the message that something is ready is worth sending.
const reminderLife = 7 * 24 * time.Hour

// onReport locks a report for a change, lets do work on it and gives its state.
func (s *Service) onReport(ctx context.Context, actor Actor, id uuid.UUID, r right, version int, do func(*txn, *models.Report) error) (ReportView, error) {
	var view ReportView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		row, err := t.reportFor(id, r)
		if err != nil {
			return err
		}
		if row.Version != version {
			return fault.New(fault.Stale, "")
		}
		if err := do(t, &row); err != nil {
			return err
		}
		view, err = t.reportView(row)
		return err
	})
	return view, err
}

// WriteReportNote sets the therapist's words and queues the rebuild of the draft. Faults: invalid, stale, conflict unless
// it is a draft.
func (s *Service) WriteReportNote(ctx context.Context, actor Actor, id uuid.UUID, note string, version int) (ReportView, error) {
	note = strings.TrimSpace(strings.ReplaceAll(note, "\r\n", "\n"))
	view, err := s.onReport(ctx, actor, id, writeClinical, version, func(t *txn, r *models.Report) error {
		var c fault.Collector
		checkWords(&c, "note", note, maxReportNote, "")
		if err := c.Err(); err != nil {
			return err
		}
		if r.Status != models.ReportDraft && r.Status != models.ReportFailed {
			return fault.New(fault.Conflict, "progress.not_draft")
		}
		change := map[string]any{"note": nil, "status": models.ReportQueued, "error": nil}
		if note != "" {
			sealed, err := t.seal(reportPlace(*r, "note"), []byte(note))
			if err != nil {
				return err
			}
			change["note"] = sealed
		}
		r.Status, r.Error = models.ReportQueued, nil
		if err := t.changeReport(r, change, models.ReportDraft, models.ReportFailed); err != nil {
			return err
		}
		return t.noteReport("change", *r)
	})
	view.Note = note
	return view, err
}

// ApproveReport approves a draft: it is published now or at publishAt, and its readers get a neutral message. The
// therapists' own report is published to them alone. Faults: conflict unless it is a draft, stale, forbidden for a trainee.
func (s *Service) ApproveReport(ctx context.Context, actor Actor, id uuid.UUID, publishAt *time.Time, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, decide, version, func(t *txn, r *models.Report) error {
		if r.Status != models.ReportDraft {
			return fault.New(fault.Conflict, "progress.not_draft")
		}
		if outdated, err := t.lineTakenBack(*r); err != nil {
			return err
		} else if outdated {
			return fault.New(fault.Conflict, "progress.consent_changed")
		}
		if err := t.dropReminders("approval", []uuid.UUID{r.ID}, "done"); err != nil {
			return err
		}
		later := publishAt != nil && publishAt.After(t.now)
		if later && publishAt.After(t.now.AddDate(1, 0, 0)) {
			return fault.Fieldf("publish_at", "error.field.date", nil)
		}
		r.Status, r.ApprovedAt, r.ApprovedBy = models.ReportApproved, &t.now, ref(actor.ID)
		change := map[string]any{"status": r.Status, "approved_at": t.now, "approved_by": actor.ID, "publish_at": nil}
		if later {
			at := publishAt.UTC()
			r.PublishAt, change["publish_at"] = &at, at
		}
		if err := t.changeReport(r, change, models.ReportDraft); err != nil {
			return err
		}
		if err := t.noteReport("approve", *r); err != nil {
			return err
		}
		if later {
			return t.queue(JobPublish, r.ID, reportKey(*r), *r.PublishAt)
		}
		return t.publish(r)
	})
}

// publishReport publishes an approved report whose moment has come; running it again changes nothing.
func (s *Service) publishReport(ctx context.Context, practiceID, reportID uuid.UUID) error {
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		r, err := models.LockReport(t.DB, reportID)
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if r.Status != models.ReportApproved || r.PublishAt != nil && r.PublishAt.After(t.now) {
			return nil // Withdrawn, made anew or published already.
		}
		outdated, err := t.lineTakenBack(r)
		if err != nil {
			return err
		}
		if outdated {
			_, err = t.askReport(r, true)
			return err
		}
		return t.publish(&r)
	})
}

// lineTakenBack tells whether a couple's report was built before a partner took back the yes to an own line in it. Such a
// report is not published: it is built anew and approved anew.
func (t *txn) lineTakenBack(r models.Report) (bool, error) {
	if r.Audience != forCouple || r.BuiltAt == nil {
		return false, nil
	}
	return models.ConsentTakenBack(t.DB, r.CoupleID, models.ConsentReportLine, *r.BuiltAt)
}

// publish opens an approved report to its readers and plans the message that something is ready for them.
func (t *txn) publish(r *models.Report) error {
	r.Status, r.PublishedAt = models.ReportPublished, &t.now
	if err := t.changeReport(r, map[string]any{"status": r.Status, "published_at": t.now}, models.ReportApproved); err != nil {
		return err
	}
	readers, err := t.readersOf(*r)
	if err != nil {
		return err
	}
	for _, p := range readers {
		if p.Status != models.PartnerActive {
			continue
		}
		if err := t.planReminder("report", r.ID, "partner", p.ID, t.now, t.now.Add(reminderLife)); err != nil {
			return err
		}
	}
	return t.noteReport("publish", *r)
}

// readersOf are the partners a report is meant for. Where the couple's report exists in more than one language, each is
// told of the one in the own language; who has none in the own language, of any.
func (t *txn) readersOf(r models.Report) ([]models.Partner, error) {
	if r.Audience == forTherapist {
		return nil, nil
	}
	partners, err := models.PartnersOf(t.DB, r.CoupleID)
	if err != nil {
		return nil, err
	}
	if r.PartnerID != nil {
		p, _ := partnerOf(partners, *r.PartnerID)
		return []models.Partner{p}, nil
	}
	others, err := models.OtherLanguages(t.DB, r)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(partners, func(p models.Partner) bool { return p.Locale != r.Locale && slices.Contains(others, p.Locale) }), nil
}

// WithdrawReport takes a report back: no partner sees it any more, and a new one can be asked for. Faults: conflict while
// it is being built or when it was withdrawn before, stale, forbidden for a trainee.
func (s *Service) WithdrawReport(ctx context.Context, actor Actor, id uuid.UUID, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, decide, version, func(t *txn, r *models.Report) error {
		from := []models.ReportStatus{models.ReportDraft, models.ReportApproved, models.ReportPublished, models.ReportFailed}
		if !slices.Contains(from, r.Status) {
			return fault.New(fault.Conflict, "progress.not_withdrawable")
		}
		r.Status = models.ReportWithdrawn
		if err := t.changeReport(r, map[string]any{"status": r.Status}, from...); err != nil {
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

// requestMonthly asks for the reports of a month ("2026-10") of every couple in therapy that had a session or an answer in
// it: the couple's in each language its partners need, each partner's own, and the therapists'. What stands already is
// left alone, so running it again changes nothing.
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
	for _, id := range couples { // A transaction each: one couple's trouble is not the others'.
		err := s.inPractice(ctx, System(practiceID), func(t *txn) error { return t.askMonthly(id, practice, when.month) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) askMonthly(coupleID uuid.UUID, practice models.Practice, month models.Day) error {
	partners, err := models.PartnersOf(t.DB, coupleID)
	if err != nil {
		return err
	}
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
	for _, w := range wanted {
		if _, err := t.askReport(w, false); err != nil {
			return err
		}
	}
	return nil
}
