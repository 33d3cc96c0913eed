// Package db is the way to PostgreSQL: the pool, the two doors to a practice's rows, and the roles and migrations.
//
// InPractice and BatchInPractice are the only doors to tenant rows (design decision 2). Both tell PostgreSQL which practice is meant for
// this transaction alone, and row-level security does the rest: a forgotten condition finds nothing of anyone else.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	pgxuuid "github.com/vgarvardt/pgx-google-uuid/v5"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"tussentijds/internal/fault"
)

// DB is a pool for one database role.
type DB struct {
	sql  *sql.DB
	gorm *gorm.DB
}

// Options tunes the pool.
type Options struct {
	MaxConns        int             // zero means 24.
	Tracer          pgx.QueryTracer // counts or traces statements; nil for none. It never sees parameters logged.
	AllowPrivileged bool            // for the owner's own commands; serving roles must not bypass row security.
}

// Open connects, and refuses a role that row-level security does not bind unless the options allow it.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("db: the database URL cannot be read") // The parser's own text may hold the password.
	}
	cfg.Tracer = o.Tracer
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "tussentijds"
	}
	cfg.RuntimeParams["timezone"] = "UTC"
	pool := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(WriteUUIDs))
	maxConns := o.MaxConns
	if maxConns == 0 {
		maxConns = 24
	}
	pool.SetMaxOpenConns(maxConns)
	pool.SetMaxIdleConns(maxConns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), &gorm.Config{
		// GORM's own logger prints values even with parameterised queries; its statements inside transactions are
		// prepared anew each time, which halves everything.
		Logger: logger.Discard, PrepareStmt: false, SkipDefaultTransaction: true,
		DisableAutomaticPing: true, TranslateError: false,
		NowFunc: func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("db: %w", err)
	}
	d := &DB{sql: pool, gorm: g}
	if !o.AllowPrivileged {
		var privileged bool
		err := pool.QueryRowContext(ctx, `select rolsuper or rolbypassrls from pg_roles where rolname = current_user`).Scan(&privileged)
		if err == nil && privileged {
			err = errors.New("db: this role is a superuser or bypasses row security; use the serving role")
		}
		if err != nil {
			_ = pool.Close()
			return nil, err
		}
	}
	return d, nil
}

// WriteUUIDs lets a new connection send UUIDs as their sixteen bytes. pgx by itself writes each as text and reads that again,
// twenty times as slow. Its error is always nil.
func WriteUUIDs(_ context.Context, conn *pgx.Conn) error {
	types := conn.TypeMap()
	types.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{pgxuuid.TryWrapUUIDEncodePlan}, types.TryWrapEncodePlanFuncs...)
	return nil
}

// Close ends the pool.
func (d *DB) Close() error { return d.sql.Close() }

// Ping tells whether PostgreSQL answers.
func (d *DB) Ping(ctx context.Context) error { return Translate(d.sql.PingContext(ctx)) }

// Tx is a transaction in one practice (or on the global sign-in tables). It must not outlive its function.
type Tx struct {
	*gorm.DB
	PracticeID uuid.UUID
	ctx        context.Context
	conn       *sql.Conn
	after      []func(context.Context)
}

// AfterCommit registers work for after a successful commit: waking a worker, never anything that must not be lost.
func (t *Tx) AfterCommit(fn func(context.Context)) { t.after = append(t.after, fn) }

// InPractice is the ordinary door to a practice's rows: begin, say which practice and who, run fn, commit, then the
// AfterCommit callbacks. fn must make no mail, PDF or Redis call. A fault of fn rolls everything back.
func (d *DB) InPractice(ctx context.Context, practiceID, actorID uuid.UUID, fn func(*Tx) error) error {
	if practiceID == uuid.Nil {
		return fault.New(fault.Internal, "")
	}
	return d.transact(ctx, practiceID, `select set_config('app.practice_id', ?, true), set_config('app.actor_id', ?, true)`,
		[]any{practiceID.String(), actorID.String()}, fn)
}

// Global is for the sign-in tables, which belong to no practice yet. No tenant row shows itself here.
func (d *DB) Global(ctx context.Context, fn func(*Tx) error) error {
	return d.transact(ctx, uuid.Nil, `select set_config('app.practice_id', '', true)`, nil, fn)
}

// DueLists lets the worker's role read and claim the lists of ids and moments across practices; with any other role,
// and on any other table, it finds nothing.
func (d *DB) DueLists(ctx context.Context, fn func(*Tx) error) error {
	return d.transact(ctx, uuid.Nil, `select set_config('app.practice_id', '', true), set_config('app.due_list', 'on', true)`, nil, fn)
}

func (d *DB) transact(ctx context.Context, practiceID uuid.UUID, set string, args []any, fn func(*Tx) error) error {
	conn, err := d.sql.Conn(ctx) // Held, so that a round goes out on the transaction's own connection.
	if err != nil {
		return Translate(err)
	}
	defer func() { _ = conn.Close() }()
	tx := &Tx{PracticeID: practiceID, ctx: ctx, conn: conn}
	on := d.gorm.WithContext(ctx)
	on.Statement.ConnPool = conn
	err = on.Transaction(func(g *gorm.DB) error {
		if err := g.Exec(set, args...).Error; err != nil {
			return err
		}
		tx.DB = g
		return fn(tx)
	})
	if err != nil {
		return Translate(err)
	}
	for _, fn := range tx.after {
		fn(ctx)
	}
	return nil
}

// unstorable are PostgreSQL's refusals of a value as such: too long, out of range, a moment or an octet that it has no place
// for, such as NUL in text.
var unstorable = []string{"22001", "22003", "22008", "22021", "22P05"}

// Translate turns a driver's error into a fault: a lost connection is Unavailable, a busy slot or a double is Conflict, a
// value that cannot be kept is Invalid.
// Faults and nil pass through.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "23505" || pg.Code == "23P01" || pg.Code == "40001" || pg.Code == "40P01":
			return fault.Wrap(fault.Conflict, err)
		case slices.Contains(unstorable, pg.Code):
			return fault.Wrap(fault.Invalid, err)
		case len(pg.Code) == 5 && (pg.Code[:2] == "08" || pg.Code[:2] == "57" || pg.Code[:2] == "53"):
			return fault.Wrap(fault.Unavailable, err)
		}
		return fault.Wrap(fault.Internal, err)
	}
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) {
		return fault.Missing()
	}
	if Lost(err) {
		return fault.Wrap(fault.Unavailable, err)
	}
	return fault.Wrap(fault.Internal, err)
}

// Constraint gives the name of the constraint that err broke, or "".
func Constraint(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.ConstraintName
	}
	return ""
}
