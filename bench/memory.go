package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"tussentijds/internal/locale"
	"tussentijds/reports"
)

const megabytes = "MB"

// memoryGroup builds many reports one after the other, a processor each, and compares what stays in memory after all of them
// with what stays after the first tenth.
func memoryGroup(set settings) group {
	var early float64
	after, base := fmt.Sprintf("heap after %d reports", set.manyBuilds), fmt.Sprintf("after %d", set.manyBuilds/10)
	return group{
		name: "memory", unit: megabytes, rounds: 1, inOrder: true,
		floors: []side{{base, func(ctx context.Context) (float64, error) {
			forgetPeak()
			err := buildMany(ctx, max(1, set.manyBuilds/10))
			early = heapInUse()
			return early, err
		}}},
		ours: []side{{after, func(ctx context.Context) (float64, error) {
			if err := buildMany(ctx, set.manyBuilds-set.manyBuilds/10); err != nil {
				return 0, err
			}
			late := heapInUse()
			say("memory: peak resident size %.0f MB while %d reports were built", peakResident(), set.manyBuilds)
			return late, nil
		}}},
		targets: map[string]float64{after + " / " + base: 1.1},
	}
}

// buildMany builds the usual report of a month over and over, each time with another name.
func buildMany(ctx context.Context, n int) error {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	var wg errgroup.Group
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() error {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				s := reports.SampleSnapshot(locale.Langs[int(i)%len(locale.Langs)])
				s.CoupleName = fmt.Sprintf("Sam & Robin %d", i)
				if i%20 == 0 {
					s.CoupleName = fmt.Sprintf("Şükrü & Łucja %d", i)
				}
				if _, err := reports.Build(s); err != nil {
					return err
				}
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return wg.Wait()
}

// heapInUse is what lives on the heap, in megabytes.
func heapInUse() float64 {
	runtime.GC()
	runtime.GC() // What has a finalizer goes with the second.
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}

// forgetPeak has the system forget how large this process was, where it can.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600)
}

// peakResident is the largest resident size since, in megabytes; 0 where the system does not tell.
func peakResident() float64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			var kb float64
			_, _ = fmt.Sscan(rest, &kb)
			return kb / 1e3
		}
	}
	return 0
}
