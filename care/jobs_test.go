package care_test

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// addJob puts a job there and gives its id.
func addJob(k *testkit.Kit, kind string, subject uuid.UUID) uuid.UUID {
	id := models.NewID()
	k.SQL(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key) values ($1, $2, $3, $4, $5, $6)`,
		k.Practice, id, kind, subject, k.Clock.Now(), id.String())
	return id
}

func jobState(k *testkit.Kit, id uuid.UUID) (state, code string, attempts int) {
	k.OwnerRow([]any{&state, &code, &attempts}, `select state, error, attempts from jobs where practice_id = $1 and id = $2`, k.Practice, id)
	return state, code, attempts
}

func TestEachJobRunsTwiceWithoutHarm(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	a := k.Assign("appreciation", "both", "daily")
	tasks := k.Count("tasks where practice_id = $1", k.Practice)
	for _, j := range []struct {
		kind    string
		subject uuid.UUID
	}{
		{care.JobMaterialise, a.ID}, {care.JobMaterialise, k.Practice}, {care.JobCloseTasks, k.Practice}, {care.JobSealAudit, k.Practice}, {care.JobTidy, k.Practice},
	} {
		for range 2 { // Two jobs of the same kind, each run twice.
			id := addJob(k, j.kind, j.subject)
			require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, id), j.kind)
			state, _, attempts := jobState(k, id)
			require.Equal(t, "done", state, j.kind)
			require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, id), j.kind)
			_, _, again := jobState(k, id)
			require.Equal(t, attempts, again, "a done job is left alone")
		}
	}
	require.Equal(t, tasks, k.Count("tasks where practice_id = $1", k.Practice))
	require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, models.NewID()), "a job that is gone is nobody's fault")
	id := addJob(k, care.JobTidy, k.Practice)
	require.NoError(t, k.Worker.RunJob(k.Ctx, k.ForeignPractice, id), "a job of another practice is not there")
	state, _, _ := jobState(k, id)
	require.Equal(t, "due", state)
}

func TestAJobIsInOneHandAtATime(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	id := addJob(k, care.JobTidy, k.Practice)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := k.Worker.RunJob(k.Ctx, k.Practice, id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	state, _, attempts := jobState(k, id)
	require.Equal(t, "done", state)
	require.Equal(t, 1, attempts)

	// A lease that its holder did not end is taken over when it is over.
	k.SQL(`update jobs set state = 'due', lease_until = $2 where id = $1`, id, k.Clock.Now().Add(time.Minute))
	require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, id))
	state, _, _ = jobState(k, id)
	require.Equal(t, "due", state)
	k.Clock.Add(2 * time.Minute)
	require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, id))
	state, _, _ = jobState(k, id)
	require.Equal(t, "done", state)
}

func TestAFaultThatStaysEndsAJobAndAPassingOneIsTriedLater(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	id := addJob(k, "no such kind", k.Practice)
	require.True(t, fault.Is(k.Worker.RunJob(k.Ctx, k.Practice, id), fault.Invalid))
	state, code, _ := jobState(k, id)
	require.Equal(t, []string{"failed", "invalid"}, []string{state, code})

	// The sealer cannot write its anchor: internal, and worth another try.
	broken := care.New(care.Deps{DB: k.Worker.DB, Master: k.Worker.Master, Library: k.Library, Clock: k.Clock, AnchorFile: t.TempDir() + "/gone/anchor.json"})
	id = addJob(k, care.JobSealAudit, k.Practice)
	for n := 1; n <= 8; n++ {
		require.True(t, fault.Is(broken.RunJob(k.Ctx, k.Practice, id), fault.Internal), n)
		state, code, attempts := jobState(k, id)
		require.Equal(t, "internal", code)
		require.Equal(t, n, attempts)
		if n == 8 {
			require.Equal(t, "failed", state)
			break
		}
		require.Equal(t, "due", state)
		require.NoError(t, broken.RunJob(k.Ctx, k.Practice, id), "not due again yet")
		k.Clock.Add(2 * time.Hour)
	}
}

// TestTickMakesEachPracticesJobsOnce does not run beside others: it makes jobs for every practice.
func TestTickMakesEachPracticesJobsOnce(t *testing.T) {
	k := testkit.New(t)
	count := func(kind string) int {
		return k.Count("jobs where practice_id = $1 and kind = $2 and subject_id = $1", k.Practice, kind)
	}
	was := map[string]int{}
	kinds := []string{care.JobMaterialise, care.JobCloseTasks, care.JobSealAudit, care.JobTidy, care.JobMonthly}
	for _, kind := range kinds {
		was[kind] = count(kind)
	}
	for range 3 {
		require.NoError(t, k.Worker.Tick(k.Ctx))
	}
	k.Clock.Add(16 * time.Minute)
	require.NoError(t, k.Worker.Tick(k.Ctx))
	for kind, more := range map[string]int{care.JobMaterialise: 1, care.JobCloseTasks: 2, care.JobSealAudit: 1, care.JobTidy: 1, care.JobMonthly: 0} {
		require.Equal(t, was[kind]+more, count(kind), kind)
	}
	k.Clock.Add(time.Hour)
	require.NoError(t, k.Service.Tick(k.Ctx))
	require.Equal(t, was[care.JobTidy]+1, count(care.JobTidy), "to the serving role there are no practices to tick for")

	// The first of the month at six in the morning, local time; the practice was there before the month began.
	k.SQL(`update practices set created_at = '2026-09-01' where id = $1`, k.Practice)
	for _, step := range []struct {
		at   time.Time
		want int
	}{
		{atClock(k, 32, 5, 59), 0}, {atClock(k, 32, 6, 0), 1}, {atClock(k, 32, 23, 0), 1}, {atClock(k, 35, 6, 0), 1}, {atClock(k, 62, 6, 30), 2},
	} {
		k.Clock.Set(step.at)
		require.NoError(t, k.Worker.Tick(k.Ctx))
		require.Equal(t, step.want, count(care.JobMonthly), step.at)
	}
	require.Equal(t, 1, k.Count("jobs where practice_id = $1 and kind = 'monthly' and unique_key = '2026-10'", k.Practice))

	// Due jobs are listed for the worker, and long done ones go.
	due, err := k.Worker.DueJobs(k.Ctx, 100_000)
	require.NoError(t, err)
	mine := 0
	for _, j := range due {
		if j.PracticeID == k.Practice {
			mine++
			require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, j.ID), j.Kind)
		}
	}
	require.Positive(t, mine)
	k.Clock.Add(41 * 24 * time.Hour)
	require.NoError(t, k.Worker.Tick(k.Ctx))
	require.Zero(t, k.Count("jobs where practice_id = $1 and state = 'done'", k.Practice))
}

func TestARepeatedWriteIsKnown(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	body := sha256.Sum256([]byte("a"))
	other := sha256.Sum256([]byte("b"))
	begin := func(who care.Actor, path, key string, hash [32]byte) (care.Repeat, error) {
		return k.Service.BeginWrite(k.Ctx, who, "POST", path, key, hash[:])
	}
	r, err := begin(k.Therapist, "/couples", "k1", body)
	require.NoError(t, err)
	require.False(t, r.Done)
	_, err = begin(k.Therapist, "/couples", "k1", body)
	require.Equal(t, "error.in_progress", fault.From(err).Key)
	require.NoError(t, k.Service.EndWrite(k.Ctx, k.Therapist, "POST", "/couples", "k1", 201, "/api/v1/couples/x"))
	r, err = begin(k.Therapist, "/couples", "k1", body)
	require.NoError(t, err)
	require.Equal(t, care.Repeat{Done: true, Status: 201, Location: "/api/v1/couples/x"}, r)
	_, err = begin(k.Therapist, "/couples", "k1", other)
	require.Equal(t, "error.idempotency_reused", fault.From(err).Key)
	require.True(t, fault.Is(err, fault.Conflict))
	// Another person, path or key is another write.
	for _, one := range []struct {
		who       care.Actor
		path, key string
	}{{k.Colleague, "/couples", "k1"}, {k.Therapist, "/sessions", "k1"}, {k.Therapist, "/couples", "k2"}, {k.ForeignTherapist, "/couples", "k1"}} {
		r, err := begin(one.who, one.path, one.key, other)
		require.NoError(t, err)
		require.False(t, r.Done)
	}
	// A failed write can be done again; so can one that was cut off.
	require.NoError(t, k.Service.EndWrite(k.Ctx, k.Therapist, "POST", "/couples", "k2", 0, ""))
	r, err = begin(k.Therapist, "/couples", "k2", body)
	require.NoError(t, err)
	require.False(t, r.Done)
	k.Clock.Add(3 * time.Minute)
	r, err = begin(k.Therapist, "/couples", "k2", body)
	require.NoError(t, err)
	require.False(t, r.Done)
	for _, key := range []string{"", "a\nb", fmt.Sprintf("%0300d", 1)} {
		_, err = begin(k.Therapist, "/couples", key, body)
		require.True(t, fault.Is(err, fault.Invalid))
	}
	// Many at once: one does it.
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 10 {
		wg.Go(func() {
			_, err := begin(k.Therapist, "/couples", "race", body)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, 1, won)
	// After some days nothing of it is kept.
	k.Clock.Add(72 * time.Hour)
	require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, addJob(k, care.JobTidy, k.Practice)))
	require.Zero(t, k.Count("idempotency_keys where practice_id = $1", k.Practice))
}
