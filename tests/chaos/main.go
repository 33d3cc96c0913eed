// Command chaos runs the whole program as in earnest, two workers, a server, PostgreSQL and Redis, beside an SMTP server and a
// gateway of text messages, and kills them at random with SIGKILL, and empties Redis, while reminders of two practices fall
// due, of tasks, invitations, messages and sessions. At the end every reminder must have been sent or left out for the one reason there can be; what went out twice must be
// recognisable as the same message.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// settings come from the environment.
type settings struct {
	kills   int           // CHAOS_KILLS: how many.
	within  time.Duration // CHAOS_MINUTES: over how long at most; the rest is left out.
	rate    int           // CHAOS_RATE: reminders that fall due a second.
	seed    uint64        // CHAOS_SEED: which kills, as far as the machine allows.
	program string        // CHAOS_PROGRAM: a built program; empty builds one.
	hurry   bool          // leases run out as soon as nobody can hold them, instead of in their own time.
}

func settingsFrom(env func(string) string) settings {
	number := func(name string, fallback int) int {
		if n, err := strconv.Atoi(env(name)); err == nil && n > 0 {
			return n
		}
		return fallback
	}
	s := settings{
		kills: number("CHAOS_KILLS", 300), within: time.Duration(number("CHAOS_MINUTES", 8)) * time.Minute, rate: number("CHAOS_RATE", 40),
		seed: rand.Uint64(), program: env("CHAOS_PROGRAM"), // #nosec G404 -- the seed of a random run is printed to repeat it.
	}
	if n, err := strconv.ParseUint(env("CHAOS_SEED"), 10, 64); err == nil {
		s.seed = n
	}
	return s
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := run(ctx, settingsFrom(os.Getenv), os.Stderr)
	if err == nil {
		r.print(os.Stdout)
		err = r.fault()
	}
	if err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}
