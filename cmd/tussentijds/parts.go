package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/redis/go-redis/v9"

	"tussentijds/care"
	"tussentijds/internal/config"
	"tussentijds/internal/db"
	"tussentijds/internal/limits"
	"tussentijds/internal/mailer"
	"tussentijds/internal/seal"
	"tussentijds/library"
	"tussentijds/worker"
)

// parts are what a process stands on, opened in order and closed in reverse.
type parts struct {
	pool   *db.DB
	redis  redis.UniversalClient
	mailer *mailer.Mailer
	master *seal.Master
	svc    *care.Service
	close  []func() error
}

type partsOptions struct {
	databaseURL string
	redisURL    string
	masterKey   string // file.
	newKey      bool   // make the key file when it is missing (the demo).
	smtpURL     string // empty: this process sends nothing.
	mailFrom    string
	baseURL     string
	anchorFile  string
	demo        bool
	log         *slog.Logger
}

// Close ends everything that was opened.
func (p *parts) Close() error {
	var errs []error
	for i := len(p.close) - 1; i >= 0; i-- {
		errs = append(errs, p.close[i]())
	}
	return errors.Join(errs...)
}

// openParts opens database, Redis, keys and library. A role that bypasses row security and an outdated schema are refused.
func openParts(ctx context.Context, o partsOptions) (p *parts, err error) {
	p = &parts{}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	if p.pool, err = db.Open(ctx, o.databaseURL, db.Options{}); err != nil {
		return p, err
	}
	p.close = append(p.close, p.pool.Close)
	status, err := p.pool.CheckSchema(ctx)
	if err != nil {
		return p, fmt.Errorf("the schema cannot be read; has `tussentijds migrate up` run? %w", err)
	}
	if status.Outdated() {
		return p, fmt.Errorf("the schema is at version %d and this program needs %d: run `tussentijds migrate up`", status.Current, status.Latest)
	}
	if p.master, err = seal.LoadMaster(o.masterKey, o.newKey); err != nil {
		return p, err
	}
	redisOptions, err := config.ParseRedis(o.redisURL)
	if err != nil {
		return p, err
	}
	p.redis = redis.NewUniversalClient(redisOptions.Universal)
	p.close = append(p.close, p.redis.Close)
	exercises, err := library.Load()
	if err != nil {
		return p, err
	}
	deps := care.Deps{
		DB: p.pool, Master: p.master, Library: exercises, Queue: worker.NewQueue(p.redis, o.log), Limiter: limits.New(p.redis), Log: o.log,
		BaseURL: o.baseURL, Demo: o.demo, AnchorFile: o.anchorFile,
	}
	if o.smtpURL != "" {
		if p.mailer, err = mailer.New(mailer.Config{URL: o.smtpURL, From: o.mailFrom}); err != nil {
			return p, err
		}
		p.close = append(p.close, p.mailer.Close)
		deps.Mailer = worker.Mailer{SMTP: p.mailer}
	}
	p.svc = care.New(deps)
	return p, nil
}

// anchorFile is where heads of the record's chain are anchored, outside the database.
func anchorFile(dataDir string) string { return filepath.Join(dataDir, "audit-anchors.json") }
