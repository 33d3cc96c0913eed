package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver of database/sql
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"tussentijds/migrations"
)

// Roles are the four database roles (design decision 1), each with its own duty.
var Roles = []string{"tt_owner", "tt_app", "tt_worker", "tt_metrics"}

// Passwords of the four roles, by role name.
type Passwords map[string]string

// Bootstrap makes the four roles and the database, as a superuser; it is safe to repeat. The owner bypasses row
// security, the serving roles do not.
func Bootstrap(ctx context.Context, superURL, database string, passwords Passwords) error {
	conn, err := pgx.Connect(ctx, superURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, statement := range roleStatements(passwords) {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("make the database roles: %w", err)
		}
	}
	var exists bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, database).Scan(&exists); err != nil {
		return err
	}
	if !exists {
		if _, err := conn.Exec(ctx, fmt.Sprintf(`create database %s owner tt_owner`, pgx.Identifier{database}.Sanitize())); err != nil {
			return fmt.Errorf("make the database: %w", err)
		}
	}
	return nil
}

func roleStatements(passwords Passwords) []string {
	var out []string
	for _, role := range Roles {
		attributes := "login nosuperuser nocreatedb nocreaterole nobypassrls"
		if role == "tt_owner" {
			attributes = "login nosuperuser nocreatedb nocreaterole bypassrls"
		}
		out = append(out, fmt.Sprintf(`do $$ begin create role %s; exception when duplicate_object then null; end $$`, role))
		statement := fmt.Sprintf(`alter role %s %s`, role, attributes)
		if p := passwords[role]; p != "" {
			statement += " password '" + strings.ReplaceAll(p, "'", "''") + "'"
		}
		out = append(out, statement)
	}
	return out
}

// ErrRolesMissing says that the roles are not there and may not be made; its text is the SQL that makes them.
type ErrRolesMissing struct{ SQL string }

func (e ErrRolesMissing) Error() string {
	return "the database roles are missing and this role may not make them; run as a superuser:\n" + e.SQL
}

// Migrate brings the schema up to date as the owner. It is safe when several start at once: one applies, the rest wait.
// It returns the number of migrations applied.
func Migrate(ctx context.Context, ownerURL string) (int, error) {
	if err := ensureRoles(ctx, ownerURL); err != nil {
		return 0, err
	}
	provider, done, err := provider(ownerURL)
	if err != nil {
		return 0, err
	}
	defer done()
	results, err := provider.Up(ctx)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	return len(results), nil
}

func ensureRoles(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return errors.New("migrate: cannot reach the database as its owner")
	}
	defer func() { _ = conn.Close(ctx) }()
	var present int
	if err := conn.QueryRow(ctx, `select count(*) from pg_roles where rolname = any($1)`, Roles).Scan(&present); err != nil {
		return err
	}
	if present == len(Roles) {
		return nil
	}
	statements := roleStatements(nil)
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return ErrRolesMissing{SQL: strings.Join(statements, ";\n") + ";"}
		}
	}
	return nil
}

// Status is where the schema stands: the version in the database and the newest one known.
type Status struct{ Current, Latest int64 }

// Outdated tells whether migrations are waiting.
func (s Status) Outdated() bool { return s.Current < s.Latest }

// SchemaStatus reads where the schema stands.
func SchemaStatus(ctx context.Context, url string) (Status, error) {
	provider, done, err := provider(url)
	if err != nil {
		return Status{}, err
	}
	defer done()
	current, latest, err := provider.GetVersions(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("migrate: %w", err)
	}
	return Status{Current: current, Latest: latest}, nil
}

func provider(url string) (*goose.Provider, func(), error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, nil, errors.New("migrate: the database URL cannot be read")
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		_ = pool.Close()
		return nil, nil, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, pool, migrations.FS, goose.WithSessionLocker(locker))
	if err != nil {
		_ = pool.Close()
		return nil, nil, err
	}
	return p, func() { _ = pool.Close() }, nil
}

// CheckSchema reads the schema's version as a serving role: Unavailable unless it is the one this program needs.
func (d *DB) CheckSchema(ctx context.Context) (Status, error) {
	var s Status
	err := d.sql.QueryRowContext(ctx, `select coalesce(max(version_id), 0) from goose_db_version where is_applied`).Scan(&s.Current)
	if err != nil {
		return s, Translate(err)
	}
	entries, err := migrations.FS.ReadDir(".")
	if err != nil {
		return s, err
	}
	for _, e := range entries { // NNNN_noun.sql
		number, _, _ := strings.Cut(e.Name(), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			s.Latest = max(s.Latest, n)
		}
	}
	return s, nil
}

// DropDatabase removes a database of the demo, with whoever is still connected to it.
func DropDatabase(ctx context.Context, superURL, database string) error {
	conn, err := pgx.Connect(ctx, superURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, fmt.Sprintf(`drop database if exists %s with (force)`, pgx.Identifier{database}.Sanitize()))
	return err
}

// Analyze lets PostgreSQL count what it holds, as the owner: after a bulk of writes its plans would else be those of empty
// tables until it finds the time itself.
func Analyze(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, "analyze")
	return err
}
