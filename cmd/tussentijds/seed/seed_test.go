package seed_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/cmd/tussentijds/seed"
	"tussentijds/internal/db"
	"tussentijds/internal/seal"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// fixed is a clock that stands still at the present moment of the demo.
type fixed struct{ at time.Time }

func (f fixed) Now() time.Time { return f.at }

// gate lets every try through.
type gate struct{}

func (gate) Allow(context.Context, string, int, time.Duration) (bool, time.Duration, error) {
	return true, 0, nil
}

func open(t *testing.T, role string) *db.DB {
	t.Helper()
	pool, err := db.Open(t.Context(), testkit.RoleURL(t, role)+"&options=-c%20plan_cache_mode%3Dforce_custom_plan", db.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func TestTheDemoLooksLikeAWorkingPractice(t *testing.T) {
	ctx := t.Context()
	app, work := open(t, "tt_app"), open(t, "tt_worker")
	master, err := seal.LoadMaster(filepath.Join(t.TempDir(), "master.key"), true)
	require.NoError(t, err)
	exercises, err := library.Load()
	require.NoError(t, err)
	done, err := seed.Done(ctx, app, master)
	require.NoError(t, err)
	require.False(t, done, "nobody is there yet")

	now := time.Now().UTC().Truncate(time.Microsecond)
	if at := os.Getenv("TT_DEMO_NOW"); at != "" { // Another moment: what holds at noon may not in the night of the first of a month.
		now, err = time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		now = now.UTC()
	}
	begun := time.Now()
	require.NoError(t, seed.Run(ctx, seed.Options{App: app, Worker: work, Master: master, Library: exercises, BaseURL: "http://localhost:8080", Now: now, Log: slog.New(slog.DiscardHandler)}))
	t.Logf("seeded in %s", time.Since(begun).Round(time.Millisecond))
	done, err = seed.Done(ctx, app, master)
	require.NoError(t, err)
	require.True(t, done)

	owner, err := pgx.Connect(ctx, testkit.RoleURL(t, "tt_owner"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = owner.Close(context.Background()) })
	count := func(sql string, args ...any) int {
		var n int
		require.NoError(t, owner.QueryRow(ctx, "select count(*) from "+sql, args...).Scan(&n))
		return n
	}

	svc := care.New(care.Deps{DB: app, Master: master, Library: exercises, Clock: fixed{now}, Limiter: gate{}, BaseURL: "http://localhost:8080", Demo: true})
	actors := map[string]care.Actor{}
	for _, address := range []string{
		"noor@debrug.example", "joost@debrug.example", "lina@debrug.example", "balie@debrug.example", "els@oever.example",
		"sam@client.example", "robin@client.example", "kim@client.example", "alex@client.example", "mo@client.example", "jules@client.example",
	} {
		in, err := svc.SignIn(ctx, care.SignInInput{Email: address, Password: seed.Password}, "web", "127.0.0.1", "")
		require.NoError(t, err, address)
		require.Equal(t, "full", in.Stage, address)
		actors[address], err = svc.Authenticate(ctx, in.Token, "web", "127.0.0.1")
		require.NoError(t, err, address)
	}
	couple := actors["sam@client.example"].CoupleID
	require.Equal(t, couple, actors["robin@client.example"].CoupleID)

	for _, table := range []string{"responses", "tasks", "occurrences", "sessions", "session_notes", "agreements", "reports", "reminders", "alerts", "audit_events", "jobs"} {
		t.Logf("%-14s %6d", table, count(table))
	}

	var weeks int
	require.NoError(t, owner.QueryRow(ctx, `select count(distinct date_trunc('week', submitted_at)) from responses where couple_id = $1`, couple).Scan(&weeks))
	require.GreaterOrEqual(t, weeks, 13, "weeks in which Sam and Robin answered something")
	var months int
	require.NoError(t, owner.QueryRow(ctx, `select count(distinct month) from reports where couple_id = $1 and status = 'published' and audience = 'couple'`, couple).Scan(&months))
	require.GreaterOrEqual(t, months, 2, "months published to Sam and Robin")
	require.Zero(t, count(`reports where status in ('failed', 'queued', 'building')`))
	require.Zero(t, count(`jobs where state <> 'done' and run_at <= $1`, now), "jobs that failed or were left")
	require.Zero(t, count(`jobs where state = 'failed'`))
	require.Zero(t, count(`reminders where state in ('planned', 'claimed') and not_before <= $1`, now), "reminders left due in the past")
	require.Zero(t, count(`reminders where state = 'failed'`))
	require.Zero(t, count(`responses where submitted_at > $1`, now), "nothing comes from the future")

	require.GreaterOrEqual(t, count(`messages`), 18)
	for _, address := range []string{"sam@client.example", "robin@client.example", "mo@client.example", "jules@client.example"} {
		today, err := svc.PortalToday(ctx, actors[address])
		require.NoError(t, err)
		require.True(t, today.Message, "a message waits for %s", address)
	}

	zone := actors["noor@debrug.example"].Zone
	local := now.In(zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	coming, err := svc.ListSessions(ctx, actors["noor@debrug.example"], care.SessionFilter{From: midnight, Until: midnight.AddDate(0, 0, 7)}, care.Page{Limit: 100})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(coming.Data), 2, "sessions of Noor this week")
	sessions, err := svc.ListSessions(ctx, actors["sam@client.example"], care.SessionFilter{From: midnight}, care.Page{})
	require.NoError(t, err)
	require.NotEmpty(t, sessions.Data, "Sam and Robin have a session today or coming")

	for _, address := range []string{"sam@client.example", "robin@client.example", "kim@client.example", "mo@client.example"} {
		tasks, err := svc.ListTasks(ctx, actors[address], "open", care.Page{Limit: 100})
		require.NoError(t, err)
		require.NotEmpty(t, tasks.Data, "open homework of %s", address)
	}
	for _, address := range []string{"noor@debrug.example", "joost@debrug.example", "els@oever.example"} {
		desk, err := svc.DeskToday(ctx, actors[address])
		require.NoError(t, err)
		kinds := map[string]int{}
		for _, item := range desk.Waiting {
			kind := item.Kind
			if item.Alert != nil {
				kind += " " + item.Alert.Kind
			}
			kinds[kind]++
		}
		t.Logf("%s: today %d, homework %d, waiting %v", address, len(desk.Today), len(desk.HomeworkIn), kinds)
		require.NotEmpty(t, desk.Waiting, "something waits for %s", address)
	}
	couples, err := svc.ListCouples(ctx, actors["balie@debrug.example"], "", care.Page{Limit: 100})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(couples.Data), 8)
	statuses := map[string]int{}
	for _, c := range couples.Data {
		statuses[string(c.Status)]++
	}
	require.Positive(t, count(`partners where status = 'withdrawn'`))
	require.Positive(t, count(`partners where status = 'invited'`))
	require.Positive(t, count(`sessions where status = 'cancelled'`))
	require.Positive(t, count(`sessions where status = 'no_show'`))
	require.Positive(t, count(`agreements where status = 'proposed'`), "an agreement that one has signed")
	require.Positive(t, count(`agreements where status = 'active'`))
	require.Positive(t, count(`session_notes where signed_at is null`))
	require.Positive(t, statuses["paused"])
	require.Positive(t, statuses["closed"])
}
