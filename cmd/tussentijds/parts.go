package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"path/filepath"

	"github.com/redis/go-redis/v9"

	"tussentijds/care"
	"tussentijds/internal/config"
	"tussentijds/internal/db"
	"tussentijds/internal/limits"
	"tussentijds/internal/mailer"
	"tussentijds/internal/push"
	"tussentijds/internal/seal"
	"tussentijds/internal/sms"
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
	bounces     string // the domain that undeliverable mail comes back to; empty: nothing takes it.
	texts       texts
	baseURL     string
	anchorFile  string
	demo        bool
	log         *slog.Logger
}

// texts is the gateway of text messages. Processes that send nothing know of it too: they offer it, and hear how it went.
type texts struct{ url, token, from, secret string }

func textsOf(cfg config.Config) texts {
	return texts{cfg.SMSURL.Reveal(), cfg.SMSToken.Reveal(), cfg.SMSFrom, cfg.SMSCallback.Reveal()}
}

// gateway makes the gateway; nil where there is none.
func (t texts) gateway(baseURL string) (*sms.Gateway, error) {
	if t.url == "" {
		return nil, nil
	}
	cfg := sms.Config{URL: t.url, Token: t.token, From: t.from}
	if t.secret != "" {
		cfg.Callback = baseURL + "/hooks/sms"
	}
	return sms.New(cfg)
}

// pushContact is where a push service can write: the sender's address, or else our own.
func pushContact(mailFrom, baseURL string) string {
	if a, err := mail.ParseAddress(mailFrom); err == nil {
		return a.Address
	}
	return baseURL
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
		if p.mailer, err = mailer.New(mailer.Config{URL: o.smtpURL, From: o.mailFrom, BounceDomain: o.bounces}); err != nil {
			return p, err
		}
		p.close = append(p.close, p.mailer.Close)
		deps.Mailer, deps.Departed = worker.Mailer{SMTP: p.mailer}, departed
		deps.Pusher = push.New(push.Config{Contact: pushContact(o.mailFrom, o.baseURL), Loopback: o.demo})
	}
	gateway, err := o.texts.gateway(o.baseURL)
	if err != nil {
		return p, err
	}
	if gateway != nil {
		deps.Texter, deps.ReceiptSecret = gateway, o.texts.secret
	}
	p.svc = care.New(deps)
	return p, nil
}

// anchorFile is where heads of the record's chain are anchored, outside the database.
func anchorFile(dataDir string) string { return filepath.Join(dataDir, "audit-anchors.json") }
