package main

import (
	"context"
	"runtime"
	"runtime/debug"
	"time"

	"tussentijds/internal/locale"
	"tussentijds/reports"
)

const coreFont = "core font floor"

// reportGroup builds the report of a full month against the same drawing with a font that is in every reader.
func reportGroup(set settings) group {
	usual := reports.SampleSnapshot(locale.NL)
	foreign := reports.SampleSnapshot(locale.NL)
	foreign.CoupleName, foreign.PartnerNames = "Şükrü & Łucja", []string{"Şükrü", "Łucja"}
	build := func(make func(reports.Snapshot) ([]byte, error), s reports.Snapshot) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) {
			if _, err := make(s); err != nil { // Fonts are made once in a process.
				return 0, err
			}
			defer debug.SetGCPercent(debug.SetGCPercent(400)) // As the worker builds them, and the floor alike.
			runtime.GC()
			start := time.Now()
			for range set.builds {
				if err := ctx.Err(); err != nil {
					return 0, err
				}
				if _, err := make(s); err != nil {
					return 0, err
				}
			}
			return float64(time.Since(start).Microseconds()) / 1000 / float64(set.builds), nil
		}
	}
	return group{
		name: "report", unit: milliseconds,
		floors:  []side{{coreFont, build(reports.BuildFloor, usual)}},
		ours:    []side{{"usual", build(reports.Build, usual)}, {"names outside cp1252", build(reports.Build, foreign)}},
		targets: map[string]float64{"usual / " + coreFont: 1.5},
	}
}
