package care

import (
	"github.com/google/uuid"

	"tussentijds/models"
)

// noteJoint puts an act on a joint record on the record of each partner, one row a person.
func (t *txn) noteJoint(a act) error {
	partners, err := models.PartnersOf(t.DB, a.coupleID)
	if err != nil {
		return err
	}
	t.noteJointFor(partners, a)
	return nil
}

// noteJointFor is noteJoint with the partners at hand.
func (t *txn) noteJointFor(partners []models.Partner, a act) {
	for _, p := range partners {
		if p.CoupleID == a.coupleID {
			a.partnerID = p.ID
			t.note(a)
		}
	}
}

// jointNow tells whether joint work goes on: the couple works together, no hold stands, and neither partner has paused
// or left. Whatever of these it is, the portal shows one neutral text (design decision 15).
func jointNow(couple models.Couple, partners []models.Partner) bool {
	for _, p := range partners {
		if !p.TakesPart() {
			return false
		}
	}
	return couple.JointWork()
}

// partnerOf gives the partner with the id among a couple's.
func partnerOf(partners []models.Partner, id uuid.UUID) (models.Partner, bool) {
	for _, p := range partners {
		if p.ID == id {
			return p, true
		}
	}
	return models.Partner{}, false
}

// coupleNames gives what couples are called, with two statements however many there are.
func (t *txn) coupleNames(coupleIDs []uuid.UUID) (map[uuid.UUID]string, error) {
	out := make(map[uuid.UUID]string, len(coupleIDs))
	if len(coupleIDs) == 0 {
		return out, nil
	}
	partners, err := models.PartnersOf(t.DB, coupleIDs...)
	if err != nil {
		return nil, err
	}
	names, err := t.partnerNames(partners...)
	if err != nil {
		return nil, err
	}
	both := map[uuid.UUID][]string{}
	for _, p := range partners {
		both[p.CoupleID] = append(both[p.CoupleID], names[p.ID])
	}
	for id, list := range both {
		out[id] = coupleName(list...)
	}
	return out, nil
}
