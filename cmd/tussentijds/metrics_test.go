package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/config"
	"tussentijds/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestTheMetricsTellHowRemindersFareAndNothingOfAnybody(t *testing.T) {
	k := testkit.New(t)
	k.Assign("appreciation", "both", "once")
	k.SQL(`update reminders set not_before = now() - interval '90 seconds' where practice_id = $1 and state = 'planned' and cause_kind = 'task'`, k.Practice)
	departed(care.Departure{Channel: "mail", Outcome: "sent", Late: 3 * time.Second})
	departed(care.Departure{Channel: "mail", Outcome: "sent", Late: 6 * time.Minute})
	departed(care.Departure{Channel: "push", Outcome: "late"})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := ln.Addr().String()
	require.NoError(t, ln.Close())
	cfg, err := config.Load([]string{"TUSSENTIJDS_METRICS_LISTEN=" + addr, "TUSSENTIJDS_METRICS_DATABASE_URL=" + testkit.RoleURL(t, "tt_metrics")})
	require.NoError(t, err)
	go func() {
		_ = serveMetrics(t.Context(), cfg, func(context.Context) []api.Check { return nil }, slog.New(slog.DiscardHandler))
	}()
	var body string
	soon(t, "the metrics", func() bool {
		resp, err := http.Get("http://" + addr + "/metrics")
		if err != nil {
			return false
		}
		defer func() { _ = resp.Body.Close() }()
		raw, _ := io.ReadAll(resp.Body)
		body = string(raw)
		return resp.StatusCode == http.StatusOK
	})
	require.Regexp(t, `tussentijds_due\{channel="mail",list="reminders"\} \d+`, body)
	require.Regexp(t, `tussentijds_due\{channel="push",list="reminders"\} 0`, body)
	require.Regexp(t, `tussentijds_due\{channel="",list="jobs"\} \d+`, body)
	require.Regexp(t, `tussentijds_due_oldest_seconds\{channel="mail",list="reminders"\} (9\d|[1-9]\d\d+|\d\.\d+e)`, body)
	require.Regexp(t, `tussentijds_reminders_total\{channel="mail",outcome="sent"\} [1-9]`, body)
	require.Regexp(t, `tussentijds_reminders_total\{channel="push",outcome="late"\} [1-9]`, body)
	require.Contains(t, body, `tussentijds_reminder_lateness_seconds_bucket{channel="mail",le="5"}`)
	require.Contains(t, body, `tussentijds_reminders_late_total{channel="mail"} 1`)
	require.Regexp(t, `(?m)^tussentijds_workers \d+$`, body)
	require.Regexp(t, `(?m)^tussentijds_worker_seen_seconds -?\d`, body)
	require.Regexp(t, `(?m)^tussentijds_dead_addresses \d+$`, body)
	require.NotContains(t, body, k.Practice.String())
}
