package care

import (
	"time"

	"github.com/google/uuid"

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
	couples     map[uuid.UUID]models.Couple
	partners    map[uuid.UUID]models.Partner
	members     map[uuid.UUID]models.Member
	treats      map[[2]uuid.UUID]bool // couple and member.
	preferences map[uuid.UUID]models.ReminderPreference
	sentToday   map[uuid.UUID]int
	practice    models.Practice
	zone        *time.Location
}

// loadSending reads all that decides over a batch, one statement for each kind of thing.
func (t *txn) loadSending(rows []models.Reminder) (*sending, error) {
	b := &sending{rows: rows, treats: map[[2]uuid.UUID]bool{}}
	var err error
	if b.practice, err = t.thePractice(); err != nil {
		return nil, err
	}
	b.zone = b.practice.Zone()
	if err := t.loadCauses(b); err != nil {
		return nil, err
	}
	return b, t.loadRecipients(b)
}

func (t *txn) loadCauses(b *sending) (err error) {
	ids := map[string][]uuid.UUID{}
	for _, r := range b.rows {
		ids[r.CauseKind] = append(ids[r.CauseKind], r.CauseID)
	}
	if b.tasks, err = models.RowsByID[models.Task](t.DB, ids["task"], "practice_id", "id", "assignment_id", "couple_id", "partner_id", "status", "opens_at", "closes_at"); err != nil {
		return err
	}
	var assignments []uuid.UUID
	for _, task := range b.tasks {
		assignments = append(assignments, task.AssignmentID)
	}
	if b.assignments, err = models.RowsByID[models.Assignment](t.DB, assignments, "practice_id", "id", "partner_id", "status"); err != nil {
		return err
	}
	if b.sessions, err = models.RowsByID[models.Session](t.DB, ids["session"]); err != nil {
		return err
	}
	if b.agreements, err = models.RowsByID[models.Agreement](t.DB, ids["agreement"], "practice_id", "id", "couple_id", "status"); err != nil {
		return err
	}
	// Neither the sealed PDF nor the snapshot is needed, and both are large.
	reports := append(ids["report"], ids["approval"]...)
	if b.reports, err = models.RowsByID[models.Report](t.DB, reports, "practice_id", "id", "couple_id", "audience", "partner_id", "status"); err != nil {
		return err
	}
	alerts := append(ids["alert"], ids["delivery"]...)
	b.alerts, err = models.RowsByID[models.Alert](t.DB, alerts)
	return err
}

func (t *txn) loadRecipients(b *sending) (err error) {
	var partners, members, people, couples []uuid.UUID
	for _, r := range b.rows {
		people = append(people, r.RecipientID)
		if r.RecipientKind == "partner" {
			partners = append(partners, r.RecipientID)
		} else {
			members = append(members, r.RecipientID)
		}
	}
	if b.partners, err = models.RowsByID[models.Partner](t.DB, partners); err != nil {
		return err
	}
	if b.members, err = models.RowsByID[models.Member](t.DB, members); err != nil {
		return err
	}
	for _, p := range b.partners {
		couples = append(couples, p.CoupleID)
	}
	if len(members) > 0 {
		for _, r := range b.reports {
			couples = append(couples, r.CoupleID)
		}
		for _, a := range b.alerts {
			if a.CoupleID != nil {
				couples = append(couples, *a.CoupleID)
			}
		}
		therapists, err := models.TherapistsOf(t.DB, couples...)
		if err != nil {
			return err
		}
		for _, th := range therapists {
			b.treats[[2]uuid.UUID{th.CoupleID, th.MemberID}] = true
		}
	}
	if b.couples, err = models.RowsByID[models.Couple](t.DB, couples); err != nil {
		return err
	}
	if b.preferences, err = models.PreferencesOf(t.DB, people); err != nil {
		return err
	}
	local := t.now.In(b.zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, b.zone)
	b.sentToday, err = models.MailsSentTo(t.DB, people, midnight)
	return err
}

// preference is how a recipient wants to be reminded.
func (b *sending) preference(r models.Reminder) models.ReminderPreference {
	if p, ok := b.preferences[r.RecipientID]; ok {
		return p
	}
	return models.DefaultPreference(r.PracticeID, r.RecipientKind, r.RecipientID)
}

// stillDue tells whether what a reminder is about still is so, at the last moment before it goes.
func (b *sending) stillDue(r models.Reminder, now time.Time) bool {
	if r.RecipientKind == "member" {
		return b.stillDueForMember(r)
	}
	p, ok := b.partners[r.RecipientID]
	if !ok {
		return false
	}
	switch r.CauseKind {
	case "invitation":
		return p.Status == models.PartnerInvited
	case "reset":
		return p.Status != models.PartnerInvited
	}
	couple := b.couples[p.CoupleID]
	if p.Status != models.PartnerActive || couple.Status == models.CoupleClosed {
		return false
	}
	switch r.CauseKind {
	case "task":
		task, ok := b.tasks[r.CauseID]
		if !ok || task.PartnerID != p.ID || !task.Status.Unfinished() || task.OpensAt.After(now) || !task.ClosesAt.After(now) {
			return false
		}
		assignment := b.assignments[task.AssignmentID]
		return assignment.Status != "cancelled" && (assignment.PartnerID != nil || couple.JointWork())
	case "session":
		s, ok := b.sessions[r.CauseID]
		return ok && s.CoupleID == p.CoupleID && s.Status == models.SessionPlanned && s.StartsAt.After(now) && (s.PartnerID == nil || *s.PartnerID == p.ID)
	case "agreement":
		a, ok := b.agreements[r.CauseID]
		return ok && a.CoupleID == p.CoupleID && couple.JointWork() && (a.Status == models.AgreementProposed || a.Status == models.AgreementActive)
	case "report":
		report, ok := b.reports[r.CauseID]
		if !ok || report.CoupleID != p.CoupleID || report.Status != models.ReportPublished {
			return false
		}
		return report.Audience == "couple" && couple.Status != models.CoupleSeparated || report.PartnerID != nil && *report.PartnerID == p.ID
	}
	return false
}

func (b *sending) stillDueForMember(r models.Reminder) bool {
	m, ok := b.members[r.RecipientID]
	if !ok || m.Status == "ended" {
		return false
	}
	switch r.CauseKind {
	case "invitation":
		return m.Status == "invited"
	case "reset":
		return m.Status == "active"
	case "approval":
		report, ok := b.reports[r.CauseID]
		return ok && report.Status == models.ReportDraft && b.treats[[2]uuid.UUID{report.CoupleID, m.ID}]
	case "alert", "delivery":
		a, ok := b.alerts[r.CauseID]
		return ok && a.AcknowledgedAt == nil && (a.CoupleID == nil || b.treats[[2]uuid.UUID{*a.CoupleID, m.ID}] || a.ConsideredAt != nil && b.onDuty(m))
	}
	return false
}

// onDuty tells whether a member hears of alerts that nobody has seen: the practice's duty contact, or an owner.
func (b *sending) onDuty(m models.Member) bool {
	return b.practice.DutyMemberID != nil && *b.practice.DutyMemberID == m.ID || m.Role == models.RoleOwner
}

// verdict of the sender on one reminder: send it, leave it for a reason, or wait until a moment.
type sendVerdict struct {
	skip  string
	until time.Time
}

// judge is the sender's rule, in the order in which it matters: late, gone, stopped, quiet hours, cap. taken is how many
// mails of this batch the person gets already. An invitation or reset was asked for and knows neither stop nor quiet
// hours; an alert is for a therapist to see at once.
func (b *sending) judge(r models.Reminder, now time.Time, taken int) sendVerdict {
	asked := r.CauseKind == "invitation" || r.CauseKind == "reset"
	switch {
	case !r.ExpiresAt.After(now):
		return sendVerdict{skip: models.SkipLate}
	case !b.stillDue(r, now):
		return sendVerdict{skip: models.SkipGone}
	case asked:
		return sendVerdict{}
	}
	pref := b.preference(r)
	if !pref.Mail || pref.StoppedAt != nil {
		return sendVerdict{skip: models.SkipStopped}
	}
	if r.CauseKind == "alert" {
		return sendVerdict{}
	}
	if until, quiet := quietUntil(pref.QuietFrom, pref.QuietUntil, now, b.zone); quiet {
		if !until.Before(r.ExpiresAt) {
			return sendVerdict{skip: models.SkipQuiet}
		}
		return sendVerdict{until: until}
	}
	if b.sentToday[r.RecipientID]+taken >= pref.CapPerDay {
		until := morningAfter(pref.QuietUntil, now, b.zone)
		if !until.Before(r.ExpiresAt) {
			return sendVerdict{skip: models.SkipCap}
		}
		return sendVerdict{until: until}
	}
	return sendVerdict{}
}

// quietUntil tells whether a moment lies in the quiet hours, which may run past midnight, and when they end. The hours are
// those on the wall, also on the days when the clock changes.
func quietUntil(from, until string, now time.Time, zone *time.Location) (time.Time, bool) {
	f, okFrom := clockMinutes(from)
	u, okUntil := clockMinutes(until)
	if !okFrom || !okUntil || f == u {
		return time.Time{}, false
	}
	local := now.In(zone)
	at := local.Hour()*60 + local.Minute()
	day := 0
	switch {
	case f < u && (at < f || at >= u), f > u && at < f && at >= u:
		return time.Time{}, false
	case f > u && at >= f:
		day = 1
	}
	return time.Date(local.Year(), local.Month(), local.Day()+day, u/60, u%60, 0, 0, zone), true
}

// morningAfter is the end of the quiet hours on the next day.
func morningAfter(until string, now time.Time, zone *time.Location) time.Time {
	u, ok := clockMinutes(until)
	if !ok {
		u = 8 * 60
	}
	local := now.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day()+1, u/60, u%60, 0, 0, zone)
}
