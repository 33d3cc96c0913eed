package care

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// reminderLife is how long the message that something is ready is worth sending.
const reminderLife = 7 * 24 * time.Hour

// ApproveReport approves a draft: its exact octets are kept with their hash, and it is published now or at publishAt; its
// readers get a neutral message. The therapists' own report is published to them alone. The version pins what was read: a
// draft that was rebuilt since is stale. Faults: conflict unless it is a draft, stale, forbidden for a trainee.
func (s *Service) ApproveReport(ctx context.Context, actor Actor, id uuid.UUID, publishAt *time.Time, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, decide, version, func(t *txn, r *models.Report) error { return t.approve(r, publishAt) })
}

func (t *txn) approve(r *models.Report, publishAt *time.Time) error {
	if r.Status != models.ReportDraft {
		return fault.New(fault.Conflict, "progress.not_draft")
	}
	if outdated, err := t.lineTakenBack(*r); err != nil {
		return err
	} else if outdated {
		return fault.New(fault.Conflict, "progress.consent_changed")
	}
	later := publishAt != nil && publishAt.After(t.now)
	if later && publishAt.After(t.now.AddDate(1, 0, 0)) {
		return fault.Fieldf("publish_at", "error.field.date", nil)
	}
	if err := t.keepRevision(*r); err != nil {
		return err
	}
	if err := t.dropReminders("approval", []uuid.UUID{r.ID}, "done"); err != nil {
		return err
	}
	r.Status, r.ApprovedAt, r.ApprovedBy = models.ReportApproved, &t.now, ref(t.actor.ID)
	change := map[string]any{"status": r.Status, "approved_at": t.now, "approved_by": t.actor.ID, "publish_at": nil, "snapshot": nil, "pdf": nil}
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
}

// keepRevision moves a draft's documents into a revision of their own, to the octet. A draft whose octets are not those of
// its hash is approved by nobody.
func (t *txn) keepRevision(r models.Report) error {
	r, err := models.ReportDocuments(t.DB, r.ID)
	if err != nil {
		return err
	}
	if r.SHA256 == nil || r.BuiltAt == nil || len(r.PDF) == 0 {
		return fault.New(fault.Conflict, "progress.not_built")
	}
	draft := built{report: r, snapshot: r.Snapshot, pdf: r.PDF, sha256: *r.SHA256}
	lean, _, err := t.openFile(draft)
	if err != nil {
		return err
	}
	snapshot, ok, err := t.open(draft.place("snapshot"), draft.snapshot)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Missing()
	}
	kept := models.ReportRevision{
		Row: models.NewRow(t.PracticeID), ReportID: r.ID, Revision: r.Revision, SHA256: *r.SHA256, BuiltAt: *r.BuiltAt,
		ApprovedBy: t.actor.ID, ApprovedAt: t.now,
	}
	draft.revision = kept.ID
	if kept.PDF, err = t.seal(draft.place("pdf"), lean); err != nil {
		return err
	}
	if kept.Snapshot, err = t.seal(draft.place("snapshot"), snapshot); err != nil {
		return err
	}
	return models.AddRevision(t.DB, &kept)
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
			return t.buildAgain(&r)
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
	back, err := models.ConsentsTakenBack(t.DB, []uuid.UUID{r.CoupleID}, models.ConsentReportLine)
	return lineOutdated(r, back), err
}

// lineOutdated tells whether a couple's report was built before a yes to an own line in it was last taken back.
func lineOutdated(r models.Report, takenBack map[uuid.UUID]time.Time) bool {
	at, some := takenBack[r.CoupleID]
	return some && r.Audience == forCouple && r.BuiltAt != nil && !at.Before(*r.BuiltAt)
}

// publish opens an approved revision to its readers, in the place of an earlier one, and plans the message that something is
// ready for them.
func (t *txn) publish(r *models.Report) error {
	change := map[string]any{"status": models.ReportPublished, "published_at": t.now, "shown_revision": r.Revision}
	if r.ShownRevision != nil {
		r.CorrectedAt, change["corrected_at"] = &t.now, t.now
	}
	shown := r.Revision
	r.Status, r.PublishedAt, r.ShownRevision = models.ReportPublished, &t.now, &shown
	if err := models.PublishRevision(t.DB, r.ID, shown, t.now); err != nil {
		return err
	}
	if err := t.changeReport(r, change, models.ReportApproved); err != nil {
		return err
	}
	readers, err := t.readersOf(*r)
	if err != nil {
		return err
	}
	var people []uuid.UUID
	for _, p := range readers {
		if p.Status == models.PartnerActive || p.Status == models.PartnerPaused { // Whoever pauses hears of it when back.
			people = append(people, p.ID)
		}
	}
	if err := t.dropReminders("report", []uuid.UUID{r.ID}, "changed"); err != nil { // Of an earlier revision.
		return err
	}
	err = t.planFor("report", r.ID, "partner", people, func(l leads, zone *time.Location) []planned { return reportMoments(t.now, l, zone) })
	if err != nil {
		return err
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
