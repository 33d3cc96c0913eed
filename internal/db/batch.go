package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"tussentijds/internal/fault"
)

// Batch gathers the statements of one round trip.
type Batch struct {
	b     pgx.Batch
	scans []func(pgx.Rows) error
}

// Query adds a read; each is called for every row, with rows.Scan at hand.
func (b *Batch) Query(each func(pgx.Rows) error, sql string, args ...any) {
	for i, arg := range args {
		args[i] = quickly(arg)
	}
	b.b.Queue(sql, args...)
	b.scans = append(b.scans, each)
}

// quickly gives lists of ids a type that pgx writes as they are: as a list of driver values it would make a text of each, which
// took a fifth of the time of sending reminders.
func quickly(arg any) any {
	switch list := arg.(type) {
	case []uuid.UUID:
		out := make([][16]byte, len(list))
		for i, id := range list {
			out[i] = id
		}
		return out
	case []*uuid.UUID:
		out := make([]pgtype.UUID, len(list))
		for i, id := range list {
			if id != nil {
				out[i] = pgtype.UUID{Bytes: *id, Valid: true}
			}
		}
		return out
	}
	return arg
}

// Exec adds a write.
func (b *Batch) Exec(sql string, args ...any) { b.Query(nil, sql, args...) }

// BatchInPractice is the other door: begin, say which practice, all statements and commit go out as one pipelined batch,
// with the same guarantees as InPractice. Only the few hot paths use it: row security costs a few per cent, round trips
// cost most of the time.
func (d *DB) BatchInPractice(ctx context.Context, practiceID, actorID uuid.UUID, fill func(*Batch)) error {
	if practiceID == uuid.Nil {
		return fault.New(fault.Internal, "")
	}
	return d.batch(ctx, func(b *Batch) {
		b.Exec(setPractice, practiceID.String(), actorID.String())
		fill(b)
	})
}

// ExchangeInPractice is BatchInPractice with an answer in between: the first statements go out with begin and the practice,
// then answer looks at what came and fills the second batch, which goes out with the commit. Two round trips hold a whole
// read-decide-write transaction. An error of answer rolls back.
func (d *DB) ExchangeInPractice(ctx context.Context, practiceID, actorID uuid.UUID, fill func(*Batch), answer func(*Batch) error) error {
	if practiceID == uuid.Nil {
		return fault.New(fault.Internal, "")
	}
	return d.onConn(ctx, func(conn *pgx.Conn) error {
		first, second := &Batch{}, &Batch{}
		first.Exec("begin")
		first.Exec(setPractice, practiceID.String(), actorID.String())
		fill(first)
		if err := send(ctx, conn, first); err != nil {
			return err
		}
		if err := answer(second); err != nil {
			return errors.Join(err, rollback(ctx, conn))
		}
		second.Exec("commit")
		return send(ctx, conn, second)
	})
}

// setPractice also tells PostgreSQL to plan each of a batch's few statements once per connection: they reach their rows by
// index whatever the values are, and planning one anew takes longer than running it.
const setPractice = `select set_config('app.practice_id', $1, true), set_config('app.actor_id', $2, true), set_config('plan_cache_mode', 'force_generic_plan', true)`

// BatchForLogin is BatchInPractice for one who is known by a token's hash alone: the practice is that of the login, if it
// still counts at now; else the batch runs in no practice and finds nothing of any. It saves the round trip of looking
// the login up first.
func (d *DB) BatchForLogin(ctx context.Context, tokenHash []byte, now time.Time, fill func(*Batch)) error {
	return d.batch(ctx, func(b *Batch) {
		b.Exec(`select set_config('app.practice_id', coalesce((select practice_id::text from logins
			where token_hash = $1 and ended_at is null and expires_at > $2 and seen_at + make_interval(mins => idle_minutes) > $2), ''), true)`, tokenHash, now)
		fill(b)
	})
}

func (d *DB) batch(ctx context.Context, fill func(*Batch)) error {
	return d.onConn(ctx, func(conn *pgx.Conn) error {
		b := &Batch{}
		b.Exec("begin")
		fill(b)
		b.Exec("commit")
		return send(ctx, conn, b)
	})
}

// onConn runs fn on one connection below database/sql, where pgx can pipeline.
func (d *DB) onConn(ctx context.Context, fn func(*pgx.Conn) error) error {
	conn, err := d.sql.Conn(ctx)
	if err != nil {
		return Translate(err)
	}
	defer func() { _ = conn.Close() }()
	return Translate(below(conn, fn))
}

// below runs fn on the pgx connection under one of database/sql.
func below(conn *sql.Conn, fn func(*pgx.Conn) error) error {
	return conn.Raw(func(raw any) error {
		pc, ok := raw.(*stdlib.Conn)
		if !ok {
			return errors.New("db: not a pgx connection")
		}
		return fn(pc.Conn())
	})
}

// send sends a batch and reads its answers in order. After a failure the connection goes back clean: a failed statement
// leaves the transaction open and aborted, a failed scan leaves it open.
func send(ctx context.Context, conn *pgx.Conn, b *Batch) error {
	if err := exchange(ctx, conn, b); err != nil {
		return errors.Join(err, rollback(ctx, conn))
	}
	return nil
}

// exchange sends a batch and reads its answers in order, up to the first failure.
func exchange(ctx context.Context, conn *pgx.Conn, b *Batch) error {
	results := conn.SendBatch(ctx, &b.b)
	for _, each := range b.scans {
		if err := drain(results, each); err != nil {
			return errors.Join(err, results.Close())
		}
	}
	return results.Close()
}

// Round sends statements and waits for their answers, all in one round trip of the transaction. After a failure the
// transaction can only be ended, as after that of any statement.
func (t *Tx) Round(fill func(*Batch)) error {
	b := &Batch{}
	fill(b)
	if t.conn == nil {
		return fault.New(fault.Internal, "") // A batch has no transaction of its own.
	}
	return Translate(below(t.conn, func(conn *pgx.Conn) error { return exchange(t.ctx, conn, b) }))
}

// rollback ends an open transaction; a connection that cannot do so is closed, so that nobody gets it in that state.
func rollback(ctx context.Context, conn *pgx.Conn) error {
	if conn.IsClosed() || conn.PgConn().TxStatus() == 'I' {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if _, err := conn.Exec(ctx, "rollback"); err != nil {
		return conn.Close(ctx)
	}
	return nil
}

func drain(results pgx.BatchResults, each func(pgx.Rows) error) error {
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if each == nil {
			continue
		}
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Rounds is a transaction of a few pipelined round trips.
type Rounds struct {
	ctx  context.Context
	conn *pgx.Conn
	open Batch // what goes out with the next round: begin and the practice, to start with.
}

// Round sends statements and waits for their answers, all in one round trip.
func (r *Rounds) Round(fill func(*Batch)) error {
	b := r.open
	r.open = Batch{}
	fill(&b)
	return send(r.ctx, r.conn, &b)
}

// RoundsInPractice is ExchangeInPractice with as many exchanges as fn asks for. What fn puts into last goes out with the
// commit. An error of fn rolls back.
func (d *DB) RoundsInPractice(ctx context.Context, practiceID, actorID uuid.UUID, fn func(r *Rounds, last *Batch) error) error {
	if practiceID == uuid.Nil {
		return fault.New(fault.Internal, "")
	}
	return d.onConn(ctx, func(conn *pgx.Conn) error {
		r := &Rounds{ctx: ctx, conn: conn}
		r.open.Exec("begin")
		r.open.Exec(setPractice, practiceID.String(), actorID.String())
		last := &Batch{}
		if err := fn(r, last); err != nil {
			return errors.Join(err, rollback(ctx, conn))
		}
		last.Exec("commit")
		return send(ctx, conn, last)
	})
}
