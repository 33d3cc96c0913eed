package care

import (
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// PassedAlert tells the duty contact that a colleague has not seen an urgent alert: who to call and since when, and nothing of
// the couple.
type PassedAlert struct {
	ID         uuid.UUID
	Therapists []string
	At         time.Time
}

// passedAlerts are what was passed on to the actor and still waits.
func (t *txn) passedAlerts() ([]PassedAlert, error) {
	list, err := models.AlertsPassedTo(t.DB, t.actor.ID)
	if err != nil {
		return nil, err
	}
	var out []PassedAlert
	for _, a := range list {
		out = append(out, PassedAlert{ID: a.ID, Therapists: a.Therapists.V, At: a.CreatedAt})
	}
	return out, nil
}
