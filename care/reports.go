package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
	"tussentijds/reports"
)

// RequestReportInput asks for a report.
type RequestReportInput struct {
	Month     string `json:"month" form:"month"`                     // YYYY-MM.
	Audience  string `json:"audience" form:"audience"`               // couple, partner, therapist.
	PartnerID string `json:"partner_id,omitempty" form:"partner_id"` // with audience partner.
	Locale    string `json:"locale,omitempty" form:"locale"`
}

// ReportView is a report's state.
type ReportView struct {
	ID          uuid.UUID           `json:"id"`
	CoupleID    uuid.UUID           `json:"couple_id"`
	CoupleName  string              `json:"-"`
	Month       string              `json:"month"`
	Audience    string              `json:"audience"`
	PartnerID   *uuid.UUID          `json:"partner_id,omitempty"`
	Locale      string              `json:"locale"`
	Status      models.ReportStatus `json:"status"`
	Revision    int                 `json:"revision"`
	SHA256      *string             `json:"sha256,omitempty"`
	Error       *string             `json:"error,omitempty"`
	PublishAt   *time.Time          `json:"publish_at,omitempty"`
	PublishedAt *time.Time          `json:"published_at,omitempty"`
	Note        string              `json:"note,omitempty"` // therapist only, until it stands in the report.
	Version     int                 `json:"version"`
	CreatedAt   time.Time           `json:"created_at"`
}

// ReportDocument is a report to read in the browser: the same snapshot the PDF was drawn from.
type ReportDocument struct {
	Report   ReportView
	Snapshot reports.Snapshot
}

// RequestReport queues the building of a report, once per couple, month, audience, reader and language; asking again
// rebuilds a draft and makes a new revision of a published one. Faults: invalid, not_found.
func (s *Service) RequestReport(ctx context.Context, actor Actor, coupleID uuid.UUID, in RequestReportInput) (ReportView, error) {
	return ReportView{}, errUnbuilt
}

// ListReports lists reports: a member's couples', or those published for a partner. coupleID may be nil.
func (s *Service) ListReports(ctx context.Context, actor Actor, coupleID uuid.UUID, page Page) (List[ReportView], error) {
	return List[ReportView]{}, errUnbuilt
}

// Report gives one report's state. A partner knows published ones only.
func (s *Service) Report(ctx context.Context, actor Actor, id uuid.UUID) (ReportView, error) {
	return ReportView{}, errUnbuilt
}

// ReadReport gives the report's content for the browser; read and logged.
func (s *Service) ReadReport(ctx context.Context, actor Actor, id uuid.UUID) (ReportDocument, error) {
	return ReportDocument{}, errUnbuilt
}

// WriteReportNote sets the therapist's words and queues the rebuild of the draft. Faults: stale, conflict once approved.
func (s *Service) WriteReportNote(ctx context.Context, actor Actor, id uuid.UUID, note string, version int) (ReportView, error) {
	return ReportView{}, errUnbuilt
}

// ApproveReport approves a draft: it is published now or at publishAt, and its readers get a neutral message. Faults: conflict, stale.
func (s *Service) ApproveReport(ctx context.Context, actor Actor, id uuid.UUID, publishAt *time.Time, version int) (ReportView, error) {
	return ReportView{}, errUnbuilt
}

// WithdrawReport takes a report back.
func (s *Service) WithdrawReport(ctx context.Context, actor Actor, id uuid.UUID, version int) (ReportView, error) {
	return ReportView{}, errUnbuilt
}

// ReportPDF gives the PDF's octets; every download is logged.
func (s *Service) ReportPDF(ctx context.Context, actor Actor, id uuid.UUID) ([]byte, ReportView, error) {
	return nil, ReportView{}, errUnbuilt
}

// BuildNow builds a report at once and gives its PDF, for the command line.
func (s *Service) BuildNow(ctx context.Context, practiceID, coupleID uuid.UUID, in RequestReportInput) ([]byte, error) {
	return nil, errUnbuilt
}
