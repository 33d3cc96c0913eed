package care

import (
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tussentijds/models"
)

func partnerName(p models.Partner) place {
	return place{keyPerson, p.ID, "partners", "name", p.ID}
}

func partnerEmail(p models.Partner) place {
	return place{keyPerson, p.ID, "partners", "email", p.ID}
}

func partnerPhone(p models.Partner) place {
	return place{keyPerson, p.ID, "partners", "phone", p.ID}
}

// partnerNames opens the names of partners, with one statement for all their keys. An erased partner's name is empty.
func (t *txn) partnerNames(partners ...models.Partner) (map[uuid.UUID]string, error) {
	sealed := make([]models.Sealed, 0, len(partners))
	for _, p := range partners {
		sealed = append(sealed, p.Name)
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	names := make(map[uuid.UUID]string, len(partners))
	for _, p := range partners {
		name, err := t.openText(partnerName(p), p.Name)
		if err != nil {
			return nil, err
		}
		names[p.ID] = name
	}
	return names, nil
}

// coupleName is how a couple is called: its partners' names, in their order.
func coupleName(names ...string) string {
	known := make([]string, 0, len(names))
	for _, n := range names {
		if n != "" {
			known = append(known, n)
		}
	}
	if len(known) == 0 {
		return "–"
	}
	return strings.Join(known, " & ")
}

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

// namesByID gives the names of members and partners, by id.
func (t *txn) namesByID(members, partners []uuid.UUID) (map[uuid.UUID]string, error) {
	staff, err := models.RowsByID[models.Member](t.DB, members, "practice_id", "id", "name")
	if err != nil {
		return nil, err
	}
	clients, err := models.RowsByID[models.Partner](t.DB, partners, "practice_id", "id", "name")
	if err != nil {
		return nil, err
	}
	names, err := t.partnerNames(slices.Collect(maps.Values(clients))...)
	if err != nil {
		return nil, err
	}
	for id, m := range staff {
		names[id] = m.Name
	}
	return names, nil
}
