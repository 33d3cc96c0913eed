package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/config"
	"tussentijds/internal/db"
)

// dueCollector asks the metrics role, which may count what is due and nothing else.
type dueCollector struct {
	pool   *db.DB
	due    *prometheus.Desc
	oldest *prometheus.Desc
	works  *prometheus.Desc
	seen   *prometheus.Desc
	dead   *prometheus.Desc
}

// Describe names the metrics.
func (c dueCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.due, c.oldest, c.works, c.seen, c.dead} {
		ch <- d
	}
}

// Collect counts what is due now.
func (c dueCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	lists, err := c.pool.DueCounts(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(c.due, errors.New("the database cannot be asked"))
		return
	}
	for _, l := range lists {
		ch <- prometheus.MustNewConstMetric(c.due, prometheus.GaugeValue, float64(l.Due), l.List, l.Channel)
		ch <- prometheus.MustNewConstMetric(c.oldest, prometheus.GaugeValue, l.OldestSeconds, l.List, l.Channel)
	}
	watch, err := c.pool.Watch(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(c.works, errors.New("the database cannot be asked"))
		return
	}
	ch <- prometheus.MustNewConstMetric(c.works, prometheus.GaugeValue, float64(watch.Workers))
	ch <- prometheus.MustNewConstMetric(c.seen, prometheus.GaugeValue, watch.SeenSeconds)
	ch <- prometheus.MustNewConstMetric(c.dead, prometheus.GaugeValue, float64(watch.DeadAddresses))
}

// How this process's reminders fared.
var (
	remindersTotal = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tussentijds_reminders_total", Help: "Reminders that a sender looked at, by what became of them.",
	}, []string{"channel", "outcome"})
	remindersLate = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tussentijds_reminders_late_total", Help: "Reminders that went out more than five minutes after their moment.",
	}, []string{"channel"})
	reminderLateness = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "tussentijds_reminder_lateness_seconds", Help: "How long after its moment a reminder went out.", Buckets: []float64{1, 2, 5, 10, 30, 60, 300, 1800, 7200},
	}, []string{"channel"})
)

// lateSend is from when on a reminder that went out counts as late.
const lateSend = 5 * time.Minute

// departed counts a reminder that a sender settled.
func departed(d care.Departure) {
	remindersTotal.WithLabelValues(d.Channel, d.Outcome).Inc()
	if d.Outcome == "sent" {
		reminderLateness.WithLabelValues(d.Channel).Observe(d.Late.Seconds())
		if d.Late > lateSend {
			remindersLate.WithLabelValues(d.Channel).Inc()
		}
	}
}

// serveMetrics answers /metrics and /readyz on its own address until the context ends; without an address it just waits.
func serveMetrics(ctx context.Context, cfg config.Config, ready func(context.Context) []api.Check, log *slog.Logger) error {
	if cfg.MetricsListen == "" {
		<-ctx.Done()
		return nil
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), remindersTotal, remindersLate, reminderLateness)
	if cfg.MetricsURL.Reveal() != "" {
		pool, err := db.Open(ctx, cfg.MetricsURL.Reveal(), db.Options{MaxConns: 2})
		if err != nil {
			return err
		}
		defer func() { _ = pool.Close() }()
		registry.MustRegister(dueCollector{
			pool:   pool,
			due:    prometheus.NewDesc("tussentijds_due", "Rows that are due now.", []string{"list", "channel"}, nil),
			oldest: prometheus.NewDesc("tussentijds_due_oldest_seconds", "Age of the oldest due row.", []string{"list", "channel"}, nil),
			works:  prometheus.NewDesc("tussentijds_workers", "Workers that were seen within a minute.", nil, nil),
			seen:   prometheus.NewDesc("tussentijds_worker_seen_seconds", "Since a worker was seen last; -1 for never.", nil, nil),
			dead:   prometheus.NewDesc("tussentijds_dead_addresses", "Addresses and numbers that are given up.", nil, nil),
		})
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { // A worker has no other address to be asked on.
		for _, c := range ready(r.Context()) {
			if !c.OK {
				http.Error(w, c.Name+" is away", http.StatusServiceUnavailable)
				return
			}
		}
		_, _ = w.Write([]byte("ready\n"))
	})
	s := &http.Server{Addr: cfg.MetricsListen, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		_ = s.Shutdown(stop)
	}()
	log.Info("metrics", "listen", cfg.MetricsListen)
	if err := s.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
