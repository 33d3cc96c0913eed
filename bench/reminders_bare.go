package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"tussentijds/care"
	"tussentijds/internal/mailer"
)

// bare is what is left of our sender without encryption, record and rules: the same claims, tasks, takes and mailer, with row
// security, and addresses that nobody has to open.
func (r *reminders) bare(ctx context.Context) (float64, error) {
	pool, err := pgxpool.New(ctx, r.w.url("tt_worker", smallDatabase))
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	return r.rate(ctx, func() error {
		return r.throughQueue(ctx, func(ctx context.Context, b care.DueBatch) error { return r.sendBare(ctx, pool, b) },
			func(b care.DueBatch) []care.DueBatch { return []care.DueBatch{b} })
	})
}

const bareBegin = `select set_config('app.practice_id', $1, true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`

const bareOwn = ` where practice_id = (select nullif(current_setting('app.practice_id', true), '')::uuid) and id = any ($1)`

func (r *reminders) sendBare(ctx context.Context, pool *pgxpool.Pool, b care.DueBatch) error {
	ids := make([][16]byte, len(b.IDs))
	for i, id := range b.IDs {
		ids[i] = id
	}
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, bareBegin, b.PracticeID.String()); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `update reminders set sending_since = $2`+bareOwn+` and state = 'claimed' and sending_since is null returning id`, ids, time.Now())
	if err != nil {
		return err
	}
	var messages []mailer.Message
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		messages = append(messages, mailer.Message{
			ID: id.String() + "@example.test", FromName: "Praktijk", To: fmt.Sprintf("p%d@client.example", len(messages)), Subject: "Er staat iets voor je klaar",
			Text: mailText, HTML: mailHTML, StopURL: "https://example.test/reminders/stop/" + stopLike,
		})
	}
	if err := errors.Join(rows.Err(), tx.Commit(ctx)); err != nil {
		return err
	}
	if err := errors.Join(r.smtp.Send(ctx, messages)...); err != nil {
		return err
	}
	tx, err = pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	if _, err := tx.Exec(ctx, bareBegin, b.PracticeID.String()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update reminders set state = 'sent', sent_at = $2, lease_until = null, sending_since = null`+bareOwn, ids, time.Now()); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
