package main

import (
	"errors"
	"net"

	"golang.org/x/sync/errgroup"

	"tussentijds/internal/config"
)

type serveCmd struct {
	WithWorker bool `help:"Also run the workers and the schedule in this process."`
}

// Run serves API and portal.
func (c serveCmd) Run(e *env) error {
	required := config.ForServe
	if c.WithWorker {
		required = append(append([]string{}, required...), config.ForWorker...)
	}
	cfg, err := e.load(required...)
	if err != nil {
		return err
	}
	p, err := openParts(e.ctx, partsOptions{
		databaseURL: cfg.DatabaseURL.Reveal(), redisURL: cfg.RedisURL.Reveal(), masterKey: cfg.MasterKeyFile,
		baseURL: cfg.BaseURL, anchorFile: anchorFile(cfg.DataDir), texts: textsOf(cfg), log: e.log,
	})
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	var proxies []string
	for _, prefix := range cfg.Proxies() {
		proxies = append(proxies, prefix.String())
	}
	s, err := newServer(p.svc, serverOptions{
		baseURL: cfg.BaseURL, proxies: proxies, key: p.master.Derive("csrf"), ready: readiness(p.pool, p.redis), log: e.log, contact: securityContact(cfg),
	})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(e.ctx)
	group.Go(func() error { return s.run(ctx, ln) })
	group.Go(func() error { return serveMetrics(ctx, cfg, readiness(p.pool, p.redis), e.log) })
	if c.WithWorker {
		back, err := openWorker(ctx, cfg, e.log)
		if err != nil {
			return errors.Join(err, ln.Close())
		}
		defer func() { _ = back.Close() }()
		group.Go(func() error { return work(ctx, back, cfg, e.log) })
	}
	e.log.Info("serving", "listen", ln.Addr().String(), "version", version)
	return group.Wait()
}

func securityContact(cfg config.Config) string {
	if cfg.MailFrom == "" {
		return ""
	}
	return "mailto:" + cfg.MailFrom
}

type workerCmd struct{}

// Run runs the workers and the schedule.
func (workerCmd) Run(e *env) error {
	cfg, err := e.load(config.ForWorker...)
	if err != nil {
		return err
	}
	p, err := openWorker(e.ctx, cfg, e.log)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	group, ctx := errgroup.WithContext(e.ctx)
	group.Go(func() error { return work(ctx, p, cfg, e.log) })
	group.Go(func() error { return serveMetrics(ctx, cfg, readiness(p.pool, p.redis), e.log) })
	return group.Wait()
}
