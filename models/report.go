package models

import (
	"time"

	"github.com/google/uuid"
)

// ReportStatus is where a report stands.
type ReportStatus string

// The states of a report.
const (
	ReportQueued    ReportStatus = "queued"
	ReportBuilding  ReportStatus = "building"
	ReportDraft     ReportStatus = "draft"
	ReportApproved  ReportStatus = "approved"
	ReportPublished ReportStatus = "published"
	ReportFailed    ReportStatus = "failed"
	ReportWithdrawn ReportStatus = "withdrawn"
)

// Report is one couple's one month for one audience in one language, as a PDF.
type Report struct {
	Row
	CoupleID    uuid.UUID
	Month       Day // the first day of the month.
	Audience    string
	PartnerID   *uuid.UUID
	Locale      string
	Status      ReportStatus
	Revision    int
	Snapshot    Sealed
	Note        Sealed
	Edits       Sealed  // what else the therapist set in it: goals, and sections left out.
	PDF         Sealed  `gorm:"column:pdf"`
	SHA256      *string `gorm:"column:sha256"`
	Error       *string
	BuiltAt     *time.Time
	ApprovedBy  *uuid.UUID
	ApprovedAt  *time.Time
	PublishAt   *time.Time
	PublishedAt *time.Time
	// ShownRevision is the approved revision that its readers have now; nil when nothing of it is published. While a corrected
	// one is being made it stays, so status and revision tell where the newest one stands.
	ShownRevision *int
	CorrectedAt   *time.Time // when a corrected revision took the place of a published one.
	Version       int
	CreatedAt     time.Time
}

// InWork tells whether a worker has it, or will.
func (r Report) InWork() bool { return r.Status == ReportQueued || r.Status == ReportBuilding }

// Correcting tells whether a corrected revision is being made while readers have an earlier one.
func (r Report) Correcting() bool {
	return r.ShownRevision != nil && *r.ShownRevision != r.Revision
}

// ReportRevision is what was approved once, to the octet. Its documents are never written again.
type ReportRevision struct {
	Row
	ReportID    uuid.UUID
	Revision    int
	Snapshot    Sealed
	PDF         Sealed `gorm:"column:pdf"`
	SHA256      string `gorm:"column:sha256"`
	BuiltAt     time.Time
	ApprovedBy  uuid.UUID
	ApprovedAt  time.Time
	PublishedAt *time.Time
	WithdrawnAt *time.Time // taken back, or given up before anybody had it.
}

// ReportOpening is when a partner first opened a published revision, and first downloaded it.
type ReportOpening struct {
	Row
	ReportID     uuid.UUID
	Revision     int
	PartnerID    uuid.UUID
	OpenedAt     time.Time
	DownloadedAt *time.Time
}

// ReportGlance is the version of a draft that a member last had before them.
type ReportGlance struct {
	Row
	ReportID  uuid.UUID
	MemberID  uuid.UUID
	Version   int
	GlancedAt time.Time
	Later     bool // it was looked at and is to be decided on later; void once another version is there.
}
