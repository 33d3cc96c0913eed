package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/hibiken/asynq"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"tussentijds/care"
	"tussentijds/internal/mailer"
	"tussentijds/worker"
)

// reminders takes due reminders all the way: claimed, checked, opened, written, sent over SMTP, marked and put on the
// record.
type reminders struct {
	w     *world
	svc   *care.Service
	smtp  *mailer.Mailer
	redis redis.UniversalClient
}

// reminderGroup gives our sender against the same mails over the same SMTP server and nothing else, and against the sender
// that everybody writes first: a task of the queue for each reminder.
func (w *world) reminderGroup(ctx context.Context) (group, error) {
	sink, err := w.startSink(ctx)
	if err != nil {
		return group{}, err
	}
	m, err := mailer.New(mailer.Config{URL: "smtp://" + sink + "?starttls=off", From: "noreply@tussentijds.example"})
	if err != nil {
		return group{}, err
	}
	w.onClose(func() { _ = m.Close() })
	pool, err := w.open(ctx, w.url("tt_worker", smallDatabase))
	if err != nil {
		return group{}, err
	}
	options, err := redis.ParseURL(w.redis.URL())
	if err != nil {
		return group{}, err
	}
	client := redis.NewClient(options)
	w.onClose(func() { _ = client.Close() })
	deps := w.deps(pool)
	deps.Mailer = worker.Mailer{SMTP: m}
	deps.Clock = fixed(dueMoment(w.zone))
	r := &reminders{w: w, svc: care.New(deps), smtp: m, redis: client}
	const alone, single = "SMTP alone", "a task for each reminder"
	return group{
		name: "reminders", unit: perSecond,
		floors:  []side{{alone, r.smtpAlone}, {single, r.oneByOne}},
		ours:    []side{{"batches", r.batches}},
		targets: map[string]float64{"batches / " + alone: 0.5, "batches / " + single: 3},
	}, nil
}

// fixed is a clock that stands.
type fixed time.Time

// Now is always the same moment.
func (f fixed) Now() time.Time { return time.Time(f).UTC() }

// dueMoment is a second after the reminders fall due.
func dueMoment(zone *time.Location) time.Time {
	t := time.Now().In(zone).AddDate(0, 0, 1)
	return time.Date(t.Year(), t.Month(), t.Day(), 20, 0, 1, 0, zone)
}

func (r *reminders) smtpAlone(ctx context.Context) (float64, error) {
	messages := make([]mailer.Message, r.w.set.reminders)
	for i := range messages {
		messages[i] = mailer.Message{
			ID: fmt.Sprintf("m%d@example.test", i), FromName: "Praktijk", To: fmt.Sprintf("p%d@client.example", i), Subject: "Er staat iets voor je klaar",
			Text: strings.Repeat("Er staat iets voor je klaar. ", 24), HTML: "<p>" + strings.Repeat("Er staat iets voor je klaar. ", 65) + "</p>",
			StopURL: "https://example.test/reminders/stop/x",
		}
	}
	start := time.Now()
	var wg errgroup.Group
	for first := 0; first < len(messages); first += 50 {
		part := messages[first:min(first+50, len(messages))]
		wg.Go(func() error { return errors.Join(r.smtp.Send(ctx, part)...) })
	}
	err := wg.Wait()
	return float64(len(messages)) / time.Since(start).Seconds(), err
}

// plan makes the reminders due again, as they were before they were sent.
func (r *reminders) plan(ctx context.Context) error {
	return r.w.asSuperuser(ctx, smallDatabase, func(super *pgx.Conn) error {
		_, err := super.Exec(ctx, `update reminders set state = 'planned', reason = '', sent_at = null, lease_until = null where practice_id = $1 and cause_kind = 'task'`, r.w.many)
		if err == nil {
			_, err = super.Exec(ctx, `vacuum (analyze) reminders`)
		}
		return err
	})
}

// rate measures fn from due rows to sent rows, and makes sure that they are sent.
func (r *reminders) rate(ctx context.Context, fn func() error) (float64, error) {
	if err := r.plan(ctx); err != nil {
		return 0, err
	}
	start := time.Now()
	if err := fn(); err != nil {
		return 0, err
	}
	took := time.Since(start)
	var sent, left int
	err := r.w.asSuperuser(ctx, smallDatabase, func(super *pgx.Conn) error {
		return super.QueryRow(ctx, `select count(*) filter (where state = 'sent'), count(*) filter (where state <> 'sent') from reminders where practice_id = $1 and cause_kind = 'task'`,
			r.w.many).Scan(&sent, &left)
	})
	if err == nil && (left > 0 || sent == 0) {
		err = fmt.Errorf("%d reminders sent and %d not", sent, left)
	}
	return float64(sent) / took.Seconds(), err
}

type payload struct {
	Practice uuid.UUID
	IDs      []uuid.UUID
}

const taskKind = "bench:reminders"

// batches is our sender: claimed a thousand at a time, handed out in tens through the queue.
func (r *reminders) batches(ctx context.Context) (float64, error) {
	return r.rate(ctx, func() error {
		return r.throughQueue(ctx, func(b care.DueBatch) []payload { return []payload{{b.PracticeID, b.IDs}} })
	})
}

func (r *reminders) oneByOne(ctx context.Context) (float64, error) {
	return r.rate(ctx, func() error {
		return r.throughQueue(ctx, func(b care.DueBatch) []payload {
			out := make([]payload, 0, len(b.IDs))
			for _, id := range b.IDs {
				out = append(out, payload{b.PracticeID, []uuid.UUID{id}})
			}
			return out
		})
	})
}

// throughQueue claims what is due, puts tasks into Asynq, and works them off with the worker's concurrency.
func (r *reminders) throughQueue(ctx context.Context, split func(care.DueBatch) []payload) error {
	var mu sync.Mutex
	var failed error
	var waiting sync.WaitGroup
	server := asynq.NewServerFromRedisClient(r.redis, asynq.Config{
		Concurrency: 10, LogLevel: asynq.FatalLevel, TaskCheckInterval: 200 * time.Millisecond, BaseContext: func() context.Context { return ctx },
	})
	err := server.Start(asynq.HandlerFunc(func(ctx context.Context, task *asynq.Task) error {
		defer waiting.Done()
		var p payload
		err := json.Unmarshal(task.Payload(), &p)
		if err == nil {
			err = r.svc.SendReminders(ctx, care.DueBatch{PracticeID: p.Practice, IDs: p.IDs})
		}
		if err != nil {
			mu.Lock()
			failed = errors.Join(failed, err)
			mu.Unlock()
		}
		return nil
	}))
	if err != nil {
		return err
	}
	defer server.Shutdown()
	client := asynq.NewClientFromRedisClient(r.redis)
	for {
		batches, err := r.svc.ClaimDueReminders(ctx, 1000)
		if err != nil {
			return err
		}
		if len(batches) == 0 {
			break
		}
		var hand errgroup.Group
		hand.SetLimit(16)
		for _, b := range batches {
			for _, p := range split(b) {
				waiting.Add(1)
				hand.Go(func() error {
					raw, err := json.Marshal(p)
					if err == nil {
						_, err = client.EnqueueContext(ctx, asynq.NewTask(taskKind, raw), asynq.MaxRetry(0))
					}
					return err
				})
			}
		}
		if err := hand.Wait(); err != nil {
			return err
		}
	}
	waiting.Wait()
	return failed
}

// startSink starts an SMTP server that takes every mail and forgets it, and gives its address.
func (w *world) startSink(ctx context.Context) (string, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return sink{}, nil }))
	server.Domain, server.EnableSMTPUTF8 = "localhost", true
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(ln) }()
	w.onClose(func() { _ = server.Close(); <-done })
	return ln.Addr().String(), nil
}

type sink struct{}

// Reset forgets the mail.
func (sink) Reset() {}

// Logout ends nothing.
func (sink) Logout() error { return nil }

// Mail takes any sender.
func (sink) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt takes any recipient.
func (sink) Rcpt(string, *smtp.RcptOptions) error { return nil }

// Data takes any mail.
func (sink) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
