package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/hibiken/asynq"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	gomail "github.com/wneessen/go-mail"
	"golang.org/x/sync/errgroup"

	"tussentijds/care"
	"tussentijds/internal/mailer"
	"tussentijds/worker"
)

// reminders takes due reminders all the way: claimed, checked, opened, written, sent over SMTP, marked and put on the
// record.
type reminders struct {
	w     *world
	deps  care.Deps
	svc   *care.Service
	smtp  *mailer.Mailer
	sink  string // the SMTP server's address.
	redis redis.UniversalClient
}

// reminderGroups give our sender against the same mails over the same SMTP server and nothing else, and against the sender
// that everybody writes first: a task of the queue for each reminder.
func (w *world) reminderGroups(ctx context.Context) ([]group, error) {
	sink, err := w.startSink(ctx)
	if err != nil {
		return nil, err
	}
	m, err := mailer.New(mailer.Config{URL: "smtp://" + sink + "?starttls=off", From: "noreply@tussentijds.example"})
	if err != nil {
		return nil, err
	}
	w.onClose(func() { _ = m.Close() })
	pool, err := w.open(ctx, w.url("tt_worker", smallDatabase))
	if err != nil {
		return nil, err
	}
	options, err := redis.ParseURL(w.redis.URL())
	if err != nil {
		return nil, err
	}
	client := redis.NewClient(options)
	w.onClose(func() { _ = client.Close() })
	deps := w.deps(pool)
	deps.Mailer = worker.Mailer{SMTP: m}
	deps.Clock = fixed(dueMoment(w.zone))
	r := &reminders{w: w, deps: deps, svc: care.New(deps), smtp: m, sink: sink, redis: client}
	const alone, single = "SMTP alone", "a task for each reminder"
	return []group{{
		name: "reminders", unit: perSecond,
		floors:  []side{{alone, r.smtpAlone}, {single, r.oneByOne}},
		ours:    []side{{"batches", r.batches}, {"batches without encryption, record and rules", r.bare}},
		targets: map[string]float64{"batches / " + alone: 0.5, "batches / " + single: 3, "batches without encryption, record and rules / " + alone: 0.7},
	}, r.latenessGroup()}, nil
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

// smtpAlone sends as many mails of the same size with go-mail over kept connections, as anybody would who wants it fast.
func (r *reminders) smtpAlone(ctx context.Context) (float64, error) {
	host, port, err := net.SplitHostPort(r.sink)
	if err != nil {
		return 0, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return 0, err
	}
	const connections = 8
	start := time.Now()
	var wg errgroup.Group
	for c := range connections {
		wg.Go(func() error {
			client, err := gomail.NewClient(host, gomail.WithPort(number), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithoutNoop(), gomail.WithoutRset())
			if err != nil {
				return err
			}
			socket, err := client.DialToSMTPClientWithContext(ctx)
			if err != nil {
				return err
			}
			defer func() { _ = client.CloseWithSMTPClient(socket) }()
			for i := c; i < r.w.set.reminders; i += connections {
				m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
				if err := errors.Join(m.FromFormat("Praktijk", "noreply@tussentijds.example"), m.To(fmt.Sprintf("p%d@client.example", i))); err != nil {
					return err
				}
				m.Subject("Er staat iets voor je klaar")
				m.SetDate()
				m.SetMessageIDWithValue(fmt.Sprintf("m%d@example.test", i))
				m.SetListUnsubscribe("https://example.test/reminders/stop/" + stopLike)
				m.SetListUnsubscribePost()
				m.SetBodyString(gomail.TypeTextPlain, mailText)
				m.AddAlternativeString(gomail.TypeTextHTML, mailHTML)
				if err := client.SendWithSMTPClient(socket, m); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = wg.Wait()
	return float64(r.w.set.reminders) / time.Since(start).Seconds(), err
}

// What a mail says, in the size of ours.
var (
	mailText = strings.Repeat("Er staat iets voor je klaar. ", 24)
	mailHTML = "<p>" + strings.Repeat("Er staat iets voor je klaar. ", 65) + "</p>"
	stopLike = strings.Repeat("x", 87)
)

// plan makes the reminders due again, as they were before they were sent.
func (r *reminders) plan(ctx context.Context) error {
	return r.w.asSuperuser(ctx, smallDatabase, func(super *pgx.Conn) error {
		_, err := super.Exec(ctx, `update reminders set state = 'planned', reason = '', sent_at = null, lease_until = null, sending_since = null where practice_id = $1 and cause_kind = 'task' and moment = 'due'`, r.w.many)
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
		return super.QueryRow(ctx, `select count(*) filter (where state = 'sent'), count(*) filter (where state <> 'sent') from reminders where practice_id = $1 and cause_kind = 'task' and moment = 'due'`,
			r.w.many).Scan(&sent, &left)
	})
	if err == nil && (left > 0 || sent == 0) {
		err = fmt.Errorf("%d reminders sent and %d not", sent, left)
	}
	return float64(sent) / took.Seconds(), err
}

const taskKind = "bench:reminders"

// batches is our sender: claimed a thousand at a time, handed out in tens through the queue.
func (r *reminders) batches(ctx context.Context) (float64, error) {
	return r.rate(ctx, func() error {
		return r.throughQueue(ctx, r.svc.SendReminders, func(b care.DueBatch) []care.DueBatch { return []care.DueBatch{b} })
	})
}

func (r *reminders) oneByOne(ctx context.Context) (float64, error) {
	return r.rate(ctx, func() error {
		return r.throughQueue(ctx, r.svc.SendReminders, func(b care.DueBatch) []care.DueBatch {
			out := make([]care.DueBatch, 0, len(b.IDs))
			for _, id := range b.IDs {
				out = append(out, care.DueBatch{PracticeID: b.PracticeID, IDs: []uuid.UUID{id}})
			}
			return out
		})
	})
}

// throughQueue claims what is due, puts tasks into Asynq, and works them off with the worker's concurrency.
func (r *reminders) throughQueue(ctx context.Context, send func(context.Context, care.DueBatch) error, split func(care.DueBatch) []care.DueBatch) error {
	var mu sync.Mutex
	var failed error
	var waiting sync.WaitGroup
	server := asynq.NewServerFromRedisClient(r.redis, asynq.Config{
		Concurrency: 10, LogLevel: asynq.FatalLevel, TaskCheckInterval: 10 * time.Millisecond, BaseContext: func() context.Context { return ctx },
	})
	err := server.Start(asynq.HandlerFunc(func(ctx context.Context, task *asynq.Task) error {
		defer waiting.Done()
		var b care.DueBatch
		err := json.Unmarshal(task.Payload(), &b)
		if err == nil {
			err = send(ctx, b)
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
	done := make(chan struct{})
	go func() { defer close(done); waiting.Wait() }()
	select {
	case <-done:
		return failed
	case <-ctx.Done(): // Asynq runs no task any more: nobody would ever be done.
		return ctx.Err()
	}
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
