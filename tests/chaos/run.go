package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tussentijds/models"
)

// result is how it went.
type result struct {
	seed       uint64
	kills      map[string]int
	took       time.Duration // of the kills.
	settled    time.Duration // from the last kill until everything was settled.
	planned    int           // reminders whose planning PostgreSQL confirmed.
	couples    int           // couples whose making the server confirmed; each is two invitations.
	told       int           // messages written and sessions planned that the server confirmed; each is two reminders.
	rows       int           // reminders there are.
	outcomes   map[string]int
	messages   int // that the SMTP server and the gateway took.
	texts      int // reminders of them that went as a text.
	repeats    int // of the messages, once more of the same one.
	lost       int // reminders that are neither sent nor left out.
	groundless int // left out for a reason that nobody gave.
	vanished   int // confirmed, and no longer there.
	unsent     int // said to be sent, and no message of them was ever taken.
	strangers  int // messages that are of no reminder.
	unproved   int // sent, and not once on the record.
}

func (r result) killed() (n int) {
	for _, k := range r.kills {
		n += k
	}
	return n
}

// fault says what must not be.
func (r result) fault() error {
	if n := r.lost + r.groundless + r.vanished + r.unsent + r.strangers + r.unproved; n > 0 {
		return fmt.Errorf("%d reminders lost, %d left out without a reason, %d vanished, %d marked as sent but never taken, %d messages of no reminder, %d not once on the record",
			r.lost, r.groundless, r.vanished, r.unsent, r.strangers, r.unproved)
	}
	if r.rows == 0 || r.messages == 0 || r.texts == 0 || r.told == 0 {
		return errors.New("nothing was sent at all")
	}
	return nil
}

func (r result) print(w io.Writer) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	say("%d kills in %s (seed %d): %v", r.killed(), r.took.Round(time.Second), r.seed, r.kills)
	say("%d reminders, %d of them invitations of %d couples, %d of messages and sessions; all settled %s after the last kill: %v", r.rows, 2*r.couples, r.couples, 2*r.told, r.settled.Round(time.Second), r.outcomes)
	say("%d messages, %d reminders of them as texts; %d repeats under the same name (%.3f %%)", r.messages, r.texts, r.repeats, 100*float64(r.repeats)/float64(max(r.messages, 1)))
	say("%d lost, %d left out without a reason", r.lost+r.vanished+r.unsent, r.groundless)
}

func run(ctx context.Context, set settings, log io.Writer) (result, error) {
	r := result{seed: set.seed, kills: map[string]int{}}
	_, _ = fmt.Fprintln(log, "building, and making the people …")
	w, err := newWorld(ctx, set, log)
	defer w.close()
	if err != nil {
		return r, err
	}
	supervised, unsupervise := context.WithCancel(ctx)
	defer unsupervise()
	var parts sync.WaitGroup
	parts.Go(func() { w.supervise(supervised) })
	feeding, stop := context.WithCancel(ctx)
	defer stop()
	f := &feeder{w: w}
	var feeders sync.WaitGroup
	feeders.Go(func() { f.reminders(feeding) })
	feeders.Go(func() { f.couples(feeding) })
	feeders.Go(func() { f.messages(feeding) })

	w.say("killing %d times within %s, seed %d …", set.kills, set.within, set.seed)
	random := rand.New(rand.NewPCG(set.seed, 4)) // #nosec G404 -- disasters can be foreseen here.
	began := time.Now()
	every := set.within / time.Duration(set.kills)
	for r.killed() < set.kills && time.Since(began) < set.within {
		name, err := w.disaster(ctx, random)
		if err != nil {
			return r, fmt.Errorf("%s: %w", name, err)
		}
		r.kills[name]++
		// On average the time there is: now at once, now after a while.
		rest := time.Duration(float64(every) * 2 * random.Float64())
		if behind := time.Since(began) - every*time.Duration(r.killed()); behind > 0 {
			rest -= behind
		}
		if err := wait(ctx, rest); err != nil {
			return r, err
		}
	}
	r.took = time.Since(began)
	stop()
	feeders.Wait()
	calm := time.Now()
	w.say("waiting until everything is settled …")
	if err := w.settle(ctx); err != nil {
		return r, err
	}
	r.settled = time.Since(calm)
	unsupervise()
	parts.Wait()
	w.stopParts()
	r.planned, r.couples, r.told = len(f.planned), len(f.made), len(f.told)
	return r, w.verify(ctx, f, &r)
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// feeder keeps reminders falling due and knows which ones were confirmed.
type feeder struct {
	w       *world
	planned []uuid.UUID
	made    []uuid.UUID // couples.
	told    []told
}

// told is a message or session of a couple of which both partners are to hear at once.
type told struct {
	cause, moment string
	couple        uuid.UUID
}

// reminders plans some every quarter of a second, for one partner after the other.
func (f *feeder) reminders(ctx context.Context) {
	const pause = 250 * time.Millisecond
	type partner struct{ Practice, ID uuid.UUID }
	var partners []partner
	next := 0
	for ; ctx.Err() == nil; _ = wait(ctx, pause) {
		_ = f.w.asSuperuser(ctx, func(super *pgx.Conn) error {
			if partners == nil {
				// Of both practices in turn, so that the small one's wait among the large one's.
				rows, err := super.Query(ctx, `select practice_id, partner_id from (select *, row_number() over (partition by practice_id order by id) as n from tasks) t order by n, practice_id`)
				if err != nil {
					return err
				}
				list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[partner])
				if err != nil {
					return err
				}
				partners = list
			}
			for ctx.Err() == nil {
				n := max(1, f.w.set.rate/4)
				ids, practices, people := make([][16]byte, n), make([][16]byte, n), make([][16]byte, n)
				for i := range n {
					p := partners[(next+i)%len(partners)]
					ids[i], practices[i], people[i] = models.NewID(), p.Practice, p.ID
				}
				_, err := super.Exec(ctx, `insert into reminders (practice_id, id, cause_kind, cause_id, recipient_kind, recipient_id, due_at, expires_at, not_before)
					select n.practice, n.id, 'task', t.id, 'partner', n.person, at, at + interval '1 day', at
					from unnest($1::uuid[], $2::uuid[], $3::uuid[]) n (id, practice, person) join tasks t on t.practice_id = n.practice and t.partner_id = n.person, clock_timestamp() at`, ids, practices, people)
				if err != nil {
					return err
				}
				next += n
				for _, id := range ids {
					f.planned = append(f.planned, id)
				}
				if err := wait(ctx, pause); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// couples makes couples over the API, who are invited by mail.
func (f *feeder) couples(ctx context.Context) {
	client := &http.Client{Timeout: 5 * time.Second}
	for n := 0; ctx.Err() == nil; n++ {
		body, _ := json.Marshal(map[string]any{"invite": true, "partners": []map[string]any{
			{"name": "Kim", "email": address()}, {"name": "Alex", "email": address()},
		}})
		if id, err := f.post(ctx, client, body); err == nil {
			f.made = append(f.made, id)
		}
		_ = wait(ctx, 700*time.Millisecond)
	}
}

// messages writes to one couple of the large practice after the other over the API, and plans a session with it in some hours: the
// partners hear of each at once. A therapist is in one place at a time, so each session has minutes of its own.
func (f *feeder) messages(ctx context.Context) {
	const sessions = 60
	client := &http.Client{Timeout: 5 * time.Second}
	starts := time.Now().Add(5 * time.Hour).Truncate(time.Minute)
	for n := 0; ctx.Err() == nil && n < len(f.w.couples); n++ {
		couple := f.w.couples[n]
		body, _ := json.Marshal(map[string]any{"body": "Tot snel"})
		if _, err := f.postTo(ctx, client, "/couples/"+couple.String()+"/messages?thread=together", body); err == nil {
			f.told = append(f.told, told{"message", "now", couple})
		}
		if n < sessions {
			at := starts.Add(time.Duration(n) * 15 * time.Minute)
			body, _ = json.Marshal(map[string]any{"couple_id": couple, "kind": "conjoint", "starts_at": at, "ends_at": at.Add(15 * time.Minute)})
			if _, err := f.postTo(ctx, client, "/sessions", body); err == nil {
				f.told = append(f.told, told{"session", "day_before", couple})
			}
		}
		_ = wait(ctx, 500*time.Millisecond)
	}
}

func (f *feeder) post(ctx context.Context, client *http.Client, body []byte) (uuid.UUID, error) {
	return f.postTo(ctx, client, "/couples", body)
}

func (f *feeder) postTo(ctx context.Context, client *http.Client, path string, body []byte) (uuid.UUID, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+f.w.address+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return uuid.Nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+f.w.token)
	resp, err := client.Do(req)
	if err != nil {
		return uuid.Nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	var made struct{ ID uuid.UUID }
	if resp.StatusCode != http.StatusCreated {
		return uuid.Nil, fmt.Errorf("answered %d", resp.StatusCode)
	}
	return made.ID, json.NewDecoder(resp.Body).Decode(&made)
}

// settle waits until nothing is due any more. What a killed sender held comes back when its lease ends.
func (w *world) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 6*time.Minute)
	defer cancel()
	for {
		left := -1
		_ = w.asSuperuser(ctx, func(super *pgx.Conn) error {
			if w.set.hurry {
				// Nobody was killed for long enough that whoever took it is no more, or is done.
				if _, err := super.Exec(ctx, `update reminders set lease_until = now() where state = 'claimed' and lease_until - interval '110 seconds' < now()`); err != nil {
					return err
				}
			}
			return super.QueryRow(ctx, `select count(*) from reminders where wake_at <= now() + interval '1 hour' or wake_at is not null and cause_kind = 'task'`).Scan(&left)
		})
		if left == 0 {
			return nil
		}
		if err := wait(ctx, time.Second); err != nil {
			w.say("%d reminders are still due", left)
			return nil //nolint:nilerr // They count as lost.
		}
	}
}

// verify compares what PostgreSQL says with what the SMTP server took.
func (w *world) verify(ctx context.Context, f *feeder, r *result) error {
	taken, total := w.postbox.messages()
	r.messages, r.repeats, r.outcomes = total, total-len(taken), map[string]int{}
	return w.asSuperuser(ctx, func(super *pgx.Conn) error {
		there := map[uuid.UUID]bool{}
		known := map[string]bool{}
		rows, err := super.Query(ctx, `select r.practice_id, r.id, r.state, r.reason, r.carrier, r.wake_at > now() + interval '1 hour' and r.cause_kind <> 'task' as later,
			(select count(*) from audit_events e where e.practice_id = r.practice_id and e.act = 'send' and e.object_id = r.id)
			from reminders r where r.reason <> 'arranged'`)
		if err != nil {
			return err
		}
		for rows.Next() {
			var practice, id uuid.UUID
			var state, reason, carrier string
			var later *bool
			var acts int
			if err := rows.Scan(&practice, &id, &state, &reason, &carrier, &later, &acts); err != nil {
				return err
			}
			there[id] = true
			mail, text := w.names(practice, id)
			known[mail], known[text] = true, true
			if later != nil && *later {
				continue // A later message about what was told already: its time has not come.
			}
			r.rows++
			r.outcomes[strings.TrimSpace(state+" "+reason)]++
			name := mail
			if carrier == "sms" {
				name = text
				r.texts++
			}
			along := reason == models.SentInDigest
			switch models.ReminderState(state) {
			case models.ReminderSent:
				// One that went along with another may have gone out by itself before somebody was killed.
				if !along && taken[name] == 0 {
					r.unsent++
				}
				if !along && acts != 1 || along && acts != 0 {
					r.unproved++
				}
			case models.ReminderSkipped:
				if reason != models.SkipCap { // Nobody stops, moves or ends anything here, so only the cap of a day can be the reason.
					r.groundless++
				}
			default:
				r.lost++
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for id := range taken {
			if !known[id] {
				r.strangers++
			}
		}
		for _, id := range f.planned {
			if !there[id] {
				r.vanished++
			}
		}
		invited, err := super.Query(ctx, `select p.couple_id from reminders r join partners p on p.practice_id = r.practice_id and p.id = r.recipient_id
			where r.practice_id = $1 and r.cause_kind = 'invitation'`, w.practices[0])
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(invited, pgx.RowTo[uuid.UUID])
		if err != nil {
			return err
		}
		for _, id := range f.made {
			if n := len(slices.DeleteFunc(slices.Clone(list), func(c uuid.UUID) bool { return c != id })); n < 2 {
				r.vanished += 2 - n
			}
		}
		for _, one := range f.told {
			var n int
			err := super.QueryRow(ctx, `select count(distinct r.recipient_id) from reminders r join partners p on p.practice_id = r.practice_id and p.id = r.recipient_id
				where r.practice_id = $1 and p.couple_id = $2 and r.cause_kind = $3 and r.moment = $4`, w.practices[0], one.couple, one.cause, one.moment).Scan(&n)
			if err != nil {
				return err
			}
			r.vanished += max(0, 2-n)
		}
		return nil
	})
}

// names is what a reminder's mail and text are called.
func (w *world) names(practice, id uuid.UUID) (mail, text string) {
	row := append(append([]byte{}, practice[:]...), id[:]...)
	mail = hex.EncodeToString(w.master.MAC("message-id", row)) + "@localhost"
	return mail, base64.RawURLEncoding.EncodeToString(append(row, w.master.MAC("text-id", row)[:12]...))
}
