package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"tussentijds/care"
	"tussentijds/internal/db"
	"tussentijds/models"
	"tussentijds/reports"
	"tussentijds/tests/months"
)

const (
	fewCouples       = 100 // that many is compared with.
	couplesAPractice = 250
	monthOfReports   = "2026-10"
)

// monthEnd is the reports of a month of practices in a database of their own, from asking for them until all are drafts.
type monthEnd struct {
	w         *world
	database  string
	couples   int
	svc       *care.Service
	worker    *care.Service
	practices []care.Actor // each by its owner, who treats.
	asked     atomic.Int64 // statements of the last run.
	built     int          // reports of the last run.
	pdf       float64      // KB of one, and of its snapshot, sealed.
	snapshot  float64
	snapshots []reports.Snapshot
	months    int
}

// monthGroup gives the month's end of many couples against building the same reports and nothing else, and against the
// month's end of few.
func (w *world) monthGroup() group {
	many := &monthEnd{w: w, database: "month_many", couples: w.set.couples, months: w.set.months}
	few := &monthEnd{w: w, database: "month_few", couples: min(fewCouples, w.set.couples), months: w.set.months}
	const alone = "building alone"
	ours, base := fmt.Sprintf("%d couples", many.couples), fmt.Sprintf("%d of them", few.couples)
	made := func(m *monthEnd, fn func(context.Context) (float64, error)) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) {
			if err := m.make(ctx); err != nil {
				return 0, err
			}
			return fn(ctx)
		}
	}
	return group{
		name: "month", unit: perSecond, rounds: 3, warm: many.couples > 2000, // couples.
		floors:  []side{{alone, made(many, many.alone)}, {base, made(few, few.run)}},
		ours:    []side{{ours, made(many, many.run)}},
		targets: map[string]float64{ours + " / " + alone: 0.5, ours + " / " + base: 0.8},
		after:   func() { many.tell() },
	}
}

// tell says what the month's end took besides time.
func (m *monthEnd) tell() {
	if m.built > 0 {
		say("month: %d reports of %d couples, %.2f statements a report, of %.0f KB and a snapshot of %.0f KB", m.built, m.couples, float64(m.asked.Load())/float64(m.built), m.pdf, m.snapshot)
	}
}

// monthClock is the first of the month after, half past six in the morning.
var monthClock = time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC)

// make makes the couples and their months, once.
func (m *monthEnd) make(ctx context.Context) error {
	if m.svc != nil {
		return nil
	}
	w := m.w
	if err := db.Bootstrap(ctx, w.postgres.SuperURL("postgres"), m.database, w.roles); err != nil {
		return err
	}
	if _, err := db.Migrate(ctx, w.url("tt_owner", m.database)); err != nil {
		return err
	}
	pool, err := db.Open(ctx, w.url("tt_app", m.database), db.Options{})
	if err != nil {
		return err
	}
	w.onClose(func() { _ = pool.Close() })
	counted, err := db.Open(ctx, w.url("tt_worker", m.database), db.Options{Tracer: counter{&m.asked}})
	if err != nil {
		return err
	}
	w.onClose(func() { _ = counted.Close() })
	deps := w.deps(pool)
	deps.Clock = fixed(monthClock)
	svc := care.New(deps)
	deps.DB = counted
	m.worker = care.New(deps)
	began := time.Now()
	if err := w.asSuperuser(ctx, m.database, func(super *pgx.Conn) error { return m.fill(ctx, svc, super) }); err != nil {
		return err
	}
	say("month: %d couples with %d months of work made in %s", m.couples, m.months, time.Since(began).Round(time.Second))
	m.svc = svc
	return nil
}

func (m *monthEnd) fill(ctx context.Context, svc *care.Service, super *pgx.Conn) error {
	from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, -m.months, 0)
	for left := m.couples; left > 0; left -= couplesAPractice {
		owner, err := makePractice(ctx, svc, super, "Praktijk Maandeinde")
		if err != nil {
			return err
		}
		m.practices = append(m.practices, owner)
		p, err := months.Open(ctx, super, m.w.master, m.w.library, owner.PracticeID, owner.ID, owner.Zone)
		if err != nil {
			return err
		}
		for i := range min(left, couplesAPractice) {
			r := rand.New(rand.NewPCG(uint64(left), uint64(i))) // #nosec G404 -- the same world each time.
			c, err := p.NewCouple(from, [2]string{"Sam de Vries", "Robin Jansen"}, [2]string{"nl", "nl"})
			if err != nil {
				return err
			}
			c.Follow("affair-recovery-6", from)
			if err := c.Live(r, from, monthClock.AddDate(0, 0, -1)); err != nil {
				return err
			}
			if i%25 == 24 || i == min(left, couplesAPractice)-1 {
				if err := p.Flush(ctx, super); err != nil {
					return err
				}
			}
		}
	}
	_, err := super.Exec(ctx, `vacuum (analyze)`)
	return err
}

// again forgets the reports, so that the month can be ended once more.
func (m *monthEnd) again(ctx context.Context) error {
	return m.w.asSuperuser(ctx, m.database, func(super *pgx.Conn) error {
		batch := &pgx.Batch{}
		batch.Queue(`truncate reports cascade`)
		batch.Queue(`delete from jobs`)
		batch.Queue(`delete from reminders`)
		for _, p := range m.practices {
			batch.Queue(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key) values ($1, $2, 'monthly', $1, $3, $4)`, p.PracticeID, models.NewID(), monthClock, monthOfReports)
		}
		if err := super.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		_, err := super.Exec(ctx, `checkpoint`)
		return err
	})
}

// run asks for the month's reports, claims, gathers, builds, seals and keeps them, with as many builders as a worker has.
func (m *monthEnd) run(ctx context.Context) (float64, error) {
	if err := m.again(ctx); err != nil {
		return 0, err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	runtime.GC()
	m.asked.Store(0)
	start := time.Now()
	jobs, err := m.worker.DueJobs(ctx, len(m.practices), care.JobBuildReport)
	if err != nil {
		return 0, err
	}
	for _, j := range jobs {
		if err := m.worker.RunJob(ctx, j.PracticeID, j.ID); err != nil {
			return 0, err
		}
	}
	var wg errgroup.Group
	for range care.BuildersAProcessor * runtime.GOMAXPROCS(0) {
		wg.Go(func() error {
			for {
				batches, err := m.worker.ClaimReportBuilds(ctx, 1)
				if err != nil || len(batches) == 0 {
					return err
				}
				for _, b := range batches {
					if err := m.worker.BuildReports(ctx, b); err != nil {
						return err
					}
				}
			}
		})
	}
	if err := wg.Wait(); err != nil {
		return 0, err
	}
	took := time.Since(start)
	err = m.w.asSuperuser(ctx, m.database, func(super *pgx.Conn) error {
		var missing int
		err := super.QueryRow(ctx, `select count(*), count(*) filter (where status <> 'draft' or pdf is null), avg(octet_length(pdf))::float8 / 1024, avg(octet_length(snapshot))::float8 / 1024 from reports`).
			Scan(&m.built, &missing, &m.pdf, &m.snapshot)
		if err == nil && (missing > 0 || m.built < 3*m.couples) {
			err = fmt.Errorf("of %d reports %d were not built", m.built, missing)
		}
		return err
	})
	return float64(m.couples) / took.Seconds(), err
}

// sampled bounds how many snapshots are kept to build from.
const sampled = 400

// alone builds the same reports from snapshots that are in memory, and does nothing with them; couples a second.
func (m *monthEnd) alone(ctx context.Context) (float64, error) {
	if m.snapshots == nil {
		if _, err := m.run(ctx); err != nil {
			return 0, err
		}
		if err := m.sample(ctx); err != nil {
			return 0, err
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	runtime.GC()
	var wg errgroup.Group
	var next atomic.Int64
	builds := int64(max(len(m.snapshots), min(m.built, 4*sampled)))
	start := time.Now()
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() error {
			for i := next.Add(1); i <= builds; i = next.Add(1) {
				if _, err := reports.Build(m.snapshots[int(i)%len(m.snapshots)]); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	if err := wg.Wait(); err != nil {
		return 0, err
	}
	reportsASecond := float64(builds) / time.Since(start).Seconds()
	return reportsASecond * float64(m.couples) / float64(m.built), nil
}

// sample reads snapshots of what was built, as a therapist does.
func (m *monthEnd) sample(ctx context.Context) error {
	var ids []uuid.UUID
	err := m.w.asSuperuser(ctx, m.database, func(super *pgx.Conn) error {
		rows, err := super.Query(ctx, `select id from reports where practice_id = $1 order by id limit $2`, m.practices[0].PracticeID, sampled)
		if err != nil {
			return err
		}
		ids, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		doc, err := m.svc.ReadReport(ctx, m.practices[0], id)
		if err != nil {
			return err
		}
		m.snapshots = append(m.snapshots, doc.Snapshot)
	}
	if len(m.snapshots) == 0 {
		return errors.New("no reports to sample")
	}
	return nil
}

// counter counts statements, those of a batch each for itself.
type counter struct{ n *atomic.Int64 }

// TraceQueryStart counts a statement.
func (c counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}

// TraceQueryEnd does nothing.
func (counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart does nothing.
func (counter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

// TraceBatchQuery counts a statement of a batch.
func (c counter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) { c.n.Add(1) }

// TraceBatchEnd does nothing.
func (counter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}
