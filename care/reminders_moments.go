package care

import (
	"time"

	"tussentijds/models"
)

// The moments at which a cause can remind. Which of them a cause has is said by its function below.
const (
	momentDue         = "due"          // of a task.
	momentSecond      = "second"       // once more, for what is still open.
	momentClosing     = "closing"      // it is about to close.
	momentDayBefore   = "day_before"   // of a session.
	momentHoursBefore = "hours_before" // the same day.
	momentReview      = "review"       // an agreement is to be looked back on.
	momentNow         = "now"          // something has come.
	momentAgain       = "again"        // once more, for what nobody looked at.
	momentLast        = "last"         // of an invitation that is about to end.
	momentPassed      = "passed"       // an alert that nobody saw is passed on.
)

// planned is one message about a cause: about is the moment in the cause's life that it goes by and stays the same whatever
// the lead, due is when it goes, and from expires on it is worth no more.
type planned struct {
	moment              string
	about, due, expires time.Time
}

// The least time between two messages about one cause to one person: a second one sooner would nag.
const (
	leastApart   = 12 * time.Hour
	apartSession = 3 * time.Hour
)

// apartFor is how far apart the messages about a kind of cause stay. An alert is for somebody to see.
func apartFor(cause string) time.Duration {
	switch cause {
	case "session":
		return apartSession
	case "alert":
		return time.Hour
	}
	return leastApart
}

// How long messages are worth sending.
const (
	reviewWorth    = 3                // days after an agreement's moment.
	lastUseful     = time.Hour        // before a task closes: who hears later has no time to do it.
	sessionLastWay = 30 * time.Minute // before a session: whoever hears later is on the way.
)

// taskMoments are the messages about a task. What is open for less than a day after it falls due is recalled by nobody: the
// next one comes first. Private questions are said once and never again, for both partners alike.
func taskMoments(task models.Task, l leads, zone *time.Location) []planned {
	var out []planned
	if k := kindOf("task", momentDue); l.of(k).On {
		due := k.at(task.DueAt, l.of(k), zone)
		if due.Before(task.OpensAt) {
			due = task.OpensAt
		}
		out = append(out, planned{momentDue, task.DueAt, due, task.ClosesAt})
	}
	if task.Discreet || task.ClosesAt.Sub(task.DueAt) < 24*time.Hour {
		return out
	}
	closing := kindOf("task", momentClosing)
	closes := closing.at(task.ClosesAt, l.of(closing), zone)
	if k := kindOf("task", momentSecond); l.of(k).On {
		due := k.at(task.DueAt, l.of(k), zone)
		if !due.After(task.ClosesAt.Add(-lastUseful)) && !(l.of(closing).On && closes.Sub(due) < leastApart) {
			out = append(out, planned{momentSecond, task.DueAt, due, task.ClosesAt})
		}
	}
	if l.of(closing).On && closes.Sub(task.DueAt) >= leastApart {
		out = append(out, planned{momentClosing, task.ClosesAt, closes, task.ClosesAt})
	}
	return out
}

// sessionMoments are the messages about a session that is known from a moment on: one that is nearer than the day before is
// told of at once.
func sessionMoments(starts, from time.Time, l leads, zone *time.Location) []planned {
	var out []planned
	before, near := kindOf("session", momentDayBefore), kindOf("session", momentHoursBefore)
	day, hours := latest(before.at(starts, l.of(before), zone), from), near.at(starts, l.of(near), zone)
	if l.of(before).On {
		out = append(out, planned{momentDayBefore, starts, day, starts})
	}
	if l.of(near).On && !(l.of(before).On && hours.Sub(day) < apartSession) {
		out = append(out, planned{momentHoursBefore, starts, hours, starts.Add(-sessionLastWay)})
	}
	return out
}

// signingMoments are the messages to whoever still has to sign a text that was proposed at a moment.
func signingMoments(proposed time.Time, l leads, zone *time.Location) []planned {
	out := []planned{{momentNow, proposed, proposed, proposed.AddDate(0, 0, reviewWorth)}}
	return followed(out, kindOf("agreement", momentAgain), proposed, reviewWorth, l, zone)
}

// reviewMoments are the messages about looking back on an agreement on a day.
func reviewMoments(on models.Day, l leads, zone *time.Location) []planned {
	about := on.In(zone)
	if about.IsZero() {
		return nil
	}
	var out []planned
	if k := kindOf("agreement", momentReview); l.of(k).On {
		due := k.at(about, l.of(k), zone)
		out = append(out, planned{momentReview, about, due, latest(due, about).AddDate(0, 0, reviewWorth)})
	}
	return followed(out, kindOf("agreement", momentAgain), about, reviewWorth, l, zone)
}

// reportMoments are the messages about a report that was published at a moment.
func reportMoments(published time.Time, l leads, zone *time.Location) []planned {
	return readyMoments("report", published, l, zone)
}

// messageMoments are the messages about something that was written to a person at a moment.
func messageMoments(written time.Time, l leads, zone *time.Location) []planned {
	return readyMoments("message", written, l, zone)
}

// approvalMoments are the messages about a draft that waits for approval since a moment.
func approvalMoments(waiting time.Time, l leads, zone *time.Location) []planned {
	return readyMoments("approval", waiting, l, zone)
}

// deliveryMoments are the messages about somebody whom messages have not reached since a moment.
func deliveryMoments(raised time.Time, l leads, zone *time.Location) []planned {
	return readyMoments("delivery", raised, l, zone)
}

// readyMoments tell that something is there, and once more when nobody looks.
func readyMoments(cause string, about time.Time, l leads, zone *time.Location) []planned {
	const worth = int(reminderLife / (24 * time.Hour))
	out := []planned{{momentNow, about, about, about.AddDate(0, 0, worth)}}
	return followed(out, kindOf(cause, momentAgain), about, worth, l, zone)
}

// alertMoments are the messages about an alert that was raised at a moment.
func alertMoments(raised time.Time, l leads, zone *time.Location) []planned {
	out := []planned{{momentNow, raised, raised, raised.AddDate(0, 0, alertWorth)}}
	return followed(out, kindOf("alert", momentAgain), raised, alertWorth, l, zone)
}

// invitationMoments are the messages of an invitation that was made at a moment. The links of all end with it.
func invitationMoments(made time.Time, l leads, zone *time.Location) []planned {
	ends := made.Add(invitationTTL)
	out := []planned{{momentNow, made, made, ends}}
	last := kindOf("invitation", momentLast)
	near := last.at(ends, l.of(last), zone)
	if k := kindOf("invitation", momentAgain); l.of(k).On {
		if due := k.at(made, l.of(k), zone); !l.of(last).On || near.Sub(due) >= leastApart {
			out = append(out, planned{momentAgain, made, due, ends})
		}
	}
	if l.of(last).On {
		out = append(out, planned{momentLast, ends, near, ends})
	}
	return out
}

// followed adds the message that goes once more after a moment, worth some days.
func followed(out []planned, k leadKind, about time.Time, worth int, l leads, zone *time.Location) []planned {
	lead := l.of(k)
	if !lead.On {
		return out
	}
	due := k.at(about, lead, zone)
	return append(out, planned{k.moment, about, due, due.AddDate(0, 0, worth)})
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// at is when a message of this kind goes that is about a moment. Hours before are hours that pass. Hours after are whole days
// on the calendar, at the same clock time, and hours that pass for what is left. Days are counted on the calendar, and the
// clock time is one of the practice's zone: a time that the clocks skip is as much later, one that comes twice is the first.
func (k leadKind) at(about time.Time, lead models.Lead, zone *time.Location) time.Time {
	switch {
	case k.unit == inHours && k.after:
		return daysOn(about, lead.Hours/24, "", zone).Add(time.Duration(lead.Hours%24) * time.Hour)
	case k.unit == inHours:
		return about.Add(-time.Duration(lead.Hours) * time.Hour)
	case k.unit == inDays && k.after:
		return daysOn(about, lead.Days, lead.At, zone)
	case k.unit == inDays:
		return daysOn(about, -lead.Days, lead.At, zone)
	}
	return about
}

// daysOn is a number of days after a moment, at a clock time or at the moment's own.
func daysOn(about time.Time, days int, at string, zone *time.Location) time.Time {
	if days == 0 && at == "" {
		return about
	}
	local := about.In(zone)
	day := dayAfter(local, days)
	if at != "" {
		return moment(day, at, zone)
	}
	rest := time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	return wallClock(day, local.Hour()*60+local.Minute(), zone).Add(rest)
}
