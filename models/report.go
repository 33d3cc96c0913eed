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
	PDF         Sealed  `gorm:"column:pdf"`
	SHA256      *string `gorm:"column:sha256"`
	Error       *string
	BuiltAt     *time.Time
	ApprovedBy  *uuid.UUID
	ApprovedAt  *time.Time
	PublishAt   *time.Time
	PublishedAt *time.Time
	Version     int
	CreatedAt   time.Time
}
