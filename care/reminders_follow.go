package care

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// remindAnew brings what is planned for couples' partners in line with how things stand now: what has no cause any more goes,
// what has one again comes back, and what is to go at another moment moves. Nothing is made up for: what should have gone
// already and was not planned does not go. reason is the code for what goes.
func (t *txn) remindAnew(reason string, coupleIDs ...uuid.UUID) error {
	partners, err := models.PartnersOf(t.DB, coupleIDs...)
	if err != nil {
		return err
	}
	return t.remindPartners(reason, partners, partners)
}

// remindPartners is remindAnew for some people; partners are all of their couples.
func (t *txn) remindPartners(reason string, people, partners []models.Partner) error {
	if len(people) == 0 {
		return nil
	}
	ids := partnerIDs(people)
	b, err := t.standing(ids, partners)
	if err != nil {
		return err
	}
	wanted, err := t.leadsOf(ids...)
	if err != nil {
		return err
	}
	told, err := models.ToldSince(t.DB, ids, t.now.Add(-toldFor))
	if err != nil {
		return err
	}
	var rows []models.Reminder
	add := func(cause string, causeID, person uuid.UUID, moments func(leads, *time.Location) []planned) {
		if l, ok := wanted[person]; ok {
			rows = append(rows, t.messages(cause, causeID, recipient{"partner", person}, moments(l, b.zone))...)
		}
	}
	for _, task := range b.tasks {
		add("task", task.ID, task.PartnerID, func(l leads, zone *time.Location) []planned { return taskMoments(task, l, zone) })
	}
	for _, session := range b.sessions {
		for _, p := range partners {
			if p.CoupleID == session.CoupleID && (session.PartnerID == nil || *session.PartnerID == p.ID) {
				add("session", session.ID, p.ID, func(l leads, zone *time.Location) []planned {
					return sessionMoments(session.StartsAt, time.Time{}, l, zone)
				})
			}
		}
	}
	if err := t.reviewsWanted(b, partners, add); err != nil {
		return err
	}
	opened, err := t.openedReports(told)
	if err != nil {
		return err
	}
	for _, was := range told {
		switch was.CauseKind {
		case "report":
			if !opened[about{was.CauseID, was.RecipientID}] {
				add("report", was.CauseID, was.RecipientID, momentsSince(was))
			}
		case "agreement":
			if b.agreements[was.CauseID].Status != models.AgreementProposed {
				continue
			}
			add("agreement", was.CauseID, was.RecipientID, func(l leads, zone *time.Location) []planned { return signingMoments(was.AboutAt, l, zone) })
		default:
			if moments := momentsSince(was); moments != nil {
				add(was.CauseKind, was.CauseID, was.RecipientID, moments)
			}
		}
	}
	return t.settle(b, ids, rows, reason)
}

// openedReports tells which of the reports that people were told of they have opened.
func (t *txn) openedReports(told []models.Told) (map[about]bool, error) {
	var ids []uuid.UUID
	for _, was := range told {
		if was.CauseKind == "report" {
			ids = append(ids, was.CauseID)
		}
	}
	list, err := models.OpenedReports(t.DB, ids)
	out := map[about]bool{}
	for _, o := range list {
		out[about{o.ReportID, o.PartnerID}] = true
	}
	return out, err
}

// toldFor is for how long something that came is still worth following.
const toldFor = 31 * 24 * time.Hour

// momentsSince are the messages about something that came at a moment, for the kinds that need no more than that; nil for
// others.
func momentsSince(was models.Told) func(leads, *time.Location) []planned {
	moments, ok := map[string]func(time.Time, leads, *time.Location) []planned{
		"report": reportMoments, "invitation": invitationMoments, "message": messageMoments, "approval": approvalMoments,
		causeAlert: alertMoments, causeDelivery: deliveryMoments,
	}[was.CauseKind]
	if !ok {
		return nil
	}
	return func(l leads, zone *time.Location) []planned { return moments(was.AboutAt, l, zone) }
}

// reviewsWanted adds the looks back on active agreements for those whose half is not in.
func (t *txn) reviewsWanted(b *sending, partners []models.Partner, add func(string, uuid.UUID, uuid.UUID, func(leads, *time.Location) []planned)) error {
	var active []uuid.UUID
	for _, a := range b.agreements {
		if a.Status == models.AgreementActive {
			active = append(active, a.ID)
		}
	}
	if len(active) == 0 {
		return nil
	}
	reviews, err := models.ReviewsOf(t.DB, active...)
	if err != nil {
		return err
	}
	for _, id := range active {
		a := b.agreements[id]
		in := map[uuid.UUID]bool{}
		for _, r := range halvesAt(reviews, a) {
			in[*r.PartnerID] = true
		}
		for _, p := range partners {
			if p.CoupleID == a.CoupleID && !in[p.ID] {
				add("agreement", a.ID, p.ID, func(l leads, zone *time.Location) []planned { return reviewMoments(a.ReviewOn, l, zone) })
			}
		}
	}
	return nil
}

// standing reads what can remind partners, in the form in which the sender looks at it, so that both judge alike.
func (t *txn) standing(people []uuid.UUID, partners []models.Partner) (*sending, error) {
	practice, err := t.thePractice()
	if err != nil {
		return nil, err
	}
	b := newSending()
	b.practice, b.zone = practice, practice.Zone()
	var couples []uuid.UUID
	for _, p := range partners {
		b.partners[p.ID] = p
		couples = append(couples, p.CoupleID)
	}
	if b.couples, err = models.CouplesByID(t.DB, couples); err != nil {
		return nil, err
	}
	tasks, err := models.UnfinishedTasks(t.DB, people, t.now)
	if err != nil {
		return nil, err
	}
	var assignments []uuid.UUID
	for _, task := range tasks {
		b.tasks[task.ID] = task
		assignments = append(assignments, task.AssignmentID)
	}
	if b.assignments, err = models.RowsByID[models.Assignment](t.DB, assignments, "practice_id", "id", "partner_id", "status"); err != nil {
		return nil, err
	}
	sessions, err := models.ComingSessions(t.DB, couples, t.now)
	if err != nil {
		return nil, err
	}
	for _, row := range sessions {
		b.sessions[row.ID] = row
	}
	agreements, err := models.OpenAgreements(t.DB, couples)
	if err != nil {
		return nil, err
	}
	for _, a := range agreements {
		b.agreements[a.ID] = a
	}
	return b, nil
}

// remindMembers is remindAnew for members: what they were told of and is still so.
func (t *txn) remindMembers(reason string, ids ...uuid.UUID) error {
	told, err := models.ToldSince(t.DB, ids, t.now.Add(-toldFor))
	if err != nil {
		return err
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	wanted, err := t.leadsOf(ids...)
	if err != nil {
		return err
	}
	b := newSending()
	b.practice, b.zone = practice, practice.Zone()
	if b.members, err = models.RowsByID[models.Member](t.DB, ids); err != nil {
		return err
	}
	var rows []models.Reminder
	for _, was := range told {
		if moments := momentsSince(was); moments != nil {
			rows = append(rows, t.messages(was.CauseKind, was.CauseID, recipient{"member", was.RecipientID}, moments(wanted[was.RecipientID], b.zone))...)
		}
	}
	return t.settle(b, ids, rows, reason)
}

// settle makes what is planned for people what is wanted and still so. What came is looked up for all that is wanted or planned.
func (t *txn) settle(b *sending, people []uuid.UUID, wanted []models.Reminder, reason string) error {
	held, err := models.HoldReminders(t.DB, people)
	if err != nil {
		return err
	}
	if err := t.whatCame(b, append(held, wanted...)); err != nil {
		return err
	}
	keep := map[oneMessage]bool{}
	var coming, past []models.Reminder
	for _, r := range wanted {
		if !b.stillDue(r, latest(r.DueAt, t.now)) {
			continue
		}
		keep[messageOf(r)] = true
		if r.DueAt.After(t.now) {
			coming = append(coming, r)
		} else if r.CauseKind != "message" { // Of which the boxes know more.
			past = append(past, r)
		}
	}
	missed, err := t.missed(people, past)
	if err != nil {
		return err
	}
	coming = append(coming, missed...)
	var gone []uuid.UUID
	for _, r := range held {
		if !keep[messageOf(r)] && !(plannedAlone(r) && b.stillDue(r, latest(r.DueAt, t.now))) {
			gone = append(gone, r.ID)
		}
	}
	if err := models.SkipReminders(t.DB, gone, reason); err != nil {
		return err
	}
	return models.PlanReminders(t.DB, coming)
}

// missed are the messages that fell away while their people could not be reminded, are to be said still, and go now; of each
// cause one, the first.
func (t *txn) missed(people []uuid.UUID, past []models.Reminder) ([]models.Reminder, error) {
	if len(past) == 0 {
		return nil, nil
	}
	dropped, err := models.DroppedReminders(t.DB, people, []string{models.SkipRescheduled, models.SkipEnded}, t.now)
	if err != nil || len(dropped) == 0 {
		return nil, err
	}
	fell := map[oneMessage]bool{}
	for _, r := range dropped {
		fell[messageOf(r)] = true
	}
	slices.SortStableFunc(past, func(a, b models.Reminder) int {
		if follows(a.Moment) != follows(b.Moment) {
			if follows(b.Moment) {
				return -1
			}
			return 1
		}
		return a.DueAt.Compare(b.DueAt)
	})
	var out []models.Reminder
	said := map[about]bool{}
	for _, r := range past {
		if key := (about{r.CauseID, r.RecipientID}); fell[messageOf(r)] && !said[key] {
			said[key] = true
			r.NotBefore = t.now.Truncate(time.Microsecond)
			out = append(out, r)
		}
	}
	return out, nil
}

// plannedAlone tells whether a message stands by itself, beside those that follow from how things stand.
func plannedAlone(r models.Reminder) bool {
	return r.CauseKind == "reset" || r.CauseKind == "test" || r.Moment == momentPassed
}

// oneMessage is what makes messages the same one, over whatever they go.
type oneMessage struct {
	cause, moment     string
	causeID, personID uuid.UUID
	about             int64
}

func messageOf(r models.Reminder) oneMessage {
	return oneMessage{r.CauseKind, r.Moment, r.CauseID, r.RecipientID, r.AboutAt.UnixMicro()}
}

// whatCame reads the reports, alerts and message boxes that messages are about, and for members who treats whom.
func (t *txn) whatCame(b *sending, rows []models.Reminder) error {
	ids := map[string][]uuid.UUID{}
	var members []uuid.UUID
	for _, r := range rows {
		ids[r.CauseKind] = append(ids[r.CauseKind], r.CauseID)
		if r.RecipientKind == "member" {
			members = append(members, r.RecipientID)
		}
	}
	var err error
	if b.reports, err = models.RowsByID[models.Report](t.DB, append(ids["report"], ids["approval"]...), "practice_id", "id", "couple_id", "audience", "partner_id", "status", "shown_revision"); err != nil {
		return err
	}
	if b.alerts, err = models.RowsByID[models.Alert](t.DB, append(ids[causeAlert], ids[causeDelivery]...)); err != nil {
		return err
	}
	if b.boxes, err = models.RowsByID[models.MessageBox](t.DB, ids["message"]); err != nil {
		return err
	}
	if len(members) == 0 {
		return nil
	}
	var boxed []uuid.UUID
	for _, box := range b.boxes {
		boxed = append(boxed, box.CoupleID)
	}
	if b.couples, err = models.CouplesByID(t.DB, boxed); err != nil {
		return err
	}
	var treats []models.CoupleTherapist
	if err := t.DB.Where("member_id in ?", members).Find(&treats).Error; err != nil {
		return err
	}
	for _, th := range treats {
		b.treats[[2]uuid.UUID{th.CoupleID, th.MemberID}] = true
	}
	return nil
}

// remindPractice is remindAnew for all of a practice, after it chose other leads: some couples a transaction. Run again it
// changes nothing.
func (s *Service) remindPractice(ctx context.Context, practiceID uuid.UUID) error {
	after := uuid.Nil
	for {
		var ids []uuid.UUID
		err := s.inPractice(ctx, System(practiceID), func(t *txn) error {
			var err error
			if ids, err = models.CoupleIDs(t.DB, after, 25); err != nil || len(ids) == 0 {
				return err
			}
			return t.remindAnew(models.SkipOff, ids...)
		})
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			break
		}
		after = ids[len(ids)-1]
	}
	return s.inPractice(ctx, System(practiceID), func(t *txn) error {
		staff, err := models.Members(t.DB)
		if err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(staff))
		for i, m := range staff {
			ids[i] = m.ID
		}
		return t.remindMembers(models.SkipOff, ids...)
	})
}
