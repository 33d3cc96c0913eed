// Package testkit gives tests the real parts: PostgreSQL with the serving roles, Redis, a mailbox, a clock that tests set,
// and a fresh practice with its people for each test, so that tests run side by side.
package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tussentijds/internal/db"
	"tussentijds/internal/local"
	"tussentijds/internal/seal"
)

const database = "tussentijds"

// servers are what the tests of one package share.
type servers struct {
	dir      string
	postgres *local.Postgres
	master   *seal.Master
	app      *db.DB
	worker   *db.DB
	owner    *pgx.Conn
	ownerMu  sync.Mutex
}

var (
	shared   *servers
	startErr error
	startOne sync.Once

	redis     *local.Redis
	redisErr  error
	redisOnce sync.Once
	redisDir  string
)

// Main runs a package's tests, stops what they started and removes what that kept. Use it as TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, "what the tests started is left behind:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var errs []error
	if shared != nil {
		_ = shared.app.Close()
		_ = shared.worker.Close()
		_ = shared.owner.Close(ctx)
		_ = shared.postgres.Stop(ctx)
		errs = append(errs, local.Wipe(filepath.Join(shared.dir, "postgres")), os.RemoveAll(shared.dir)) // As root they may lie elsewhere.
	}
	if redis != nil {
		_ = redis.Stop(ctx)
		errs = append(errs, local.Wipe(redisDir))
	}
	return errors.Join(errs...)
}

func start(t testing.TB) *servers {
	t.Helper()
	startOne.Do(func() { shared, startErr = startServers() })
	if startErr != nil {
		t.Fatalf("start PostgreSQL for tests: %v", startErr)
	}
	return shared
}

func startServers() (*servers, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir, err := local.TempDir("tussentijds-test")
	if err != nil {
		return nil, err
	}
	// Nothing outlives a test run, so nothing needs to reach the disk.
	pg, err := local.StartPostgres(ctx, local.PostgresOptions{Dir: filepath.Join(dir, "postgres"), Settings: map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}})
	if err != nil {
		return nil, err
	}
	s := &servers{dir: dir, postgres: pg}
	passwords := db.Passwords{}
	for _, role := range db.Roles {
		passwords[role] = "test-" + role
	}
	if err := db.Bootstrap(ctx, pg.SuperURL("postgres"), database, passwords); err != nil {
		return nil, err
	}
	url := func(role string) string { return pg.URL(role, passwords[role], database) }
	if _, err := db.Migrate(ctx, url("tt_owner")); err != nil {
		return nil, err
	}
	if s.app, err = db.Open(ctx, url("tt_app"), db.Options{Tracer: tracer{}}); err != nil {
		return nil, err
	}
	if s.worker, err = db.Open(ctx, url("tt_worker"), db.Options{Tracer: tracer{}}); err != nil {
		return nil, err
	}
	if s.owner, err = pgx.Connect(ctx, url("tt_owner")); err != nil {
		return nil, err
	}
	s.master, err = seal.LoadMaster(filepath.Join(dir, "master.key"), true)
	return s, err
}

// Owner lets fn arrange with the owner's own connection and the master key, past row security: for what takes too long to
// live through use cases.
func Owner(t testing.TB, fn func(*pgx.Conn, *seal.Master) error) {
	t.Helper()
	s := start(t)
	s.ownerMu.Lock()
	defer s.ownerMu.Unlock()
	if err := fn(s.owner, s.master); err != nil {
		t.Fatalf("arrange: %v", err)
	}
}

// RedisURL gives a Redis server of this package's tests.
func RedisURL(t testing.TB) string {
	t.Helper()
	redisOnce.Do(func() {
		if redisDir, redisErr = local.TempDir("tussentijds-test"); redisErr != nil {
			return
		}
		redis, redisErr = local.StartRedis(context.Background(), local.RedisOptions{Dir: redisDir})
	})
	if redisErr != nil {
		t.Fatalf("start Redis for tests: %v", redisErr)
	}
	return redis.URL()
}

// SuperURL is the superuser's way in, for tests that break things on purpose.
func SuperURL(t testing.TB) string { return start(t).postgres.SuperURL(database) }

// RoleURL is the way in of one of the four database roles.
func RoleURL(t testing.TB, role string) string {
	return start(t).postgres.URL(role, "test-"+role, database)
}

// PostgresBin is the folder of PostgreSQL's own programs, such as pg_dump.
func PostgresBin(t testing.TB) string { return start(t).postgres.Bin }

// exec runs SQL as the owner, past row security: for arranging and for looking, never for what is tested.
func (k *Kit) exec(sql string, args ...any) {
	k.t.Helper()
	s := start(k.t)
	s.ownerMu.Lock()
	defer s.ownerMu.Unlock()
	if _, err := s.owner.Exec(context.Background(), sql, args...); err != nil {
		k.t.Fatalf("owner: %v", err)
	}
}

// OwnerRow reads one row as the owner.
func (k *Kit) OwnerRow(dest []any, sql string, args ...any) {
	k.t.Helper()
	s := start(k.t)
	s.ownerMu.Lock()
	defer s.ownerMu.Unlock()
	if err := s.owner.QueryRow(context.Background(), sql, args...).Scan(dest...); err != nil {
		k.t.Fatalf("owner: %v", err)
	}
}

// Count counts rows as the owner: Count("tasks where couple_id = $1", id).
func (k *Kit) Count(from string, args ...any) int {
	k.t.Helper()
	var n int
	k.OwnerRow([]any{&n}, fmt.Sprintf("select count(*) from %s", from), args...)
	return n
}

// IDs reads a column of ids as the owner.
func (k *Kit) IDs(sql string, args ...any) []uuid.UUID {
	k.t.Helper()
	s := start(k.t)
	s.ownerMu.Lock()
	defer s.ownerMu.Unlock()
	rows, err := s.owner.Query(context.Background(), sql, args...)
	if err != nil {
		k.t.Fatalf("owner: %v", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		k.t.Fatalf("owner: %v", err)
	}
	return ids
}
