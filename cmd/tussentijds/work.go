package main

import (
	"context"
	"log/slog"

	"tussentijds/internal/config"
	"tussentijds/worker"
)

// runWorker opens the worker's own parts, with the worker's database role, and works until the context ends.
func runWorker(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	p, err := openParts(ctx, partsOptions{
		databaseURL: cfg.WorkerURL.Reveal(), redisURL: cfg.RedisURL.Reveal(), masterKey: cfg.MasterKeyFile, smtpURL: cfg.SMTPURL.Reveal(),
		mailFrom: cfg.MailFrom, baseURL: cfg.BaseURL, anchorFile: anchorFile(cfg.DataDir), log: log,
	})
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	redisOptions, err := config.ParseRedis(cfg.RedisURL.Reveal())
	if err != nil {
		return err
	}
	log.Info("working", "version", version)
	return worker.Run(ctx, p.svc, worker.Options{Redis: redisOptions.Asynq, Log: log})
}
