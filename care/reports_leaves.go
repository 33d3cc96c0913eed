package care

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/reports"
)

// LeafLook says where the pages of a report, and the practice's logo on them, stand on a screen.
type LeafLook = reports.Look

// ReportLeaves is a report as its pages look.
type ReportLeaves struct {
	ReportDocument
	// Pages are the pages of the very PDF that is kept. They are nil when it is not drawn the same way any more, as after an
	// upgrade or with another logo: then the file alone tells what it looks like.
	Pages []reports.Leaf
}

// ReadLeaves gives a report as ReadReport does, with its pages as they are printed; look says where those stand on a screen.
// They are drawn from the kept snapshot, and are given only when the PDF that they are drawn with is the kept one, octet for
// octet. Faults: those of ReadReport.
func (s *Service) ReadLeaves(ctx context.Context, actor Actor, id uuid.UUID, look LeafLook) (ReportLeaves, error) {
	return s.readLeaves(ctx, actor, id, look, true)
}

// RereadLeaves is to ReadLeaves what RereadReport is to ReadReport.
func (s *Service) RereadLeaves(ctx context.Context, actor Actor, id uuid.UUID, look LeafLook) (ReportLeaves, error) {
	return s.readLeaves(ctx, actor, id, look, false)
}

func (s *Service) readLeaves(ctx context.Context, actor Actor, id uuid.UUID, look LeafLook, seen bool) (ReportLeaves, error) {
	var out ReportLeaves
	kept := ""
	err := s.inPractice(ctx, actor, func(t *txn) error {
		b, err := t.builtReport(id, "read")
		if err == nil && seen {
			err = t.glance(b.report)
		}
		if err != nil {
			return err
		}
		if out.ReportDocument, err = t.openReport(b); err != nil {
			return err
		}
		kept = b.sha256
		brand, err := t.reportBrand()
		if brand.LogoID == out.Snapshot.Brand.LogoID {
			out.Snapshot.Brand.Logo = brand.Logo
		}
		return err
	})
	if err != nil {
		return out, err
	}
	pdf, pages, err := reports.Leaves(out.Snapshot, look)
	out.Snapshot.Brand.Logo = nil
	if err != nil {
		s.Log.WarnContext(ctx, "a report that was built before cannot be drawn now", "report", id, "code", string(fault.From(err).Code))
		return out, nil //nolint:nilerr // What was kept can still be read as text, and as the file that it is.
	}
	if sumOf(pdf) == kept {
		out.Pages = pages
	}
	return out, nil
}

// openReport opens a revision's content. Faults: not_found when the person it was about was erased.
func (t *txn) openReport(b built) (ReportDocument, error) {
	var doc ReportDocument
	if ok, err := t.openJSON(b.place("snapshot"), b.snapshot, &doc.Snapshot); err != nil {
		return doc, err
	} else if !ok {
		return doc, fault.Missing()
	}
	var err error
	if doc.Later, err = t.leftForLater(b.report); err != nil {
		return doc, err
	}
	doc.Report, err = t.readerView(b.report)
	return doc, err
}
