package care

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/models"
	"tussentijds/reports"
)

// ProgressPoint is one value on a day.
type ProgressPoint struct {
	On    models.Day `json:"on"`
	Value float64    `json:"value"`
}

// ProgressSeries is one measure over time, of one partner.
type ProgressSeries struct {
	Measure   string          `json:"measure"`
	Title     string          `json:"title"`
	PartnerID *uuid.UUID      `json:"partner_id,omitempty"`
	Min       float64         `json:"min"`
	Max       float64         `json:"max"`
	Points    []ProgressPoint `json:"points"`
}

// ProgressView is the figures behind a report: what its reader may know, no more.
type ProgressView struct {
	Month       string               `json:"month"`
	Homework    HomeworkCount        `json:"homework"`
	Weeks       []HomeworkWeek       `json:"weeks"`
	Series      []ProgressSeries     `json:"series"`
	Instruments []InstrumentProgress `json:"instruments"`
	Agreements  []AgreementProgress  `json:"agreements"`
	Wins        []WinView            `json:"wins"`
	Sessions    SessionCount         `json:"sessions"`
}

// HomeworkCount is tasks given and done.
type HomeworkCount struct {
	Assigned int `json:"assigned"`
	Done     int `json:"done"`
}

// HomeworkWeek is one week's count, by its Monday.
type HomeworkWeek struct {
	On       models.Day `json:"on"`
	Assigned int        `json:"assigned"`
	Done     int        `json:"done"`
}

// InstrumentProgress is an instrument's newest score of the month with the one before.
type InstrumentProgress struct {
	ExerciseID string     `json:"exercise_id"`
	Title      string     `json:"title"`
	PartnerID  *uuid.UUID `json:"partner_id,omitempty"`
	On         models.Day `json:"on"`
	Score      float64    `json:"score"`
	Max        float64    `json:"max"`
	Band       string     `json:"band"`
	Previous   *float64   `json:"previous,omitempty"`
	Caveat     string     `json:"caveat"`
}

// AgreementProgress is how an agreement was kept.
type AgreementProgress struct {
	ID    uuid.UUID `json:"id"`
	Title string    `json:"title"`
	Kept  int       `json:"kept"`
	Asked int       `json:"asked"`
}

// WinView is a small win that both may read.
type WinView struct {
	On   models.Day `json:"on"`
	Text string     `json:"text"`
}

// SessionCount is the month's sessions.
type SessionCount struct {
	Held      int `json:"held"`
	Cancelled int `json:"cancelled"`
	Planned   int `json:"planned"`
}

// Progress gives the figures of a month ("2026-10") for audience couple (a partner's or therapist's view), partner (the
// actor's own) or therapist. Design decision 13 says what a couple's view may count. Faults: not_found, invalid.
func (s *Service) Progress(ctx context.Context, actor Actor, coupleID uuid.UUID, month, audience string) (ProgressView, error) {
	return ProgressView{}, errUnbuilt
}

// reportSnapshot gathers what a report of a month shows, in the given language; used by the build and by `report`.
func (t *txn) reportSnapshot(r models.Report) (reports.Snapshot, error) {
	return reports.Snapshot{}, errUnbuilt
}
