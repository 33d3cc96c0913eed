package care

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
	"tussentijds/reports"
)

// ReportDocument is a report to read in the browser: the same snapshot the PDF was drawn from.
type ReportDocument struct {
	Report   ReportView
	Snapshot reports.Snapshot
	Later    bool // the actor left this version of the draft for later.
}

// reportFor loads a report for an act, without its documents. A partner knows published ones that are meant for them, and
// nothing of any other. Faults: not_found, forbidden.
func (t *txn) reportFor(id uuid.UUID, r right) (models.Report, error) {
	find := models.FindReport
	if r == writeClinical || r == decide {
		find = models.LockReport
	}
	row, err := find(t.DB, id)
	if err != nil {
		return row, err
	}
	if t.actor.Partner() && (row.ShownRevision == nil || row.Audience == forTherapist || row.PartnerID != nil && *row.PartnerID != t.actor.ID) {
		return row, fault.Missing()
	}
	if t.actor.Partner() && r == readClinical {
		r = takePart
	}
	_, err = t.coupleFor(row.CoupleID, r)
	return row, err
}

func reportPlace(r models.Report, column string) place {
	switch {
	case r.Audience == forPartner && r.PartnerID != nil:
		return place{keyPerson, *r.PartnerID, "reports", column, r.ID}
	case r.Audience == forTherapist:
		return place{keyPractice, r.PracticeID, "reports", column, r.ID}
	}
	return place{keyCouple, r.CoupleID, "reports", column, r.ID}
}

// Report gives one report's state. A partner knows published ones only, at the revision that is published. Faults:
// not_found, forbidden.
func (s *Service) Report(ctx context.Context, actor Actor, id uuid.UUID) (ReportView, error) {
	var view ReportView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		r, err := t.reportFor(id, readClinical)
		if err != nil {
			return err
		}
		if actor.Partner() {
			shown, err := models.RevisionState(t.DB, r.ID, *r.ShownRevision)
			view = publishedView(atRevision(r, shown))
			return err
		}
		with, err := models.ReportWithNote(t.DB, id)
		if err != nil {
			return err
		}
		if view, err = t.editedView(with); err != nil {
			return err
		}
		return t.noteReport("read", r)
	})
	return view, err
}

// atRevision is a report as it stood with an approved revision.
func atRevision(r models.Report, v models.ReportRevision) models.Report {
	r.Revision, r.SHA256, r.PublishedAt = v.Revision, &v.SHA256, v.PublishedAt
	return r
}

// editedView is reportView with what the therapist set, opened from a report that was read with its note.
func (t *txn) editedView(r models.Report) (ReportView, error) {
	view, err := t.reportView(r)
	if err != nil {
		return view, err
	}
	if view.Note, err = t.openText(reportPlace(r, "note"), r.Note); err != nil {
		return view, err
	}
	edits, err := t.reportEdits(r)
	view.Goals, view.LeftOut = edits.Goals, edits.LeftOut
	return view, err
}

// ReadReport gives the report's content for the browser: to a partner what is published, to the practice the newest
// revision. It is read and logged; for a partner it is opened now, and a member had this version of a draft before them.
// Faults: not_found, forbidden, conflict while it has not been built.
func (s *Service) ReadReport(ctx context.Context, actor Actor, id uuid.UUID) (ReportDocument, error) {
	return s.readReport(ctx, actor, id, true)
}

// RereadReport is ReadReport for what happens to a report: whoever sent something has the version before them that it was sent
// from, and not the one that is there by now. Faults: as ReadReport.
func (s *Service) RereadReport(ctx context.Context, actor Actor, id uuid.UUID) (ReportDocument, error) {
	return s.readReport(ctx, actor, id, false)
}

func (s *Service) readReport(ctx context.Context, actor Actor, id uuid.UUID, seen bool) (ReportDocument, error) {
	var doc ReportDocument
	err := s.inPractice(ctx, actor, func(t *txn) error {
		b, err := t.builtReport(id, "read")
		if err == nil && seen {
			err = t.glance(b.report)
		}
		if err != nil {
			return err
		}
		doc, err = t.openReport(b)
		return err
	})
	return doc, err
}

// ReportPDF gives the PDF's octets, of what ReadReport shows; every download is logged. What was approved is checked against
// the hash it was approved with. Faults: not_found, forbidden, conflict while it has not been built.
func (s *Service) ReportPDF(ctx context.Context, actor Actor, id uuid.UUID) ([]byte, ReportView, error) {
	var pdf []byte
	var view ReportView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		b, err := t.builtReport(id, "print")
		if err == nil {
			err = t.glance(b.report)
		}
		if err != nil {
			return err
		}
		if pdf, err = t.openPDF(b); err != nil {
			return err
		}
		view, err = t.readerView(b.report)
		return err
	})
	return pdf, view, err
}

func (t *txn) readerView(r models.Report) (ReportView, error) {
	if t.actor.Partner() {
		return publishedView(r), nil
	}
	return t.editedView(r)
}

// built is a report with the documents of one revision of it, and where those stand.
type built struct {
	report        models.Report
	revision      uuid.UUID // the row of an approved revision; zero for a draft.
	snapshot, pdf models.Sealed
	sha256        string
}

// place is where a document of the revision stands: a draft's in the report, an approved one's in its own row.
func (b built) place(column string) place {
	p := reportPlace(b.report, column)
	if b.revision != uuid.Nil {
		p.table, p.row = "report_revisions", b.revision
	}
	return p
}

// openPDF opens a report's file, whole, and compares it with the hash kept beside it. Faults: not_found when the person it is
// about was erased.
func (t *txn) openPDF(b built) ([]byte, error) {
	_, pdf, err := t.openFile(b)
	return pdf, err
}

// openFile is openPDF that also gives the file as it is kept.
func (t *txn) openFile(b built) (lean, pdf []byte, err error) {
	lean, ok, err := t.open(b.place("pdf"), b.pdf)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		return nil, nil, fault.Missing()
	}
	pdf, err = t.wholeFile(lean, b.sha256)
	return lean, pdf, err
}

func sumOf(octets []byte) string {
	sum := sha256.Sum256(octets)
	return hex.EncodeToString(sum[:])
}

// builtReport loads a report with its documents for reading, and puts that on the record: for a partner the revision that
// is published, for others the newest.
func (t *txn) builtReport(id uuid.UUID, verb string) (b built, err error) {
	r, err := t.reportFor(id, readClinical)
	if err != nil {
		return b, err
	}
	if t.actor.Partner() {
		if b, err = t.revisionOf(r, *r.ShownRevision); err != nil {
			return b, err
		}
		return b, errors.Join(t.openedBy(b, verb == "print"), t.noteReport(verb, r))
	}
	if r, err = models.ReportDocuments(t.DB, id); err != nil {
		return b, err
	}
	switch {
	case r.InWork() || r.Status == models.ReportFailed:
		return b, fault.New(fault.Conflict, "progress.not_built")
	case len(r.PDF) > 0 && r.SHA256 != nil:
		b = built{report: r, snapshot: r.Snapshot, pdf: r.PDF, sha256: *r.SHA256}
	case r.SHA256 == nil:
		return b, fault.New(fault.Conflict, "progress.not_built")
	default:
		if b, err = t.revisionOf(r, r.Revision); err != nil {
			return b, err
		}
	}
	return b, t.noteReport(verb, r)
}

// leftForLater tells whether the acting member looked at this version of a draft and left it for later.
func (t *txn) leftForLater(r models.Report) (bool, error) {
	if !t.actor.Member() || r.Status != models.ReportDraft {
		return false, nil
	}
	glances, err := models.Glances(t.DB, t.actor.ID, []uuid.UUID{r.ID})
	g := glances[r.ID]
	return g.Later && g.Version == r.Version, err
}

// glance notes that the acting member has this version of a draft before them.
func (t *txn) glance(r models.Report) error {
	if !t.actor.Member() || r.Status != models.ReportDraft {
		return nil
	}
	return models.Glance(t.DB, models.ReportGlance{Row: models.NewRow(t.PracticeID), ReportID: r.ID, MemberID: t.actor.ID, Version: r.Version, GlancedAt: t.now})
}

// revisionOf loads an approved revision of a report. Faults: not_found.
func (t *txn) revisionOf(r models.Report, revision int) (built, error) {
	v, err := models.FindRevision(t.DB, r.ID, revision)
	if err != nil {
		return built{}, err
	}
	return built{report: atRevision(r, v), revision: v.ID, snapshot: v.Snapshot, pdf: v.PDF, sha256: v.SHA256}, nil
}

// openedBy notes that the acting partner opened a revision, which then is no news to that partner any more.
func (t *txn) openedBy(b built, downloaded bool) error {
	o := models.ReportOpening{Row: models.NewRow(t.PracticeID), ReportID: b.report.ID, Revision: b.report.Revision, PartnerID: t.actor.ID, OpenedAt: t.now}
	if downloaded {
		o.DownloadedAt = &t.now
	}
	if err := models.DropRemindersTo(t.DB, "report", b.report.ID, t.actor.ID, "opened"); err != nil {
		return err
	}
	return models.OpenRevision(t.DB, o)
}
