package care

import (
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

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
	case "reset", "test":
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
	case "message":
		return b.messageWaits(r)
	case "report":
		report, ok := b.reports[r.CauseID]
		if !ok || report.CoupleID != p.CoupleID || report.ShownRevision == nil {
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
	case "reset", "test":
		return m.Status == "active"
	case "approval":
		report, ok := b.reports[r.CauseID]
		return ok && report.Status == models.ReportDraft && b.treats[[2]uuid.UUID{report.CoupleID, m.ID}]
	case "message":
		return b.treats[[2]uuid.UUID{b.boxes[r.CauseID].CoupleID, m.ID}] && b.messageWaits(r)
	case causeAlert, causeDelivery:
		a, ok := b.alerts[r.CauseID]
		return ok && a.AcknowledgedAt == nil && (a.CoupleID == nil || b.treats[[2]uuid.UUID{*a.CoupleID, m.ID}] || a.ConsideredAt != nil && b.onDuty(m))
	}
	return false
}

// messageWaits tells whether a message still waits for the recipient that may be reminded of. Who has stepped back was looked
// at when it was planned and when they did.
func (b *sending) messageWaits(r models.Reminder) bool {
	box, ok := b.boxes[r.CauseID]
	couple := b.couples[box.CoupleID]
	return ok && box.ReaderID == r.RecipientID && b.practice.MessagesOn && couple.Status != models.CoupleClosed && box.Waits(couple.JointWork())
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

// judge is the sender's rule, in the order in which it matters: late, gone, off, too soon after another about the same,
// stopped, quiet hours, cap. taken is how many messages of this batch the person gets already, joined tells that it goes in one
// of those. An invitation or reset was asked for and knows neither stop nor quiet hours; an alert is for a therapist to see at
// once. One that goes over one more channel was counted with the first.
func (b *sending) judge(r models.Reminder, now time.Time, taken int, joined bool) sendVerdict {
	switch {
	case !r.ExpiresAt.After(now):
		return sendVerdict{skip: models.SkipLate}
	case !b.stillDue(r, now):
		return sendVerdict{skip: b.goneFor(r)}
	case !b.leadsFor(r).of(kindOf(r.CauseKind, r.Moment)).On:
		return sendVerdict{skip: models.SkipOff}
	}
	if v := b.judgeApart(r, now); v != (sendVerdict{}) && !joined {
		return v
	}
	if asked(r) || r.CauseKind == "test" {
		return sendVerdict{}
	}
	pref := b.preference(r)
	if len(b.chosen(r)) == 0 {
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
	if !r.Fanned && b.sentToday[r.RecipientID]+taken >= pref.CapPerDay {
		until := morningAfter(pref.QuietUntil, now, b.zone)
		if !until.Before(r.ExpiresAt) {
			return sendVerdict{skip: models.SkipCap}
		}
		return sendVerdict{until: until}
	}
	return sendVerdict{}
}

// goneFor is why what a reminder is about is not so any more. That its person is away for now is another reason than all others:
// the person may be back while it is worth saying.
func (b *sending) goneFor(r models.Reminder) string {
	switch {
	case r.RecipientKind == "member" && b.members[r.RecipientID].Status == "ended":
		return models.SkipEnded
	case r.RecipientKind == "partner" && b.partners[r.RecipientID].Status == models.PartnerPaused:
		return models.SkipRescheduled
	}
	return models.SkipGone
}

// judgeApart keeps the messages about one cause apart. One that has its value just before something happens is left out when
// it would come too soon; another one waits.
func (b *sending) judgeApart(r models.Reminder, now time.Time) sendVerdict {
	last := b.lastAbout(r)
	if !follows(r.Moment) || last.IsZero() {
		return sendVerdict{}
	}
	until := last.Add(apartFor(r.CauseKind))
	switch {
	case !until.After(now):
		return sendVerdict{}
	case r.Moment == momentClosing || r.Moment == momentHoursBefore || r.Moment == momentLast || !until.Before(r.ExpiresAt):
		return sendVerdict{skip: models.SkipSoon}
	}
	return sendVerdict{until: until}
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
	end := wallClock(dayAfter(local, day), u, zone)
	if !end.After(now) { // The hour that comes twice: they have ended once, and begun again.
		end = local.Truncate(time.Minute).Add(time.Duration(u-at) * time.Minute)
	}
	return end, true
}

// morningAfter is the end of the quiet hours on the next day.
func morningAfter(until string, now time.Time, zone *time.Location) time.Time {
	u, ok := clockMinutes(until)
	if !ok {
		u = 8 * 60
	}
	local := now.In(zone)
	return wallClock(dayAfter(local, 1), u, zone)
}
