package models

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// OwnStatus is where an exercise of the practice's own stands.
type OwnStatus string

// The states of an own exercise. A draft was never published; an archived one is offered to nobody, and goes on where it
// was given.
const (
	OwnDraft     OwnStatus = "draft"
	OwnPublished OwnStatus = "published"
	OwnArchived  OwnStatus = "archived"
)

// OwnExercise is an exercise of the practice's own: what is being edited, whose it is and who may use it. The id is that
// of the exercise. What was published stands in exercise_forms and never changes.
type OwnExercise struct {
	Row
	CreatedBy        *uuid.UUID // nil: made before the maker was kept.
	Status           OwnStatus
	Shared           bool                  // for the whole practice, or for its maker alone.
	PublishedVersion int                   // 0: never published.
	Changed          bool                  // the draft is not what was published last.
	Languages        string                // nl, en or both: the languages it is written in.
	Draft            JSON[json.RawMessage] // may lack parts.
	CopiedFrom       string                // the exercise it was copied from, or empty.
	Version          int
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// MadeBy tells whether the member made it.
func (o OwnExercise) MadeBy(member uuid.UUID) bool {
	return o.CreatedBy != nil && *o.CreatedBy == member
}

// Restored is the state an archived one comes back to.
func (o OwnExercise) Restored() OwnStatus {
	if o.PublishedVersion > 0 {
		return OwnPublished
	}
	return OwnDraft
}
