package care

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/models"
)

// What an owner's look at the queue goes by: the days it covers, how late is late, and how much is counted and shown at most.
const (
	queueDays    = 7
	queueLate    = 5 * time.Minute
	queueCounted = 100_000
	queueShown   = 20
	workerSilent = time.Minute // after this a worker is taken to be away.
	workerForget = 7 * 24 * time.Hour
)

// QueueView is how a practice's reminders fare.
type QueueView struct {
	Due           int        `json:"due"`                      // wait for a sender now.
	OldestSeconds int        `json:"oldest_seconds"`           // how long the first of them has waited.
	WorkerSeenAt  *time.Time `json:"worker_seen_at,omitempty"` // when a worker last said that it is at work.
	Working       bool       `json:"working"`                  // that was within the last minute.
	RedisAway     bool       `json:"redis_away"`               // workers get by without Redis.
	Channels      []Carried  `json:"channels"`                 // by channel.
	Left          []LeftOut  `json:"left_out"`                 // what did not go, by why.
	Dead          int        `json:"dead_addresses"`           // addresses and numbers that are given up.
	Failures      []Failure  `json:"failures"`                 // the last ones.
	Whole         bool       `json:"whole"`                    // all were counted: false where a practice sends more in a week than is counted at once.
}

// Carried is how many messages went over a channel, of those that were for today and for the last seven days.
type Carried struct {
	Channel string `json:"channel" enum:"mail,push,sms"`
	Today   Counts `json:"today"`
	Week    Counts `json:"week"`
}

// Counts are how messages fared. Late counts among the sent.
type Counts struct {
	Due     int `json:"due"` // not settled yet.
	Sent    int `json:"sent"`
	Late    int `json:"late"`
	Failed  int `json:"failed"`
	Skipped int `json:"skipped"`
}

// LeftOut is how many messages did not go for a reason. Whatever happened to what they were about is one reason, gone: which it
// was is for those who treat.
type LeftOut struct {
	Reason string `json:"reason" enum:"gone,late,stopped,quiet,cap,erased,unreachable"`
	Today  int    `json:"today"`
	Week   int    `json:"week"`
}

// Failure is a message that was given up.
type Failure struct {
	ID       uuid.UUID  `json:"id"`
	At       time.Time  `json:"at"` // of the last try.
	Channel  string     `json:"channel" enum:"mail,push,sms"`
	To       string     `json:"to" enum:"partner,member"`
	Reason   string     `json:"reason"` // refused (for a passing reason, again and again), rejected (for good).
	Tries    int        `json:"tries"`
	CoupleID *uuid.UUID `json:"couple_id,omitempty"` // for who treats it.
}

// ReminderQueue shows an owner how reminders fare: what waits, what went and what did not, and whether anybody is at work. It
// names nobody; of a failure it tells the couple to who treats it. Faults: forbidden, not_found.
func (s *Service) ReminderQueue(ctx context.Context, actor Actor) (QueueView, error) {
	v := QueueView{Left: []LeftOut{}, Failures: []Failure{}}
	if err := mayManagePractice(actor).fault(); err != nil {
		return v, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		due, err := models.CountDue(t.DB, t.now, queueCounted)
		if err != nil {
			return err
		}
		if v.Due = due.Due; due.Oldest != nil {
			v.OldestSeconds = int(t.now.Sub(*due.Oldest).Seconds())
		}
		local := t.now.In(practice.Zone())
		today := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, practice.Zone())
		week := time.Date(local.Year(), local.Month(), local.Day()-queueDays+1, 0, 0, 0, 0, practice.Zone())
		tallies, err := models.TallyReminders(t.DB, week, today, t.now, queueLate, queueCounted)
		if err != nil {
			return err
		}
		v.tally(tallies)
		dead, err := models.CountDead(t.DB)
		if err != nil {
			return err
		}
		for _, d := range dead {
			v.Dead += d.Dead
		}
		workers, err := models.Workers(t.DB, 50)
		if err != nil {
			return err
		}
		v.workers(workers, t.now)
		failed, err := models.FailedReminders(t.DB, actor.ID, week, queueShown)
		if err != nil {
			return err
		}
		for _, f := range failed {
			v.Failures = append(v.Failures, failureView(actor, f))
		}
		t.note(act{verb: "read", object: "reminder_queue", objectID: practice.ID})
		return nil
	})
	return v, err
}

func failureView(actor Actor, f models.FailedReminder) Failure {
	out := Failure{ID: f.ID, At: f.NotBefore.UTC(), Channel: f.Channel, To: f.RecipientKind, Reason: f.Reason, Tries: f.Attempts}
	if f.CoupleID != nil && mayOnCouple(actor, standing{treats: f.Treats}, readClinical) == allowed {
		out.CoupleID = f.CoupleID
	}
	return out
}

// tally sorts counts out by channel and by why something did not go.
func (v *QueueView) tally(tallies []models.ReminderTally) {
	for _, channel := range Channels {
		v.Channels = append(v.Channels, Carried{Channel: channel})
	}
	total := 0
	for _, one := range tallies {
		total += one.Week
		at := slices.Index(Channels, one.Channel)
		if at < 0 {
			continue
		}
		c := &v.Channels[at]
		switch one.State {
		case models.ReminderSent:
			c.Today.Sent, c.Week.Sent, c.Week.Late = c.Today.Sent+one.Today, c.Week.Sent+one.Week, c.Week.Late+one.Late
		case models.ReminderFailed:
			c.Today.Failed, c.Week.Failed = c.Today.Failed+one.Today, c.Week.Failed+one.Week
		case models.ReminderSkipped:
			c.Today.Skipped, c.Week.Skipped = c.Today.Skipped+one.Today, c.Week.Skipped+one.Week
			v.leave(one)
		default:
			c.Today.Due, c.Week.Due = c.Today.Due+one.Today, c.Week.Due+one.Week
		}
	}
	v.Whole = total < queueCounted
}

func (v *QueueView) leave(one models.ReminderTally) {
	reason := one.Reason
	if !slices.Contains(models.SkippedBySender, reason) {
		reason = models.SkipGone
	}
	at := slices.IndexFunc(v.Left, func(l LeftOut) bool { return l.Reason == reason })
	if at < 0 {
		at, v.Left = len(v.Left), append(v.Left, LeftOut{Reason: reason})
	}
	v.Left[at].Today, v.Left[at].Week = v.Left[at].Today+one.Today, v.Left[at].Week+one.Week
}

// workers tells who is at work; Redis is away when all who are at work say so.
func (v *QueueView) workers(list []models.Worker, now time.Time) {
	if len(list) == 0 {
		return
	}
	v.WorkerSeenAt = inUTC(&list[0].SeenAt)
	atWork := slices.DeleteFunc(slices.Clone(list), func(w models.Worker) bool { return now.Sub(w.SeenAt) > workerSilent })
	v.Working = len(atWork) > 0
	v.RedisAway = v.Working && !slices.ContainsFunc(atWork, func(w models.Worker) bool { return !w.RedisAway })
}

// Beat says that a worker is at work (the worker's role only).
func (s *Service) Beat(ctx context.Context, worker uuid.UUID, startedAt time.Time, redisAway bool) error {
	now := s.Clock.Now()
	return s.DB.Global(ctx, func(tx *db.Tx) error {
		return models.Beat(tx.DB, models.Worker{ID: worker, StartedAt: startedAt, SeenAt: now, RedisAway: redisAway}, now.Add(-workerForget))
	})
}

// OldestDue tells how long the first due reminder of all practices has waited; zero for none (the worker's role only).
func (s *Service) OldestDue(ctx context.Context) (time.Duration, error) {
	now := s.Clock.Now()
	var waited time.Duration
	err := s.DB.DueLists(ctx, func(tx *db.Tx) error {
		oldest, err := models.OldestDue(tx.DB, now)
		if err == nil && oldest != nil {
			waited = now.Sub(*oldest)
		}
		return err
	})
	return waited, err
}
