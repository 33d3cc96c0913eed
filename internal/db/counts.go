package db

import (
	"context"
	"time"
)

// DueCount is how much of a list is due, and how old the oldest of it is.
type DueCount struct {
	List          string
	Channel       string // of reminders: mail, push, sms.
	Due           int64
	OldestSeconds float64
}

// DueCounts counts what is due over all practices; the metrics role may call this and nothing else.
func (d *DB) DueCounts(ctx context.Context) ([]DueCount, error) {
	rows, err := d.sql.QueryContext(ctx, `select list, channel, due, oldest_seconds from metrics_due()`)
	if err != nil {
		return nil, Translate(err)
	}
	defer func() { _ = rows.Close() }()
	var out []DueCount
	for rows.Next() {
		var c DueCount
		if err := rows.Scan(&c.List, &c.Channel, &c.Due, &c.OldestSeconds); err != nil {
			return nil, Translate(err)
		}
		out = append(out, c)
	}
	return out, Translate(rows.Err())
}

// Watch is who is at work and what is given up, over all practices.
type Watch struct {
	Workers       int64   // that were seen within a minute.
	SeenSeconds   float64 // since one was seen last; -1 for never.
	DeadAddresses int64
}

// Watch asks for it; the metrics role may.
func (d *DB) Watch(ctx context.Context) (Watch, error) {
	var w Watch
	err := d.sql.QueryRowContext(ctx, `select workers, seen_seconds, dead_addresses from metrics_watch()`).Scan(&w.Workers, &w.SeenSeconds, &w.DeadAddresses)
	return w, Translate(err)
}

// Now is the database's own clock.
func (d *DB) Now(ctx context.Context) (time.Time, error) {
	var t time.Time
	err := d.sql.QueryRowContext(ctx, `select clock_timestamp()`).Scan(&t)
	return t, Translate(err)
}
