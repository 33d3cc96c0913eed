package main

import (
	"context"
	"log/slog"

	"tussentijds/internal/config"
	"tussentijds/worker"
)

// openWorker opens the worker's own parts, with the worker's database role.
func openWorker(ctx context.Context, cfg config.Config, log *slog.Logger) (*parts, error) {
	return openParts(ctx, partsOptions{
		databaseURL: cfg.WorkerURL.Reveal(), redisURL: cfg.RedisURL.Reveal(), masterKey: cfg.MasterKeyFile, smtpURL: cfg.SMTPURL.Reveal(),
		mailFrom: cfg.MailFrom, baseURL: cfg.BaseURL, anchorFile: anchorFile(cfg.DataDir), log: log,
	})
}

// work runs the workers and the schedule until the context ends.
func work(ctx context.Context, p *parts, log *slog.Logger) error {
	log.Info("working", "version", version)
	return worker.Run(ctx, p.svc, worker.Options{Redis: p.redis, Log: log})
}
