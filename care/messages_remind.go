package care

import (
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// fillBoxes brings in line what waits for a couple's readers, or for some of them, and their reminders with it. The caller
// holds the couple's messages. reason is a code for what is reminded of no more.
func (t *txn) fillBoxes(coupleID uuid.UUID, reason string, readers ...uuid.UUID) error {
	list, err := models.MessageReaders(t.DB, coupleID)
	if err != nil {
		return err
	}
	for _, r := range list {
		if len(readers) > 0 && r.ID != readers[0] {
			continue
		}
		if err := models.FillBox(t.DB, models.NewRow(t.PracticeID), coupleID, r); err != nil {
			return err
		}
	}
	return t.remindOfMessages(coupleID, reason, readers...)
}

// remindOfMessages plans a reminder for each reader for whom something waits, and takes away those of whom nothing is to be
// told any more: all read, taken back, or a thread in which nobody can answer. One stands at a time, however many messages
// wait; where the sender left one out, the next message plans another.
func (t *txn) remindOfMessages(coupleID uuid.UUID, reason string, readers ...uuid.UUID) error {
	boxes, err := models.BoxesOf(t.DB, coupleID, readers...)
	if err != nil || len(boxes) == 0 {
		return err
	}
	couple, err := models.FindCouple(t.DB, coupleID)
	if err != nil {
		return err
	}
	partners, err := models.PartnersOf(t.DB, coupleID)
	if err != nil {
		return err
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	var waiting, over []uuid.UUID
	for _, b := range boxes {
		switch {
		case remindedOf(practice, couple, partners, b):
			waiting = append(waiting, b.ID)
		case b.RemindedAt != nil:
			over = append(over, b.ID)
		}
	}
	standing, err := models.StandingFor(t.DB, waiting)
	if err != nil {
		return err
	}
	if err := t.dropReminders("message", over, reason); err != nil {
		return err
	}
	for _, id := range over {
		if err := models.MarkReminded(t.DB, id, nil); err != nil {
			return err
		}
	}
	now := t.now.Truncate(time.Microsecond) // What PostgreSQL keeps.
	for _, b := range boxes {
		if !remindedOf(practice, couple, partners, b) || standing[b.ID] {
			continue
		}
		if err := t.dropReminders("message", []uuid.UUID{b.ID}, "changed"); err != nil { // What was to be said once more is said anew.
			return err
		}
		waits := func(l leads, zone *time.Location) []planned { return messageMoments(now, l, zone) }
		if err := t.planFor("message", b.ID, b.ReaderKind, []uuid.UUID{b.ReaderID}, waits); err != nil {
			return err
		}
		if err := models.MarkReminded(t.DB, b.ID, &now); err != nil {
			return err
		}
	}
	return nil
}
