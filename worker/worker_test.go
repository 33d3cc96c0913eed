package worker_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/local"
	"tussentijds/internal/mailer"
	"tussentijds/internal/testkit"
	"tussentijds/models"
	"tussentijds/worker"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// parts is a kit with a mailbox and Redis; its tests do not run side by side, for a worker works for all practices.
type parts struct {
	*testkit.Kit
	box   *local.Mailbox
	redis redis.UniversalClient
}

func newParts(t *testing.T) *parts {
	t.Helper()
	box, err := local.StartMailbox(t.Context(), local.MailboxOptions{})
	require.NoError(t, err)
	smtp, err := mailer.New(mailer.Config{URL: box.URL(), From: "noreply@example.test", Timeout: 5 * time.Second})
	require.NoError(t, err)
	options, err := redis.ParseURL(testkit.RedisURL(t))
	require.NoError(t, err)
	client := redis.NewClient(options)
	require.NoError(t, client.FlushAll(t.Context()).Err())
	t.Cleanup(func() { _ = client.Close(); _ = smtp.Close(); _ = box.Stop(context.Background()) })
	k := testkit.New(t, func(d *care.Deps) { d.Mailer = worker.Mailer{SMTP: smtp} })
	k.SQL(`update reminders set state = 'skipped', reason = 'arranged'`)
	k.SQL(`update jobs set state = 'done', done_at = now() where state = 'due'`)
	return &parts{Kit: k, box: box, redis: client}
}

// run runs a worker until the test or stop ends it.
func (p *parts) run(t *testing.T, client redis.UniversalClient, log *slog.Logger) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- worker.Run(ctx, p.Worker, worker.Options{Redis: client, Sweep: 50 * time.Millisecond, Grace: 10 * time.Second, Log: log})
	}()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("the worker ended with %v", err)
				}
			case <-time.After(30 * time.Second):
				t.Error("the worker did not stop")
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func soon(t *testing.T, what string, is func() bool) {
	t.Helper()
	require.Eventually(t, is, 30*time.Second, 50*time.Millisecond, what)
}

// plan makes n due reminders, each to another partner so that no cap or digest joins them.
func (p *parts) plan(t *testing.T, couples int) int {
	t.Helper()
	for range couples {
		id, _, _ := p.NewCouple(p.Therapist, "Voornaam", "Achternaam")
		_, err := p.Service.AssignExercise(p.Ctx, p.Therapist, id, care.AssignExerciseInput{
			ExerciseID: "appreciation", For: "both", StartsOn: string(models.DayOf(p.Clock.Now().In(p.Zone))),
			Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
		})
		require.NoError(t, err)
	}
	return 2 * couples
}

func (p *parts) sent() int {
	return p.Count("reminders where practice_id = $1 and cause_kind = 'task' and state = 'sent'", p.Practice)
}

func (p *parts) due() { p.Clock.Set(time.Date(2026, 10, 5, 20, 0, 0, 0, p.Zone)) }

// once wants every mail once, and nothing of it in Redis or the log.
func (p *parts) once(t *testing.T, n int) {
	t.Helper()
	ids := map[string]bool{}
	for _, m := range p.box.Mails(nil) {
		require.False(t, ids[m.MessageID], "a mail went out twice")
		ids[m.MessageID] = true
	}
	require.Len(t, ids, n)
}

func TestTwoWorkersSendEveryReminderOnceAndPayloadsAreIDs(t *testing.T) {
	p := newParts(t)
	n := p.plan(t, 40)
	p.due()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&locked{w: &log}, nil))
	stopOne, stopTwo := p.run(t, p.redis, logger), p.run(t, p.redis, logger)
	soon(t, "all sent", func() bool { return p.sent() == n })
	stopOne()
	stopTwo()
	p.once(t, n)
	for _, key := range p.redis.Keys(t.Context(), "*").Val() {
		if strings.Contains(key, ":t:") {
			msg := p.redis.HGet(t.Context(), key, "msg").Val()
			for _, canary := range []string{"Voornaam", "appreciation", "client.example", "token"} {
				require.NotContains(t, msg, canary)
			}
		}
	}
	require.NotContains(t, log.String(), "client.example")
	require.NotContains(t, log.String(), "Voornaam")
}

func TestLosingAllOfRedisLosesNothing(t *testing.T) {
	p := newParts(t)
	n := p.plan(t, 25)
	jobs := make([]uuid.UUID, 30)
	for i := range jobs {
		jobs[i] = models.NewID()
		p.SQL(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key) values ($1, $2, 'tidy', $1, now() - interval '1 year', $3)`, p.Practice, jobs[i], jobs[i].String())
	}
	p.due()
	// What was claimed and handed to Redis before it lost everything waits for the end of its lease.
	batches, err := p.Worker.ClaimDueReminders(p.Ctx, 20)
	require.NoError(t, err)
	require.NotEmpty(t, batches)
	queue := worker.NewQueue(p.redis, nil)
	for _, id := range jobs {
		queue.Wake(p.Ctx, "tidy", p.Practice, id)
	}
	require.NoError(t, p.redis.FlushAll(t.Context()).Err())
	p.run(t, p.redis, nil)
	soon(t, "the rest is sent", func() bool { return p.sent() >= n-20 })
	require.NoError(t, p.redis.FlushAll(t.Context()).Err())
	p.Clock.Add(6 * time.Minute)
	soon(t, "all is sent", func() bool { return p.sent() == n })
	soon(t, "all jobs are done", func() bool {
		return p.Count("jobs where practice_id = $1 and kind = 'tidy' and state = 'done' and attempts = 1 and unique_key like '%-%-%-%-%'", p.Practice) == len(jobs)
	})
	p.once(t, n)
}

func TestNothingStopsWhileRedisIsAway(t *testing.T) {
	p := newParts(t)
	n := p.plan(t, 10)
	id := models.NewID()
	p.SQL(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key) values ($1, $2, 'tidy', $1, now() - interval '1 year', 'away')`, p.Practice, id)
	p.due()
	away := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	t.Cleanup(func() { _ = away.Close() })
	worker.NewQueue(away, nil).Wake(p.Ctx, "tidy", p.Practice, id) // Nobody waits long for it, and nothing fails.
	stop := p.run(t, away, nil)
	soon(t, "all sent", func() bool { return p.sent() == n })
	soon(t, "the job is done", func() bool { return p.Count("jobs where id = $1 and state = 'done'", id) == 1 })
	soon(t, "the clock ticks too", func() bool { return p.Count("jobs where practice_id = $1 and kind = 'close_tasks'", p.Practice) > 0 })
	stop()
	p.once(t, n)
}

func TestAWakeUpRunsAJobOnce(t *testing.T) {
	p := newParts(t)
	p.run(t, p.redis, nil)
	id := models.NewID()
	p.SQL(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key) values ($1, $2, 'seal_audit', $1, now() - interval '1 year', 'once')`, p.Practice, id)
	for range 5 {
		worker.NewQueue(p.redis, nil).Wake(p.Ctx, "seal_audit", p.Practice, id)
	}
	soon(t, "the job is done", func() bool { return p.Count("jobs where id = $1 and state = 'done' and attempts = 1", id) == 1 })
	proof, err := p.Worker.VerifyAudit(p.Ctx, p.Practice)
	require.NoError(t, err)
	require.Empty(t, proof.Faults)
	require.Positive(t, proof.Linked)
}

// locked is a writer for several goroutines.
type locked struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
