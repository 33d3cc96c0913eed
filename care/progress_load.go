package care

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/library"
	"tussentijds/models"
)

// workOf reads a couple's work.
func (t *txn) workOf(couple models.Couple, s span) (*work, error) {
	works, err := t.worksOf(map[uuid.UUID]models.Couple{couple.ID: couple}, s, false)
	if err != nil {
		return nil, err
	}
	return works[couple.ID], nil
}

// worksOf reads the work of couples, whatever their number in one round trip, or two when an exercise is new to this process;
// reported also what a report tells besides.
func (t *txn) worksOf(couples map[uuid.UUID]models.Couple, s span, reported bool) (map[uuid.UUID]*work, error) {
	rows := make(map[uuid.UUID]*models.Work, len(couples))
	for id := range couples {
		rows[id] = &models.Work{}
	}
	var keys []models.WrappedKey
	period := models.WorkPeriod{Since: s.earliest, Lines: s.trendsFrom, From: s.from, Until: s.until, Reported: reported, Worded: []string{smallWins}}
	if err := t.Round(func(q *db.Batch) { models.BatchWork(q, rows, &keys, period) }); err != nil {
		return nil, err
	}
	if err := t.take(keys); err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	for _, w := range rows {
		for i := range w.Tasks {
			ids = append(ids, w.Tasks[i].FormID)
		}
		for i := range w.Responses {
			ids = append(ids, w.Responses[i].FormID)
		}
	}
	forms, err := t.forms(ids...)
	if err != nil {
		return nil, err
	}
	works := make(map[uuid.UUID]*work, len(couples))
	for id, c := range couples {
		works[id] = t.newWork(c, s, *rows[id], forms)
	}
	return works, nil
}

func (t *txn) newWork(couple models.Couple, s span, rows models.Work, forms map[uuid.UUID]*library.Exercise) *work {
	w := &work{
		t: t, span: s, couple: couple, partners: rows.Partners, Work: rows, forms: forms,
		joint: make(map[uuid.UUID]bool, len(rows.Joint)), revealed: map[uuid.UUID]bool{}, lineNumbers: map[lineKey]int{}, lineShown: make(map[uuid.UUID]bool, len(rows.Partners)),
	}
	for _, id := range rows.LineShown {
		w.lineShown[id] = true
	}
	for _, id := range rows.Joint {
		w.joint[id] = true
	}
	slices.SortFunc(w.Tasks, func(a, b *models.Task) int { return cmp.Or(a.DueAt.Compare(b.DueAt), slices.Compare(a.ID[:], b.ID[:])) })
	w.handIn(rows.Responses)
	return w
}
