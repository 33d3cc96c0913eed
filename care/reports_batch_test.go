package care_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// monthEnd makes couples with a session in October beside the kit's own and asks for all their reports. Due jobs of other
// tests are none of this practice, so claims are sorted out by it.
func monthEnd(t *testing.T, k *testkit.Kit, couples int) {
	t.Helper()
	ids := []uuid.UUID{k.Couple}
	for range couples - 1 {
		id, _, _ := k.NewCouple(k.Therapist, "Anna", "Bo")
		ids = append(ids, id)
	}
	for _, id := range ids {
		k.SQL(`insert into sessions (practice_id, id, couple_id, kind, starts_at, ends_at, status) values ($1, $2, $3, 'conjoint', '2026-10-08 10:00Z', '2026-10-08 11:00Z', 'held')`,
			k.Practice, models.NewID(), id)
	}
	k.Assign("daily-checkin", "both", "daily")
	for day := range 3 {
		evening(k, day)
		answer(t, k, k.PartnerA, "daily-checkin", "een")
	}
	k.Clock.Set(time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC))
	require.NoError(t, care.RequestMonthly(k.Worker, k.Ctx, k.Practice, "2026-10"))
	require.Equal(t, 5*couples, k.Count("jobs where practice_id = $1 and kind = 'build_report' and state = 'due'", k.Practice))
}

// mine claims what is due and gives the batches of the kit's practice; what others' tests have due waits for its lease to end.
func mine(t *testing.T, k *testkit.Kit) []care.BuildBatch {
	t.Helper()
	batches, err := k.Worker.ClaimReportBuilds(k.Ctx, 50)
	require.NoError(t, err)
	var out []care.BuildBatch
	for _, b := range batches {
		if b.PracticeID == k.Practice {
			out = append(out, b)
		}
	}
	return out
}

const drafts = "reports where practice_id = $1 and status = 'draft' and pdf is not null and snapshot is not null and sha256 is not null and version = 2"

func TestTheMonthIsBuiltInBatchesWithFewStatements(t *testing.T) {
	k := testkit.New(t)
	monthEnd(t, k, 6)
	batches := mine(t, k)
	require.Len(t, batches, 1, "thirty reports are built together")
	require.Empty(t, mine(t, k), "what is claimed is nobody else's")
	ctx, trips := testkit.CountStatements(k.Ctx)
	ctx, asked := testkit.CountEveryStatement(ctx)
	require.NoError(t, k.Worker.BuildReports(ctx, batches[0]))
	require.Equal(t, 30, k.Count(drafts, k.Practice))
	t.Logf("%d statements in %d round trips for 30 reports", asked(), trips())
	require.LessOrEqual(t, asked(), 6*30, "statements a report")
	require.LessOrEqual(t, trips(), 21+2*6, "round trips of them all, with two for the first key of a couple")
	require.Equal(t, 0, k.Count("jobs where practice_id = $1 and kind = 'build_report' and (state <> 'done' or attempts <> 1 or lease_until is not null)", k.Practice))
	// Of joint reports in both files, of the own in one: 6 couples with 2 languages and the therapists' for both, and two own.
	require.Equal(t, 6*(3*2+2), k.Count("audit_events where practice_id = $1 and act = 'build' and object_kind = 'report'", k.Practice))
	require.Equal(t, 1, k.Count("reminders where practice_id = $1 and cause_kind = 'approval' and due_at <= $2", k.Practice, k.Clock.Now()), "told at once of them all, in one message")

	sums := k.Count("(select distinct sha256 from reports where practice_id = $1) s", k.Practice)
	require.NoError(t, k.Worker.BuildReports(k.Ctx, batches[0]), "a batch may come twice")
	require.Empty(t, mine(t, k))
	require.Equal(t, sums, k.Count("(select distinct sha256 from reports where practice_id = $1) s", k.Practice))
	require.Equal(t, 30, k.Count(drafts, k.Practice))
}

// TestWhatPostgreSQLForgotOfABatchDoesNoHarm builds a batch of which PostgreSQL forgets all that no one waits for on disk: that its
// reports are being made, and that its jobs are done. Each report is a draft all the same, and the same one when its job comes again.
func TestWhatPostgreSQLForgotOfABatchDoesNoHarm(t *testing.T) {
	k := testkit.New(t)
	monthEnd(t, k, 2)
	of := fmt.Sprintf("when (new.practice_id = '%s' and ", k.Practice)
	k.SQL(`create function forget() returns trigger language plpgsql as 'begin return old; end'`)
	k.SQL(`create trigger forget before update on reports for each row ` + of + `new.status = 'building') execute function forget()`)
	k.SQL(`create trigger forget before update on jobs for each row ` + of + `new.state = 'done') execute function forget()`)
	batches := mine(t, k)
	require.NoError(t, k.Worker.BuildReports(k.Ctx, batches[0]))
	k.SQL(`drop function forget() cascade`)
	require.Equal(t, 10, k.Count(drafts, k.Practice))
	require.Equal(t, 10, k.Count("jobs where practice_id = $1 and kind = 'build_report' and state = 'due'", k.Practice), "not done, as far as is known")

	told := k.Count("reminders where practice_id = $1 and cause_kind = 'approval'", k.Practice)
	k.Clock.Set(k.Clock.Now().Add(10 * time.Minute)) // The lease is over.
	for _, b := range mine(t, k) {
		require.NoError(t, k.Worker.BuildReports(k.Ctx, b))
	}
	require.Zero(t, k.Count("jobs where practice_id = $1 and kind = 'build_report' and state <> 'done'", k.Practice))
	require.Equal(t, 10, k.Count(drafts, k.Practice), "at the version they had")
	require.Equal(t, told, k.Count("reminders where practice_id = $1 and cause_kind = 'approval'", k.Practice))
}

// What is wrong with one report is its own: one whose note cannot be opened, and a couple whose work cannot be read at all.
func TestAPoisonReportFailsAloneInItsBatch(t *testing.T) {
	k := testkit.New(t)
	monthEnd(t, k, 3)
	var note, spoilt uuid.UUID
	k.OwnerRow([]any{&note}, `select id from reports where practice_id = $1 and couple_id = $2 and audience = 'therapist'`, k.Practice, k.Couple)
	// Sealed for another place, they do not open in this one.
	k.SQL(`update reports set note = (select email from members where practice_id = $2 limit 1) where id = $1`, note, k.Practice)
	k.OwnerRow([]any{&spoilt}, `select couple_id from reports where practice_id = $1 and couple_id <> $2 order by couple_id limit 1`, k.Practice, k.Couple)
	k.SQL(`insert into alerts (practice_id, id, kind, couple_id, partner_id, created_at, detail)
		select practice_id, $2, 'private', couple_id, id, '2026-10-09', name from partners where couple_id = $1 limit 1`, spoilt, models.NewID())
	batches := mine(t, k)
	require.Len(t, batches, 1)
	require.NoError(t, k.Worker.BuildReports(k.Ctx, batches[0]))
	require.Equal(t, models.ReportFailed, reportStatus(k, note))
	require.Equal(t, 1, k.Count("reports where couple_id = $1 and status = 'failed' and audience = 'therapist'", spoilt))
	require.Equal(t, 13, k.Count(drafts, k.Practice))
	require.Equal(t, 2, k.Count("alerts where practice_id = $1 and kind = 'report_failed'", k.Practice))
	require.Equal(t, 0, k.Count("jobs where practice_id = $1 and kind = 'build_report' and state <> 'done'", k.Practice), "there is nothing to try again by itself")
}

func TestRowsThatCannotBeReadSpoilOneCoupleAlone(t *testing.T) {
	k := testkit.New(t)
	monthEnd(t, k, 2)
	k.SQL(`update tasks set audiences = '"spoilt"' where couple_id = $1`, k.Couple)
	batches := mine(t, k)
	require.Len(t, batches, 1)
	require.NoError(t, k.Worker.BuildReports(k.Ctx, batches[0]))
	require.Equal(t, 5, k.Count("reports where couple_id = $1 and status = 'failed'", k.Couple))
	require.Equal(t, 5, k.Count(drafts, k.Practice))
}

func TestTwoWorkersShareTheMonth(t *testing.T) {
	k := testkit.New(t)
	monthEnd(t, k, 9)
	batches := mine(t, k)
	require.Len(t, batches, 2)
	var wg sync.WaitGroup
	for range 2 {
		for _, b := range batches {
			wg.Go(func() {
				if err := k.Worker.BuildReports(k.Ctx, b); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	require.Equal(t, 45, k.Count(drafts, k.Practice))
	require.Equal(t, 45, k.Count("jobs where practice_id = $1 and kind = 'build_report' and state = 'done' and attempts = 1", k.Practice))
}

// A batch that was claimed and never came to a worker, as when Redis lost it, is claimed anew; the first claim is void then.
func TestAClaimThatNobodyRunsComesBack(t *testing.T) {
	k := testkit.New(t)
	monthEnd(t, k, 1)
	first := mine(t, k)
	require.Len(t, first, 1)
	k.Clock.Add(4 * time.Minute)
	second := mine(t, k)
	require.Len(t, second, 1)
	require.NoError(t, k.Worker.BuildReports(k.Ctx, first[0]))
	require.Equal(t, 0, k.Count(drafts, k.Practice))
	require.NoError(t, k.Worker.BuildReports(k.Ctx, second[0]))
	require.Equal(t, 5, k.Count(drafts, k.Practice))
	require.Equal(t, first[0].IDs, second[0].IDs)
}

// held keeps a report's row in other hands until it is released, so that whoever wants to build it waits for ever.
func held(t *testing.T, k *testkit.Kit, id uuid.UUID) (release func()) {
	t.Helper()
	conn, err := pgx.Connect(k.Ctx, testkit.RoleURL(t, "tt_owner"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	tx, err := conn.Begin(k.Ctx)
	require.NoError(t, err)
	_, err = tx.Exec(k.Ctx, "select id from reports where id = $1 for update", id)
	require.NoError(t, err)
	return func() { _ = tx.Rollback(k.Ctx) }
}

// patience is a time in which this machine, as busy as it is now, builds a batch of couples' reports several times over.
func patience(t *testing.T, couples int) time.Duration {
	t.Helper()
	k := testkit.New(t)
	monthEnd(t, k, couples)
	batches := mine(t, k)
	began := time.Now()
	for _, b := range batches {
		require.NoError(t, k.Worker.BuildReports(k.Ctx, b))
	}
	return max(400*time.Millisecond, 3*time.Since(began))
}

// A batch that a report keeps from ending is due again at once, in halves: the others are built within minutes, and the one
// that takes for ever comes to be alone.
func TestAReportThatTakesForEverHoldsUpNoOther(t *testing.T) {
	within := patience(t, 4) // Before the others are there: who claims takes of every practice.
	k := testkit.New(t)
	monthEnd(t, k, 4)
	var slow uuid.UUID
	k.OwnerRow([]any{&slow}, `select id from reports where practice_id = $1 and couple_id = $2 and audience = 'therapist'`, k.Practice, k.Couple)
	hasty := k.Worker.WithBuildTime(within)
	held(t, k, slow)
	var sizes []int
	for range 6 {
		size := 0
		for _, b := range mine(t, k) {
			size = max(size, len(b.IDs))
			_ = hasty.BuildReports(k.Ctx, b)
		}
		sizes = append(sizes, size)
		k.Clock.Add(time.Second)
	}
	require.Equal(t, []int{20, 20, 10, 5, 2, 1}, sizes, "halves of what waits, from forty on")
	require.Equal(t, 19, k.Count(drafts, k.Practice))
	require.Equal(t, 0, k.Count("jobs where practice_id = $1 and kind = 'build_report' and state = 'due' and subject_id <> $2", k.Practice, slow))
	require.Equal(t, 1, k.Count("jobs where subject_id = $1 and state = 'due' and error = 'too_long' and run_at > $2", slow, k.Clock.Now().Add(time.Hour)), "alone, it waits as for any fault that may pass")
}

// At the command line nobody waits for another try: what takes for ever fails in the end, with its reason, after all others.
func TestBuildingHereEndsWithWhatTakesForEver(t *testing.T) {
	within := patience(t, 2)
	k := testkit.New(t)
	monthEnd(t, k, 2)
	var slow uuid.UUID
	k.OwnerRow([]any{&slow}, `select id from reports where practice_id = $1 and couple_id = $2 and audience = 'therapist'`, k.Practice, k.Couple)
	release := held(t, k, slow)
	ended := make(chan error, 1)
	waiting := k.IDs("select id from reports where practice_id = $1 and status = 'queued'", k.Practice)
	hasty, told := k.Worker.WithBuildTime(within), make(chan struct{}, 1)
	hasty.Log = slog.New(slog.NewTextHandler(writes(func(line []byte) {
		if bytes.Contains(line, []byte("could not be built")) {
			told <- struct{}{}
		}
	}), nil))
	go func() { ended <- hasty.BuildWaiting(k.Ctx, k.Practice, waiting) }()
	select { // It is given up, and the row is needed to say so.
	case <-told:
		release()
	case <-time.After(20*time.Second + 10*within):
		t.Fatal("it is not given up")
	}
	require.NoError(t, <-ended) // Others may be on their way into the database yet.
	require.Equal(t, 9, k.Count(drafts, k.Practice))
	require.Equal(t, 1, k.Count("reports where id = $1 and status = 'failed' and error = 'too_long'", slow))
}

type writes func([]byte)

func (w writes) Write(line []byte) (int, error) {
	w(line)
	return len(line), nil
}

func reportStatus(k *testkit.Kit, id uuid.UUID) (status models.ReportStatus) {
	k.OwnerRow([]any{&status}, `select status from reports where id = $1`, id)
	return status
}
