// Command bench measures Tussentijds against floors: the same work with nothing but what cannot be left out, on the same
// machine and in the same run. Only the ratios mean anything; README.md says what each floor is.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, settingsFrom(os.Getenv), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
