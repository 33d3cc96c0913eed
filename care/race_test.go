package care_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/mailer"
	"tussentijds/internal/push"
	"tussentijds/internal/sms"
	"tussentijds/internal/testkit"
	"tussentijds/worker"
)

// goingClock goes on by itself from the kit's start, and can be moved.
type goingClock struct {
	began time.Time
	ahead atomic.Int64
}

// Now is later each time.
func (c *goingClock) Now() time.Time {
	return testkit.Start.Add(time.Since(c.began) + time.Duration(c.ahead.Load()))
}

// conversation is when an SMTP server heard of a mail, and when it had all of it.
type conversation struct{ began, taken time.Time }

// slowServer is an SMTP server as far away as real ones are, with a record of its conversations.
type slowServer struct {
	mu    sync.Mutex
	mails map[string][]conversation // by Message-ID.
	calls int                       // conversations that began, whether or not a mail came of it.
}

type slowSession struct {
	s     *slowServer
	began time.Time
}

// Mail begins a conversation.
func (s *slowSession) Mail(string, *smtp.MailOptions) error {
	s.began = time.Now()
	s.s.mu.Lock()
	s.s.calls++
	s.s.mu.Unlock()
	return nil
}

// Rcpt takes its time.
func (s *slowSession) Rcpt(string, *smtp.RcptOptions) error {
	<-time.After(time.Duration(rand.IntN(6000)) * time.Microsecond)
	return nil
}

// Data has a mail once all of it is there.
func (s *slowSession) Data(r io.Reader) error {
	reader := bufio.NewReader(r)
	header, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, reader); err != nil {
		return err
	}
	id, _, _ := strings.Cut(strings.Trim(header.Get("Message-Id"), "<>"), "@")
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	s.s.mails[id] = append(s.s.mails[id], conversation{s.began, time.Now()})
	return nil
}

// Reset ends a conversation of which no mail came.
func (s *slowSession) Reset() {}

// Logout ends nothing.
func (s *slowSession) Logout() error { return nil }

// race is a practice in which reminders are sent while their causes go.
type race struct {
	t     *testing.T
	k     *testkit.Kit
	clock *goingClock
	smtp  *slowServer
	slots atomic.Int64 // hours given out for sessions.

	carriers *carriers
	couples  atomic.Int64 // made so far.
	numbers  atomic.Int64 // given out.
	mu       sync.Mutex
	browsers map[uuid.UUID]string    // person to the path of the one browser.
	devices  map[uuid.UUID]uuid.UUID // and to its id.
	gaps     []time.Duration         // between a look and the request being there.
}

// runner is one reminder, or a few, and what makes them go.
type runner struct {
	kind    string
	doomed  []uuid.UUID
	channel string      // over what they go; empty for mail.
	people  []uuid.UUID // to whom each of them is, of those that go by push.
	change  func() error
	began   time.Time
	ended   time.Time // when the change had been committed for sure.
	tries   int
}

func newRace(t *testing.T) *race {
	t.Helper()
	r := &race{
		t: t, clock: &goingClock{began: time.Now()}, smtp: &slowServer{mails: map[string][]conversation{}}, carriers: startCarriers(t),
		browsers: map[uuid.UUID]string{}, devices: map[uuid.UUID]uuid.UUID{},
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &slowSession{s: r.smtp}, nil }))
	server.Domain = "localhost"
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(ln) })
	m, err := mailer.New(mailer.Config{URL: "smtp://" + ln.Addr().String() + "?starttls=off", From: "noreply@example.test", Timeout: 10 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Close(); _ = server.Close(); served.Wait() })
	gateway, err := sms.New(sms.Config{URL: r.carriers.text.URL, Token: "geheim"})
	require.NoError(t, err)
	r.k = testkit.New(t, func(d *care.Deps) {
		d.Demo, d.Mailer, d.Clock = true, worker.Mailer{SMTP: m}, r.clock
		d.Pusher, d.Texter = watchedPusher{push.New(push.Config{Contact: "post@praktijk.example", Loopback: true}), r.carriers}, watchedTexter{gateway, r.carriers}
	})
	return r
}

// fresh is somebody who has just signed in.
func (r *race) fresh(a care.Actor) care.Actor {
	a.FreshAt = r.clock.Now()
	return a
}

// send sends the practice's due reminders until nobody needs it to; several do it at the same time.
func (r *race) send(ctx context.Context, t *testing.T) {
	for ctx.Err() == nil {
		batches, err := r.k.Worker.ClaimDueReminders(context.WithoutCancel(ctx), 200)
		if err != nil {
			t.Error(err)
			return
		}
		for _, b := range batches {
			if b.PracticeID != r.k.Practice {
				continue
			}
			if err := r.k.Worker.SendReminders(context.WithoutCancel(ctx), b); err != nil {
				t.Error(err)
			}
		}
		if len(batches) == 0 {
			<-time.After(2 * time.Millisecond)
		}
	}
}

// run makes a runner's reminders due and, a moment later, changes what they are about.
func (r *race) run(one *runner) error {
	r.k.SQL(`update reminders set not_before = $2 where id = any ($1) and state = 'planned'`, one.doomed, r.clock.Now())
	<-time.After(time.Duration(rand.IntN(40_000)) * time.Microsecond)
	one.began = time.Now()
	for {
		one.tries++
		err := one.change()
		one.ended = time.Now()
		// Two writers in each other's way: people are told to try again.
		if one.tries < 5 && (fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Internal)) {
			continue
		}
		return err
	}
}

// name is a reminder's Message-ID before the host.
func (r *race) name(id uuid.UUID) string {
	return hex.EncodeToString(r.k.Service.Master.MAC("message-id", slices.Concat(r.k.Practice[:], id[:])))
}

// Whatever makes a reminder pointless: once it is committed, no conversation about it begins, whatever it goes over. RACE=1000 races a thousand of
// each kind.
func TestNothingIsSentAfterItsCauseHasGone(t *testing.T) {
	r := newRace(t)
	k := r.k
	each := 2
	if n, err := strconv.Atoi(os.Getenv("RACE")); err == nil && n > 0 {
		each = n
	}
	var mu sync.Mutex
	var all []*runner
	var arranging sync.WaitGroup
	work := make(chan cause)
	for range 4 {
		arranging.Go(func() {
			for c := range work {
				one := c.arrange(r)
				if one.change == nil || len(one.doomed) == 0 {
					t.Errorf("%s: nothing to race with", c.name)
					continue
				}
				one.kind = c.name
				mu.Lock()
				all = append(all, one)
				mu.Unlock()
			}
		})
	}
	for _, c := range causesGone {
		for range each {
			work <- c
		}
	}
	close(work)
	arranging.Wait()
	if t.Failed() {
		return
	}
	var doomed []uuid.UUID
	for _, one := range all {
		doomed = append(doomed, one.doomed...)
	}
	k.SQL(`update reminders set state = 'skipped', reason = 'arranged' where practice_id = $1 and state = 'planned' and id <> all ($2)`, k.Practice, doomed)
	k.SQL(`update reminders set state = 'skipped', reason = 'arranged' where practice_id <> $1 and state = 'planned'`, k.Practice)
	k.SQL(`update reminders set not_before = $2, expires_at = greatest(expires_at, $2::timestamptz) where practice_id = $1 and state = 'planned'`, k.Practice, r.clock.Now().Add(24*time.Hour))

	sending, stop := context.WithCancel(t.Context())
	var senders sync.WaitGroup
	for range 3 {
		senders.Go(func() { r.send(sending, t) })
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	next := make(chan *runner)
	var runners sync.WaitGroup
	for range 4 {
		runners.Go(func() {
			for one := range next {
				if err := r.run(one); err != nil {
					t.Errorf("%s: %v", one.kind, err)
				}
			}
		})
	}
	for _, one := range all {
		next <- one
	}
	close(next)
	runners.Wait()
	// What was recalled is judged anew when the lease of whoever had it is over.
	r.clock.ahead.Add(int64(5 * time.Minute))
	require.Eventually(t, func() bool {
		return k.Count("reminders where id = any ($1) and wake_at <= $2", doomed, r.clock.Now()) == 0
	}, 30*time.Second, 20*time.Millisecond)
	stop()
	senders.Wait()
	r.verdict(t, all, doomed)
}

// tally is how the reminders of one kind of change fared.
type tally struct{ changes, reminders, before, during, kept, late, again int }

func (r *race) verdict(t *testing.T, all []*runner, doomed []uuid.UUID) {
	r.smtp.mu.Lock()
	defer r.smtp.mu.Unlock()
	kinds, over := map[string]*tally{}, map[string]int{}
	var sum tally
	for _, one := range all {
		n := kinds[one.kind]
		if n == nil {
			n = &tally{}
			kinds[one.kind] = n
		}
		n.changes++
		n.again += one.tries - 1
		for _, id := range one.doomed {
			n.reminders++
			list := r.carried(one, id)
			if len(list) > 0 {
				over[one.channel]++
			}
			switch {
			case len(list) == 0:
				n.kept++
			case len(list) > 1:
				t.Errorf("%s: sent %d times", one.kind, len(list))
			case list[0].began.After(one.ended):
				n.late++
				t.Errorf("%s: a conversation began %s after the change had been committed", one.kind, list[0].began.Sub(one.ended))
			case list[0].taken.After(one.began):
				n.during++
			default:
				n.before++
			}
		}
	}
	var report strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		n := *kinds[kind]
		fmt.Fprintf(&report, "\n%-45s %5d changes %5d reminders: %5d sent before, %4d while it changed, %5d not sent, %d too late, %d tried again", kind, n.changes, n.reminders, n.before, n.during, n.kept, n.late, n.again)
		sum.changes, sum.reminders, sum.before, sum.during = sum.changes+n.changes, sum.reminders+n.reminders, sum.before+n.before, sum.during+n.during
		sum.kept, sum.late, sum.again = sum.kept+n.kept, sum.late+n.late, sum.again+n.again
	}
	t.Logf("%s\n%d changes of %d kinds raced with %d reminders: %d sent before, %d in a conversation that had begun, %d not sent, %d sent after the change; %d conversations by mail in all; %d notes and %d texts went; from the look to the request: %s",
		report.String(), sum.changes, len(kinds), sum.reminders, sum.before, sum.during, sum.kept, sum.late, r.smtp.calls, over["push"], over["sms"], r.nearness())
	require.Positive(t, over["push"], "and over each channel")
	require.Positive(t, over["sms"], "and over each channel")
	require.Positive(t, sum.before+sum.during, "a race that sending never wins proves nothing")
	require.Positive(t, sum.kept, "a race that sending always wins proves nothing")
	var open string
	r.k.OwnerRow([]any{&open}, `select coalesce(string_agg(concat_ws(' ', cause_kind, moment, channel, carrier, state, reason, attempts), ', '), '') from reminders
		where id = any ($1) and not (state = 'sent' or state = 'skipped' and reason <> '' or state = 'planned' and not_before > $2)`, doomed, r.clock.Now())
	require.Empty(t, open, "each is settled, with a reason, or waits its turn")
}
