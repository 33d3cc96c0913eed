package care

import (
	"slices"

	"github.com/google/uuid"

	"tussentijds/models"
)

// therapistNames gives the names of who treats a couple, in the order in which they came to it.
func (t *txn) therapistNames(coupleID uuid.UUID) (string, error) {
	treating, err := models.TherapistsOf(t.DB, coupleID)
	if err != nil {
		return "", err
	}
	ids := make([]uuid.UUID, len(treating))
	for i, th := range treating {
		ids[i] = th.MemberID
	}
	staff, err := models.MembersByID(t.DB, ids)
	if err != nil {
		return "", err
	}
	slices.SortFunc(staff, func(a, b models.Member) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	names := make([]string, len(staff))
	for i, m := range staff {
		names[i] = m.Name
	}
	return coupleName(names...), nil
}
