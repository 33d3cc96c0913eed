package mailer

import (
	"context"
	"strings"
	"sync"
	"time"
)

// pace keeps what one mail provider gets within bounds, over all batches of this process: so many conversations at a time
// and so many mails a second for the recipients of a domain. Mail to others goes on meanwhile.
type pace struct {
	most  int           // conversations at a time; 0 for no bound.
	every time.Duration // between two mails; 0 for no bound.

	mu    sync.Mutex
	lanes map[string]*lane
	freed chan struct{} // closed and made anew when a conversation ends.
}

// lane is one domain's.
type lane struct {
	inUse int
	free  time.Time // when the next mail may begin.
}

const (
	// burst is how many mails a domain gets at once after a rest.
	burst = 10
	// patience is how long a batch waits for a domain. What would have to wait longer is for later, so that it keeps nobody.
	patience = 10 * time.Second
	// manyLanes is when resting lanes are forgotten.
	manyLanes = 1000
)

func newPace(most, rate int) *pace {
	p := &pace{most: most, lanes: map[string]*lane{}, freed: make(chan struct{})}
	if rate > 0 {
		p.every = time.Second / time.Duration(rate)
	}
	return p
}

func (p *pace) bounded() bool { return p.most > 0 || p.every > 0 }

// enter begins a mail to a domain, or tells how long to wait: until a moment, or, when wait is 0, for a conversation to end.
func (p *pace) enter(domain string, now time.Time) (wait time.Duration, ok bool) {
	l := p.lanes[domain]
	if l == nil {
		if len(p.lanes) >= manyLanes {
			p.forget(now)
		}
		l = &lane{}
		p.lanes[domain] = l
	}
	if p.most > 0 && l.inUse >= p.most {
		return 0, false
	}
	if p.every > 0 {
		// The lane may run ahead of the clock by as much as a burst takes.
		earliest := now.Add(-burst * p.every)
		if l.free.Before(earliest) {
			l.free = earliest
		}
		if l.free.After(now) {
			return l.free.Sub(now), false
		}
		l.free = l.free.Add(p.every)
	}
	l.inUse++
	return 0, true
}

// forget drops the lanes that nobody is in.
func (p *pace) forget(now time.Time) {
	for domain, l := range p.lanes {
		if l.inUse == 0 && !l.free.After(now) {
			delete(p.lanes, domain)
		}
	}
}

// line is the messages of one Send that wait for their turn.
type line struct {
	pace    *pace
	mu      sync.Mutex
	domains []string
	waiting []int // indexes, in order.
}

// turn is a message whose turn it is; late is set for one that is left for later.
type turn struct {
	index int
	late  time.Duration
}

func (p *pace) line(messages []Message) *line {
	l := &line{pace: p, waiting: make([]int, len(messages))}
	if p.bounded() {
		l.domains = make([]string, len(messages))
	}
	for i := range messages {
		l.waiting[i] = i
		if p.bounded() {
			l.domains[i] = strings.ToLower(messages[i].To[strings.LastIndex(messages[i].To, "@")+1:])
		}
	}
	return l
}

// next gives the first message whose domain is free, waiting for one when there is none; rest is called before a wait. ok
// is false when none is left.
func (l *line) next(ctx context.Context, rest func()) (t turn, ok bool) {
	for began := time.Now(); ; {
		t, ok, wait, freed := l.first()
		if ok || wait < 0 {
			return t, ok
		}
		rest()
		left := patience - time.Since(began)
		if ctx.Err() != nil || left <= 0 || wait > left {
			return l.giveUp(max(wait, time.Second))
		}
		if wait == 0 {
			wait = left
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-freed:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// first takes the first message that may go now; else it tells how long to wait, and what else to wait for. wait is
// negative when none is left.
func (l *line) first() (t turn, ok bool, wait time.Duration, freed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return t, false, -1, nil
	}
	if l.domains == nil {
		t.index, l.waiting = l.waiting[0], l.waiting[1:]
		return t, true, 0, nil
	}
	l.pace.mu.Lock()
	defer l.pace.mu.Unlock()
	now := time.Now()
	full := map[string]bool{}
	for at, i := range l.waiting {
		domain := l.domains[i]
		if full[domain] {
			continue
		}
		w, ok := l.pace.enter(domain, now)
		if ok {
			t.index = i
			l.waiting = append(l.waiting[:at], l.waiting[at+1:]...)
			return t, true, 0, nil
		}
		full[domain] = true
		if w > 0 && (wait == 0 || w < wait) {
			wait = w
		}
	}
	return t, false, wait, l.pace.freed
}

// giveUp takes the first waiting message and leaves it for later.
func (l *line) giveUp(wait time.Duration) (turn, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return turn{}, false
	}
	t := turn{index: l.waiting[0], late: wait}
	l.waiting = l.waiting[1:]
	return t, true
}

// done ends a turn.
func (l *line) done(t turn) {
	if l.domains == nil || t.late > 0 {
		return
	}
	p := l.pace
	p.mu.Lock()
	defer p.mu.Unlock()
	if lane := p.lanes[l.domains[t.index]]; lane != nil {
		lane.inUse--
	}
	close(p.freed)
	p.freed = make(chan struct{})
}
