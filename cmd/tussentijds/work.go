package main

import (
	"context"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"tussentijds/care"
	"tussentijds/internal/bounce"
	"tussentijds/internal/config"
	"tussentijds/worker"
)

// openWorker opens the worker's own parts, with the worker's database role.
func openWorker(ctx context.Context, cfg config.Config, log *slog.Logger) (*parts, error) {
	return openParts(ctx, partsOptions{
		databaseURL: cfg.WorkerURL.Reveal(), redisURL: cfg.RedisURL.Reveal(), masterKey: cfg.MasterKeyFile, smtpURL: cfg.SMTPURL.Reveal(),
		mailFrom: cfg.MailFrom, bounces: cfg.Bounces(), texts: textsOf(cfg), baseURL: cfg.BaseURL, anchorFile: anchorFile(cfg.DataDir), log: log,
	})
}

// work runs the workers and the schedule, and takes what mail servers send back, until the context ends.
func work(ctx context.Context, p *parts, cfg config.Config, log *slog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	if cfg.BounceListen != "" {
		receiver, err := receive(ctx, p.svc, cfg.BounceListen, cfg.Bounces(), log)
		if err != nil {
			return err
		}
		group.Go(func() error {
			<-ctx.Done()
			return receiver.Stop(context.WithoutCancel(ctx))
		})
	}
	log.Info("working", "version", version)
	group.Go(func() error { return worker.Run(ctx, p.svc, worker.Options{Redis: p.redis, Log: log}) })
	return group.Wait()
}

// receive listens for mail that comes back. The service must stand on the worker's database role.
func receive(ctx context.Context, svc *care.Service, listen, domain string, log *slog.Logger) (*bounce.Receiver, error) {
	return bounce.Start(ctx, bounce.Options{Listen: listen, Domain: domain, Ours: svc.OwnBounce, Take: svc.NoteBounce, Log: log})
}
