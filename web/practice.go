package web

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// practiceNames remembers the names of practices for a minute: every page shows one, and asking each time would cost a
// round trip.
type practiceNames struct {
	mu    sync.Mutex
	known map[uuid.UUID]practiceName
}

type practiceName struct {
	name  string
	until time.Time
}

func newPracticeNames() *practiceNames { return &practiceNames{known: map[uuid.UUID]practiceName{}} }

func (n *practiceNames) get(id uuid.UUID) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p, ok := n.known[id]
	return p.name, ok && time.Now().Before(p.until)
}

func (n *practiceNames) put(id uuid.UUID, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.known) > 10_000 {
		clear(n.known)
	}
	n.known[id] = practiceName{name, time.Now().Add(time.Minute)}
}

// practiceName gives the name of the actor's practice; empty when it cannot be had, because a page does without.
func (s *Site) practiceName(r *Request) string {
	if name, ok := s.names.get(r.Actor.PracticeID); ok {
		return name
	}
	me, err := s.care.Me(r.Context(), r.Actor)
	if err != nil {
		return ""
	}
	s.names.put(r.Actor.PracticeID, me.Practice.Name)
	return me.Practice.Name
}
