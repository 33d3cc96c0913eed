package web

import (
	"time"

	"tussentijds/care"
)

var deskQueuePage = page("desk/settings-queue")

// QueuePage is how the practice's reminders fare.
type QueuePage struct {
	Tabs SettingsTabs
	Q    care.QueueView
}

// Trouble tells whether somebody should look: nobody is at work, or what is due waits for long.
func (d QueuePage) Trouble() bool { return !d.Q.Working || d.Q.OldestSeconds > longWaited }

// longWaited is from when on it is no longer usual that something due waits, in seconds.
const longWaited = 300

// Minutes is how long the first due one has waited, rounded up.
func (d QueuePage) Minutes() int {
	return int((time.Duration(d.Q.OldestSeconds)*time.Second + time.Minute - 1) / time.Minute)
}

// Hours is the same in whole hours, when it is at least two.
func (d QueuePage) Hours() int {
	if hours := d.Q.OldestSeconds / 3600; hours > 1 {
		return hours
	}
	return 0
}

// deskQueue shows an owner what waits, what went and what did not.
func (s *Site) deskQueue(r *Request) error {
	q, err := s.care.ReminderQueue(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.deskShow(deskQueuePage, "desk.settings.queue", QueuePage{Tabs: r.settingsTabs("queue"), Q: q})
}
