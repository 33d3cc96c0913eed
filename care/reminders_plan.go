package care

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/models"
)

// leadsOf gives what counts for each of some people, with one statement for those who were not asked for before.
func (t *txn) leadsOf(people ...uuid.UUID) (map[uuid.UUID]leads, error) {
	practice, err := t.thePractice()
	if err != nil {
		return nil, err
	}
	var unknown []uuid.UUID
	for _, id := range people {
		if _, ok := t.chosen[id]; !ok {
			unknown = append(unknown, id)
		}
	}
	found, err := models.PreferencesOf(t.DB, unknown)
	if err != nil {
		return nil, err
	}
	if t.chosen == nil {
		t.chosen = map[uuid.UUID]models.Leads{}
	}
	for _, id := range unknown {
		t.chosen[id] = found[id].Leads.V
	}
	out := make(map[uuid.UUID]leads, len(people))
	for _, id := range people {
		out[id] = leads{own: t.chosen[id], practice: practice.ReminderLeads.V}
	}
	return out, nil
}

// recipient is whom a message goes to.
type recipient struct {
	kind string // partner, member.
	id   uuid.UUID
}

// messages makes the rows of the messages about a cause to one person; they are not written yet. What is worth nothing any
// more is left out.
func (t *txn) messages(cause string, causeID uuid.UUID, to recipient, list []planned) []models.Reminder {
	var out []models.Reminder
	for _, m := range list {
		if !m.expires.After(t.now) {
			continue
		}
		due := m.due.Truncate(time.Microsecond) // What PostgreSQL keeps, so that the same moment is the same row.
		out = append(out, models.Reminder{
			Row: models.NewRow(t.PracticeID), CauseKind: cause, CauseID: causeID, RecipientKind: to.kind, RecipientID: to.id, Channel: channelMail,
			Moment: m.moment, AboutAt: m.about.Truncate(time.Microsecond), DueAt: due, ExpiresAt: m.expires, NotBefore: due, CreatedAt: t.now,
		})
	}
	return out
}

// follows tells whether a message only comes after another one about the same.
func follows(moment string) bool {
	switch moment {
	case momentSecond, momentClosing, momentHoursBefore, momentAgain, momentLast:
		return true
	}
	return false
}

// plan writes the messages about a cause that is new, or is back; quiet hours, cap and stop are applied by the sender. A first
// message that should have gone already goes at once, one that only follows it does not go any more. Planning the same again
// changes nothing, unless it was dropped meanwhile: then it stands again.
func (t *txn) plan(rows []models.Reminder) error {
	return models.PlanReminders(t.DB, slices.DeleteFunc(rows, func(r models.Reminder) bool { return follows(r.Moment) && !r.DueAt.After(t.now) }))
}

// planFor plans the messages about one cause to some people, as each of them wants it.
func (t *txn) planFor(cause string, causeID uuid.UUID, kind string, people []uuid.UUID, moments func(leads, *time.Location) []planned) error {
	if len(people) == 0 {
		return nil
	}
	wanted, err := t.leadsOf(people...)
	if err != nil {
		return err
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	var rows []models.Reminder
	for _, id := range people {
		rows = append(rows, t.messages(cause, causeID, recipient{kind, id}, moments(wanted[id], practice.Zone()))...)
	}
	return t.plan(rows)
}

// taskMessages makes the messages about tasks, to whom each is of. They are written together, by the caller.
func (t *txn) taskMessages(tasks []models.Task) ([]models.Reminder, error) {
	if len(tasks) == 0 {
		return nil, nil
	}
	people := make([]uuid.UUID, len(tasks))
	for i, task := range tasks {
		people[i] = task.PartnerID
	}
	wanted, err := t.leadsOf(people...)
	if err != nil {
		return nil, err
	}
	practice, err := t.thePractice()
	if err != nil {
		return nil, err
	}
	var rows []models.Reminder
	for _, task := range tasks {
		rows = append(rows, t.messages("task", task.ID, recipient{"partner", task.PartnerID}, taskMoments(task, wanted[task.PartnerID], practice.Zone()))...)
	}
	return rows, nil
}

// lockPartners has the senders of a couple's messages wait, and waits for them, until the transaction ends. Whoever changes
// reminders of several causes begins with it, as senders do: else each could come to hold what the other wants next.
// Others are locked with them: in one order, not one after the other.
func (t *txn) lockPartners(coupleID uuid.UUID, others ...uuid.UUID) error {
	partners, err := models.PartnersOf(t.DB, coupleID)
	if err != nil {
		return err
	}
	return t.lockRecipients(append(partnerIDs(partners), others...)...)
}

// lockRecipients is lockPartners for anyone.
func (t *txn) lockRecipients(people ...uuid.UUID) error {
	return t.Round(func(q *db.Batch) { models.BatchLockRecipients(q, people) })
}

// lockRecipientsOf is lockPartners for those whom reminders are to.
func (t *txn) lockRecipientsOf(reminders []uuid.UUID) error {
	if len(reminders) == 0 {
		return nil
	}
	return t.Round(func(q *db.Batch) { models.BatchLockRecipientsOf(q, reminders) })
}

func partnerIDs(partners []models.Partner) []uuid.UUID {
	ids := make([]uuid.UUID, len(partners))
	for i, p := range partners {
		ids[i] = p.ID
	}
	return ids
}

// dropReminders takes away what is still planned for causes that are gone, in the same transaction; reason is a code.
func (t *txn) dropReminders(causeKind string, causeIDs []uuid.UUID, reason string) error {
	return models.DropReminders(t.DB, causeKind, causeIDs, reason)
}
