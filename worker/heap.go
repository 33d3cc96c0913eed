package worker

import (
	"context"
	"os"
	"runtime/debug"
	"sync"
)

// roomyPercent is how much the heap may grow before it is swept while reports are built. They leave much behind at once, and
// sweeping it later gains a fifth of the time.
const roomyPercent = 400

// heap is the process's: it is roomy while at least one batch is built.
var heap struct {
	mu     sync.Mutex
	in     int
	before int
}

// roomy lets the heap grow while reports are built, unless the environment says how much it may.
func roomy(h handlers) handlers {
	build := h[taskReports]
	h[taskReports] = func(ctx context.Context, payload []byte) error {
		if os.Getenv("GOGC") == "" {
			enterHeap()
			defer leaveHeap()
		}
		return build(ctx, payload)
	}
	return h
}

func enterHeap() {
	heap.mu.Lock()
	defer heap.mu.Unlock()
	if heap.in++; heap.in == 1 {
		heap.before = debug.SetGCPercent(roomyPercent)
	}
}

func leaveHeap() {
	heap.mu.Lock()
	defer heap.mu.Unlock()
	if heap.in--; heap.in == 0 {
		debug.SetGCPercent(heap.before)
	}
}
