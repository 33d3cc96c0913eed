package care

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/models"
)

// sending is what the sender knows of a batch: the reminders it took, their causes and their recipients.
type sending struct {
	rows        []models.Reminder
	tasks       map[uuid.UUID]models.Task
	assignments map[uuid.UUID]models.Assignment
	sessions    map[uuid.UUID]models.Session
	agreements  map[uuid.UUID]models.Agreement
	reports     map[uuid.UUID]models.Report
	alerts      map[uuid.UUID]models.Alert
	boxes       map[uuid.UUID]models.MessageBox
	couples     map[uuid.UUID]models.Couple
	partners    map[uuid.UUID]models.Partner
	members     map[uuid.UUID]models.Member
	treats      map[[2]uuid.UUID]bool // couple and member.
	preferences map[uuid.UUID]models.ReminderPreference
	sentToday   map[uuid.UUID]int
	sentAbout   map[about][]models.SentAbout // what a person got about a cause, for what follows on it.
	devices     map[uuid.UUID][]models.PushSubscription
	targets     map[uuid.UUID][]pushTarget
	numbers     map[uuid.UUID]string
	dead        map[uuid.UUID]map[string]bool // person and channel: given up.
	keys        []models.WrappedKey
	practice    models.Practice
	own         ownWords
	zone        *time.Location
}

func newSending() *sending {
	return &sending{
		tasks: map[uuid.UUID]models.Task{}, assignments: map[uuid.UUID]models.Assignment{}, sessions: map[uuid.UUID]models.Session{},
		agreements: map[uuid.UUID]models.Agreement{}, reports: map[uuid.UUID]models.Report{}, alerts: map[uuid.UUID]models.Alert{},
		boxes:   map[uuid.UUID]models.MessageBox{},
		couples: map[uuid.UUID]models.Couple{}, partners: map[uuid.UUID]models.Partner{}, members: map[uuid.UUID]models.Member{},
		treats: map[[2]uuid.UUID]bool{}, preferences: map[uuid.UUID]models.ReminderPreference{}, sentToday: map[uuid.UUID]int{},
		sentAbout: map[about][]models.SentAbout{},
		devices:   map[uuid.UUID][]models.PushSubscription{}, targets: map[uuid.UUID][]pushTarget{}, dead: map[uuid.UUID]map[string]bool{},
	}
}

// takeReminders takes a batch's reminders and reads all that decides over them, in two round trips, or three when some of
// the people get more along.
func (t *txn) takeReminders(r *db.Rounds, ids []uuid.UUID) (*sending, error) {
	b := newSending()
	lease := t.now.Add(reminderLease)
	take := func(row models.Reminder) { b.rows = append(b.rows, row) }
	err := r.Round(func(q *db.Batch) {
		models.BatchByIndex(q)
		models.BatchUnhurried(q)
		models.BatchLockRecipientsOf(q, ids)
		models.BatchTake(q, take, ids, t.now, lease)
		models.BatchRows(q, func(p models.Practice) { b.practice = p }, []string{"id", "sender_name", "time_zone", "duty_member_id", "messages_on", "reminder_leads"}, "id = $1", t.PracticeID)
		models.BatchRows(q, func(w models.OwnWords) { b.own = append(b.own, w) }, []string{"practice_id", "id", "kind", "locale", "words"}, "practice_id = $1", t.PracticeID)
	})
	if err != nil || len(b.rows) == 0 {
		return b, err
	}
	b.zone = b.practice.Zone()
	if err := t.load(r, b, b.rows); err != nil {
		return b, err
	}
	if people := b.together(t.now); len(people) > 0 {
		taken := len(b.rows)
		err := r.Round(func(q *db.Batch) {
			models.BatchLockRecipients(q, people)
			models.BatchTakeAlong(q, take, people, t.now, lease)
		})
		if err != nil {
			return b, err
		}
		if more := b.rows[taken:]; len(more) > 0 {
			if err := t.load(r, b, more); err != nil {
				return b, err
			}
		}
	}
	slices.SortFunc(b.rows, inTurn)
	if err := t.take(b.keys); err != nil {
		return b, err
	}
	return b, t.openChannels(b)
}

// load reads in one round trip what decides over rows.
func (t *txn) load(r *db.Rounds, b *sending, rows []models.Reminder) error {
	return r.Round(func(q *db.Batch) {
		loadCauses(q, b, rows)
		t.loadRecipients(q, b, rows)
	})
}

func loadCauses(q *db.Batch, b *sending, rows []models.Reminder) {
	ids := map[string][]uuid.UUID{}
	for _, r := range rows {
		ids[r.CauseKind] = append(ids[r.CauseKind], r.CauseID)
	}
	if list := ids["task"]; len(list) > 0 {
		models.BatchPairs(q, func(task models.Task, a models.Assignment) { b.tasks[task.ID], b.assignments[a.ID] = task, a },
			[]string{"practice_id", "id", "assignment_id", "couple_id", "partner_id", "status", "opens_at", "closes_at"},
			[]string{"practice_id", "id", "partner_id", "status"}, "b.practice_id = a.practice_id and b.id = a.assignment_id", "a.id = any ($1)", list)
	}
	if list := ids["session"]; len(list) > 0 {
		models.BatchByID(q, b.sessions, nil, "id = any ($1)", list)
	}
	if list := ids["agreement"]; len(list) > 0 {
		models.BatchByID(q, b.agreements, []string{"practice_id", "id", "couple_id", "status"}, "id = any ($1)", list)
	}
	if list := append(ids["report"], ids["approval"]...); len(list) > 0 {
		// Neither the sealed PDF nor the snapshot is needed, and both are large.
		models.BatchByID(q, b.reports, []string{"practice_id", "id", "couple_id", "audience", "partner_id", "status", "shown_revision"}, "id = any ($1)", list)
	}
	if list := append(ids["alert"], ids["delivery"]...); len(list) > 0 {
		models.BatchByID(q, b.alerts, nil, "id = any ($1)", list)
	}
	if list := ids["message"]; len(list) > 0 {
		models.BatchPairs(q, func(box models.MessageBox, c models.Couple) { b.boxes[box.ID], b.couples[c.ID] = box, c }, nil,
			[]string{"practice_id", "id", "status", "safety_hold_at"}, "b.practice_id = a.practice_id and b.id = a.couple_id", "a.id = any ($1)", list)
	}
}

func (t *txn) loadRecipients(q *db.Batch, b *sending, rows []models.Reminder) {
	var partners, members, causes []uuid.UUID
	people := []uuid.UUID{}
	for _, r := range rows {
		people = append(people, r.RecipientID)
		if r.RecipientKind == "partner" {
			partners = append(partners, r.RecipientID)
		} else {
			members, causes = append(members, r.RecipientID), append(causes, r.CauseID)
		}
	}
	if len(partners) > 0 {
		models.BatchPairs(q, func(p models.Partner, c models.Couple) { b.partners[p.ID], b.couples[c.ID] = p, c },
			[]string{"practice_id", "id", "couple_id", "email", "phone", "locale", "status"}, []string{"practice_id", "id", "status", "safety_hold_at"},
			"b.practice_id = a.practice_id and b.id = a.couple_id", "a.id = any ($1)", partners)
	}
	if len(members) > 0 {
		models.BatchByID(q, b.members, nil, "id = any ($1)", members)
		models.BatchRows(q, func(th models.CoupleTherapist) { b.treats[[2]uuid.UUID{th.CoupleID, th.MemberID}] = true }, nil,
			"member_id = any ($1) and couple_id in (select couple_id from reports where id = any ($2) union select couple_id from alerts where id = any ($2) union select couple_id from message_boxes where id = any ($2))", members, causes)
	}
	models.BatchRows(q, func(p models.ReminderPreference) { b.preferences[p.PersonID] = p }, nil, "person_id = any ($1)", people)
	models.BatchRows(q, func(d models.PushSubscription) { b.devices[d.PersonID] = append(b.devices[d.PersonID], d) }, nil,
		"person_id = any ($1) and gone_at is null", people)
	models.BatchRows(q, func(d models.DeliveryState) {
		if b.dead[d.PersonID] == nil {
			b.dead[d.PersonID] = map[string]bool{}
		}
		b.dead[d.PersonID][d.Channel] = true
	}, nil, "person_id = any ($1) and dead_at is not null", people)
	models.BatchRows(q, func(k models.WrappedKey) { b.keys = append(b.keys, k) },
		[]string{"practice_id", "id", "owner_kind", "owner_id", "wrapped", "destroyed_at"},
		"owner_id = any ($1) order by (owner_kind = 'practice') desc", append(people, t.PracticeID))
	mine := make([]uuid.UUID, len(b.rows))
	for i, r := range b.rows {
		mine[i] = r.ID
	}
	b.loadFollowed(q, rows, mine, t.now)
	local := t.now.In(b.zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, b.zone)
	models.BatchCountMessages(q, b.sentToday, people, mine, midnight, t.now)
}

// about is a cause and a person.
type about struct{ cause, person uuid.UUID }

// loadFollowed reads what people got already about the causes of messages that only come after another one.
func (b *sending) loadFollowed(q *db.Batch, rows []models.Reminder, mine []uuid.UUID, now time.Time) {
	var kinds []string
	var causes, people []uuid.UUID
	for _, r := range rows {
		if follows(r.Moment) {
			kinds, causes, people = append(kinds, r.CauseKind), append(causes, r.CauseID), append(people, r.RecipientID)
		}
	}
	if len(causes) == 0 {
		return
	}
	models.BatchSentAbout(q, func(s models.SentAbout) {
		key := about{s.CauseID, s.RecipientID}
		b.sentAbout[key] = append(b.sentAbout[key], s)
	}, kinds, causes, people, mine, now)
}

// lastAbout is when a person last got another message about what a reminder is about; zero for never.
func (b *sending) lastAbout(r models.Reminder) time.Time {
	var last time.Time
	for _, s := range b.sentAbout[about{r.CauseID, r.RecipientID}] {
		if s.Moment != r.Moment || !s.AboutAt.Equal(r.AboutAt) { // The same one may go over one more channel.
			last = latest(last, s.SentAt)
		}
	}
	return last
}

// leadsFor are what counts for a reminder's recipient.
func (b *sending) leadsFor(r models.Reminder) leads {
	return leads{own: b.preferences[r.RecipientID].Leads.V, practice: b.practice.ReminderLeads.V}
}

// preference is how a recipient wants to be reminded.
func (b *sending) preference(r models.Reminder) models.ReminderPreference {
	if p, ok := b.preferences[r.RecipientID]; ok {
		return p
	}
	return models.DefaultPreference(r.PracticeID, r.RecipientKind, r.RecipientID)
}

// together lists the people who get all that is due for them in one message: who wants it so, and of whom something came to
// lie for long, as after an outage.
func (b *sending) together(now time.Time) []uuid.UUID {
	var people []uuid.UUID
	for _, r := range b.rows {
		if !single(r) && (b.preference(r).Digest || late(r, now)) && !slices.Contains(people, r.RecipientID) {
			people = append(people, r.RecipientID)
		}
	}
	return people
}

// asked tells whether a message was asked for, or is a person's way in.
func asked(r models.Reminder) bool { return r.CauseKind == "invitation" || r.CauseKind == "reset" }

// single tells whether a message never shares one with others.
func single(r models.Reminder) bool {
	return asked(r) || r.CauseKind == "alert" || r.CauseKind == "test"
}

func late(r models.Reminder, now time.Time) bool { return now.Sub(r.DueAt) > lateAfter }

// inTurn is the order in which a batch is looked at: the longest due first.
func inTurn(a, b models.Reminder) int {
	if c := a.DueAt.Compare(b.DueAt); c != 0 {
		return c
	}
	return slices.Compare(a.ID[:], b.ID[:])
}
