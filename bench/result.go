package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// side is one thing to measure: a rate or a time, in the pair's unit.
type side struct {
	name    string
	measure func(context.Context) (float64, error)
}

// group measures floors and ours in turn, so that a noisy neighbour disturbs all alike. Each of ours is compared with each
// floor.
type group struct {
	name    string
	unit    string // "per second": more is better; "ms" and "MB": less is better.
	floors  []side
	ours    []side
	targets map[string]float64 // by the name of the result: the ratio to reach.
	rounds  int                // 0 takes the run's.
	inOrder bool               // the sides build on each other.
	warm    bool               // a side runs so long that it warms up by itself.
	after   func()             // says what else was seen; nil for nothing.
}

// result is one pair. Ratio is ours divided by the floor, the median over the rounds.
type result struct {
	Name   string  `json:"name"`
	Ours   float64 `json:"ours"`
	Floor  float64 `json:"floor"`
	Ratio  float64 `json:"ratio"`
	Unit   string  `json:"unit"`
	Better string  `json:"better"` // higher or lower.
	Low    float64 `json:"ratio_low"`
	High   float64 `json:"ratio_high"`
	Target float64 `json:"target,omitempty"`
	Met    *bool   `json:"met,omitempty"`
}

// document is what is written.
type document struct {
	At       time.Time `json:"at"`
	Machine  machine   `json:"machine"`
	Sizes    sizes     `json:"sizes"`
	LoadFrom float64   `json:"load_before"` // the machine's load average (1 minute) when the run began.
	LoadTo   float64   `json:"load_after"`
	Results  []result  `json:"results"`
}

type machine struct {
	Cores    int    `json:"cores"`
	System   string `json:"system"`
	Go       string `json:"go"`
	Postgres string `json:"postgresql"`
}

type sizes struct {
	Rounds      int     `json:"rounds"`
	Seconds     float64 `json:"seconds"`
	Connections int     `json:"connections"`
	Rows        int     `json:"rows"`
	MoreRows    int     `json:"more_rows"`
	Reminders   int     `json:"reminders"`
	Couples     int     `json:"couples"`
	Builds      int     `json:"builds"`
}

// run measures the group: one warm-up, then the rounds, each in the opposite order of the last.
func (g group) run(ctx context.Context, rounds int) ([]result, error) {
	if g.rounds > 0 {
		rounds = min(rounds, g.rounds)
	}
	all := append(slices.Clone(g.floors), g.ours...)
	values := make(map[string][]float64, len(all))
	for round := -1; round < rounds; round++ {
		order := slices.Clone(all)
		if round%2 != 0 && !g.inOrder {
			slices.Reverse(order)
		}
		for _, s := range order {
			if round < 0 && (g.warm || g.unit != perSecond) {
				continue // What takes a time by itself warms up by itself.
			}
			v, err := s.measure(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", g.name, s.name, err)
			}
			if round >= 0 {
				values[s.name] = append(values[s.name], v)
			}
		}
	}
	if g.after != nil {
		g.after()
	}
	var out []result
	for _, ours := range g.ours {
		for _, floor := range g.floors {
			name := g.name + ": " + ours.name + " / " + floor.name
			r := compare(name, g.unit, values[ours.name], values[floor.name])
			if target, ok := g.targets[ours.name+" / "+floor.name]; ok {
				r.aim(target)
			}
			out = append(out, r)
		}
	}
	return out, nil
}

const (
	perSecond    = "per second"
	milliseconds = "ms"
)

func compare(name, unit string, ours, floor []float64) result {
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i] / floor[i]
	}
	r := result{
		Name: name, Unit: unit, Better: "higher", Ours: round(median(ours)), Floor: round(median(floor)), Ratio: round(median(ratios)),
		Low: round(slices.Min(ratios)), High: round(slices.Max(ratios)),
	}
	if unit == milliseconds || unit == megabytes {
		r.Better = "lower"
	}
	return r
}

func (r *result) aim(target float64) {
	met := r.Ratio >= target
	if r.Better == "lower" {
		met = r.Ratio <= target
	}
	r.Target, r.Met = target, &met
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	if len(s)%2 == 1 {
		return s[len(s)/2]
	}
	return (s[len(s)/2-1] + s[len(s)/2]) / 2
}

// round keeps three digits that mean something.
func round(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

func printTable(w io.Writer, results []result) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "ours / floor\tours\tfloor\tratio\tfrom … to\ttarget\tunit")
	for _, r := range results {
		target := "-"
		if r.Met != nil {
			sign, verdict := "≥", "reached"
			if r.Better == "lower" {
				sign = "≤"
			}
			if !*r.Met {
				verdict = "missed"
			}
			target = fmt.Sprintf("%s %g %s", sign, r.Target, verdict)
		}
		_, _ = fmt.Fprintf(t, "%s\t%g\t%g\t%g\t%g … %g\t%s\t%s\n", r.Name, r.Ours, r.Floor, r.Ratio, r.Low, r.High, target, r.Unit)
	}
	_ = t.Flush()
}

func (d document) write(file string) error {
	raw, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(raw, '\n'), 0o644)
}

// loadAverage is the machine's load over the last minute, 0 where the system does not tell.
func loadAverage() float64 {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	var v float64
	_, _ = fmt.Sscan(strings.TrimSpace(string(raw)), &v)
	return v
}

func thisMachine(postgres int) machine {
	return machine{Cores: runtime.NumCPU(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(), Postgres: fmt.Sprint(postgres)}
}
