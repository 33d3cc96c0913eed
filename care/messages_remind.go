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
	return t.remindOfMessages(reason, []uuid.UUID{coupleID}, readers...)
}

// threadsAtOnce is for how many couples messages are reminded of together.
const threadsAtOnce = 200

// remindOfAllMessages is remindOfMessages for all couples of the practice in whose threads something waits, or waits for one
// reader.
func (t *txn) remindOfAllMessages(reason string, readers ...uuid.UUID) error {
	reader := uuid.Nil
	if len(readers) > 0 {
		reader = readers[0]
	}
	for after := uuid.Nil; ; {
		ids, err := models.CouplesWithMessages(t.DB, reader, after, threadsAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := t.remindOfMessages(reason, ids, readers...); err != nil || len(ids) < threadsAtOnce {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// remindOfMessages plans a reminder for each reader for whom something waits, and takes away those of whom nothing is to be
// told any more: all read, taken back, or a thread in which nobody can answer. One stands at a time, however many messages
// wait; where the sender left one out, the next message plans another. Who could not be reminded for a while, and can again,
// is told of what still waits: what had not gone goes now, what had gone is said once more when that was to be.
func (t *txn) remindOfMessages(reason string, coupleIDs []uuid.UUID, readers ...uuid.UUID) error {
	boxes, err := models.BoxesOf(t.DB, coupleIDs, readers...)
	if err != nil || len(boxes) == 0 {
		return err
	}
	waiting, err := t.waitingBoxes(coupleIDs, boxes)
	if err != nil {
		return err
	}
	var over, read, anew []uuid.UUID
	var people []uuid.UUID
	for _, b := range boxes {
		switch {
		case waiting[b.ID]:
			people = append(people, b.ReaderID)
			continue
		case b.RemindedAt != nil:
			over = append(over, b.ID)
		}
		if b.RemindedAt != nil && !b.Waits(true) {
			read = append(read, b.ID)
		}
	}
	if err := t.dropReminders("message", over, reason); err != nil {
		return err
	}
	// What waits on, in a thread that stands still, keeps since when its reader was told.
	if err := models.MarkReminded(t.DB, read, nil); err != nil || len(people) == 0 {
		return err
	}
	wanted, err := t.leadsOf(people...)
	if err != nil {
		return err
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	heard, err := t.heardOf(boxes, waiting, wanted, practice.Zone())
	if err != nil {
		return err
	}
	now := t.now.Truncate(time.Microsecond) // What PostgreSQL keeps.
	var rows []models.Reminder
	for _, b := range boxes {
		if !waiting[b.ID] {
			continue
		}
		since := now
		if heard[b.ID] {
			since = *b.RemindedAt
		} else {
			anew = append(anew, b.ID)
		}
		for _, r := range t.messages("message", b.ID, recipient{b.ReaderKind, b.ReaderID}, messageMoments(since, wanted[b.ReaderID], practice.Zone())) {
			if !heard[b.ID] || follows(r.Moment) {
				rows = append(rows, r)
			}
		}
	}
	if err := t.dropReminders("message", anew, "changed"); err != nil { // What was to be said once more is said anew.
		return err
	}
	if err := t.plan(rows); err != nil {
		return err
	}
	return models.MarkReminded(t.DB, anew, &now)
}

// waitingBoxes tells in which boxes something waits of which their readers are to hear.
func (t *txn) waitingBoxes(coupleIDs []uuid.UUID, boxes []models.MessageBox) (map[uuid.UUID]bool, error) {
	practice, err := t.thePractice()
	if err != nil {
		return nil, err
	}
	couples, err := models.CouplesByID(t.DB, coupleIDs)
	if err != nil {
		return nil, err
	}
	list, err := models.PartnersOf(t.DB, coupleIDs...)
	if err != nil {
		return nil, err
	}
	partners := map[uuid.UUID][]models.Partner{}
	for _, p := range list {
		partners[p.CoupleID] = append(partners[p.CoupleID], p)
	}
	out := map[uuid.UUID]bool{}
	for _, b := range boxes {
		out[b.ID] = remindedOf(practice, couples[b.CoupleID], partners[b.CoupleID], b)
	}
	return out, nil
}

// heardOf tells of which boxes the readers have heard what is to be said now: the first word of it stands or went out, and the
// second did not fall away meanwhile.
func (t *txn) heardOf(boxes []models.MessageBox, waiting map[uuid.UUID]bool, wanted map[uuid.UUID]leads, zone *time.Location) (map[uuid.UUID]bool, error) {
	var ids []uuid.UUID
	for _, b := range boxes {
		if waiting[b.ID] && b.RemindedAt != nil {
			ids = append(ids, b.ID)
		}
	}
	list, err := models.BoxReminders(t.DB, ids)
	if err != nil {
		return nil, err
	}
	first, second := map[uuid.UUID]models.BoxReminder{}, map[uuid.UUID]bool{}
	for _, r := range list {
		if r.Moment == momentNow {
			first[r.BoxID] = r
		} else {
			second[r.BoxID] = true
		}
	}
	out := map[uuid.UUID]bool{}
	again := kindOf("message", momentAgain)
	for _, b := range boxes {
		one, told := first[b.ID]
		if !told {
			continue
		}
		lead := wanted[b.ReaderID].of(again)
		missed := one.Sent && lead.On && !second[b.ID] && !again.at(*b.RemindedAt, lead, zone).After(t.now)
		out[b.ID] = !missed
	}
	return out, nil
}
