package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"tussentijds/care"
	"tussentijds/internal/bounce"
	"tussentijds/internal/config"
	"tussentijds/internal/db"
	"tussentijds/internal/seal"
)

// checkChannels looks at what is asked for beside mail: what is not set is not missed.
func checkChannels(ctx context.Context, cfg config.Config) []finding {
	var out []finding
	if cfg.WorkerURL.IsSet() && cfg.MasterKeyFile != "" {
		out = append(out, finding{"reminders that are due", checkDue(ctx, cfg), "is a worker running, and can it reach PostgreSQL and the mail server? Its metrics and the owner's page “Sending” tell more"})
		out = append(out, finding{"keys of notifications", checkPush(ctx, cfg), "the installation's keys do not open: is TUSSENTIJDS_MASTER_KEY_FILE the one that this database was made with?"})
	}
	if cfg.BounceListen != "" {
		out = append(out, finding{"undeliverable mail", checkBounces(cfg), "check TUSSENTIJDS_BOUNCE_LISTEN and TUSSENTIJDS_BOUNCE_DOMAIN; one worker on this machine listens there"})
	}
	if cfg.SMSURL.IsSet() {
		out = append(out, finding{"gateway of text messages", checkTexts(cfg), "check TUSSENTIJDS_SMS_URL, and whether this machine may reach it"})
		if !cfg.SMSCallback.IsSet() {
			out = append(out, finding{"receipts of text messages", errNotSet, "set TUSSENTIJDS_SMS_CALLBACK_SECRET, so that numbers that take nothing are found"})
		}
	}
	return out
}

// checkPush opens the keys that sign notifications, and makes them when there are none yet.
func checkPush(ctx context.Context, cfg config.Config) error {
	pool, err := db.Open(ctx, cfg.WorkerURL.Reveal(), db.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	master, err := seal.LoadMaster(cfg.MasterKeyFile, false)
	if err != nil {
		return err
	}
	return care.New(care.Deps{DB: pool, Master: master}).CheckPushKeys(ctx)
}

// checkDue wants nothing that is due to wait for long.
func checkDue(ctx context.Context, cfg config.Config) error {
	pool, err := db.Open(ctx, cfg.WorkerURL.Reveal(), db.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	waited, err := care.New(care.Deps{DB: pool}).OldestDue(ctx)
	if err == nil && waited > waitsLong {
		err = fmt.Errorf("the first has waited for %s", waited.Round(time.Second))
	}
	return err
}

// waitsLong is from when on something due that waits is a sign that nobody sends.
const waitsLong = 10 * time.Minute

// checkBounces asks whoever listens there to say who it is. Before the worker runs nobody does: then it must be possible.
func checkBounces(cfg config.Config) error {
	if cfg.Bounces() == "" {
		return errors.New("no domain for it")
	}
	address, _ := bounce.Address(cfg.BounceListen)
	conn, err := net.DialTimeout("tcp", localAddress(address), 3*time.Second)
	if err != nil {
		ln, err := net.Listen("tcp", address)
		if err != nil {
			return errors.New("nobody listens there, and nobody can")
		}
		return ln.Close()
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(3 * time.Second))
	greeting, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.HasPrefix(greeting, "220 "+cfg.Bounces()+" ") {
		return errors.New("somebody else listens there")
	}
	return nil
}

// checkTexts connects to the gateway and sends nothing.
func checkTexts(cfg config.Config) error {
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(cfg.SMSURL.Reveal()))
	if err != nil {
		return errors.New("the address cannot be read")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(u.Hostname(), port), 5*time.Second)
	if err != nil {
		return errors.New("it cannot be reached")
	}
	return conn.Close()
}
