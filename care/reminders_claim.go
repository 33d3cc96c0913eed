package care

import (
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/models"
)

// The queues of reminders, by who waits: an alert goes before a session, that before a task, and what came to lie during an
// outage before reports that are ready.
const (
	QueueAlert   = "alert"
	QueueSession = "session"
	QueueTask    = "task"
	QueueDigest  = "digest"
	QueueReport  = "report"
)

// DueBatch is some tens of claimed reminders of one practice.
type DueBatch struct {
	PracticeID uuid.UUID
	IDs        []uuid.UUID
	Queue      string
	// Claim names the attempt: the first reminder and the claim's moment. The same claim handed out twice has the same name, the
	// next claim of the same reminders another one.
	Claim string
}

// BatchSize is how many reminders go out together: enough to spare round trips, few enough for a crash to repeat little.
const BatchSize = 50

// reminderLease is how long a claimed reminder is its sender's; after that another may claim it.
const reminderLease = 2 * time.Minute

// lateAfter is from when on a reminder counts as one that an outage held up.
const lateAfter = 30 * time.Minute

// ClaimDueReminders claims up to limit due reminders with a lease and groups them for sending (the worker's role only).
// Every practice gets its share before any gets more, so that a large one delays no small one.
func (s *Service) ClaimDueReminders(ctx context.Context, limit int) ([]DueBatch, error) {
	return s.claim(ctx, limit, models.Ranks)
}

// ClaimUrgentReminders is ClaimDueReminders for those that somebody waits for, while the others have to.
func (s *Service) ClaimUrgentReminders(ctx context.Context, limit int) ([]DueBatch, error) {
	return s.claim(ctx, limit, []int16{models.RankAlert})
}

func (s *Service) claim(ctx context.Context, limit int, ranks []int16) ([]DueBatch, error) {
	now := s.Clock.Now()
	var claimed []models.ClaimedReminder
	err := s.DB.DueLists(ctx, func(tx *db.Tx) error {
		due, err := models.DuePractices(tx.DB, ranks, now)
		if err != nil {
			return err
		}
		// Which practices come first when there are more than places is left to chance, so that none is always last.
		rand.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] }) // #nosec G404 -- the order of practices is for fairness, not a secret.
		slices.SortStableFunc(due, func(a, b models.DueShare) int { return int(a.Rank) - int(b.Rank) })
		for pass := 0; len(due) > 0 && len(claimed) < limit; pass++ {
			shares := shareOut(due, limit-len(claimed), pass > 0)
			got, err := models.ClaimReminders(tx.DB, shares, now, now.Add(reminderLease))
			if err != nil {
				return err
			}
			claimed = append(claimed, got...)
			due = unfinished(due, shares, got)
		}
		return nil
	})
	return inBatches(claimed, now), err
}

// shareOut divides places among practices: all alike to begin with, what is left among those of the first rank that still
// has some.
func shareOut(due []models.DueShare, places int, leftover bool) []models.DueShare {
	if leftover {
		last := slices.IndexFunc(due, func(d models.DueShare) bool { return d.Rank != due[0].Rank })
		if last > 0 {
			due = due[:last]
		}
	}
	out := slices.Clone(due[:min(len(due), places)])
	for i := range out {
		out[i].Most = places / len(out)
		if i < places%len(out) {
			out[i].Most++
		}
	}
	return out
}

// unfinished leaves those who may have more: who got a whole share, or none was given to.
func unfinished(due, shares []models.DueShare, got []models.ClaimedReminder) []models.DueShare {
	type who struct {
		rank     int16
		practice uuid.UUID
	}
	count := map[who]int{}
	for _, c := range got {
		count[who{c.Rank, c.PracticeID}]++
	}
	done := map[who]bool{}
	for _, s := range shares {
		done[who{s.Rank, s.PracticeID}] = count[who{s.Rank, s.PracticeID}] < s.Most
	}
	return slices.DeleteFunc(due, func(d models.DueShare) bool { return done[who{d.Rank, d.PracticeID}] })
}

// inBatches groups claimed reminders by practice and queue, in the order they came, at most BatchSize together.
func inBatches(claimed []models.ClaimedReminder, now time.Time) []DueBatch {
	type group struct {
		practice uuid.UUID
		queue    string
	}
	var out []DueBatch
	open := map[group]int{} // to its batch that still has room.
	moment := strconv.FormatInt(now.UnixMicro(), 36)
	for _, c := range claimed {
		g := group{c.PracticeID, queueOf(c, now)}
		i, ok := open[g]
		if !ok || len(out[i].IDs) == BatchSize {
			out = append(out, DueBatch{PracticeID: c.PracticeID, Queue: g.queue, Claim: c.ID.String() + ":" + moment})
			i = len(out) - 1
			open[g] = i
		}
		out[i].IDs = append(out[i].IDs, c.ID)
	}
	return out
}

func queueOf(c models.ClaimedReminder, now time.Time) string {
	switch {
	case c.Rank == models.RankAlert:
		return QueueAlert
	case now.Sub(c.DueAt) > lateAfter:
		return QueueDigest
	case c.Rank == models.RankSession:
		return QueueSession
	case c.Rank == models.RankReport:
		return QueueReport
	}
	return QueueTask
}
