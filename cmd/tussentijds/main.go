// Command tussentijds is the whole program: API, portal, workers, migrations and the demo.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tussentijds/internal/config"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
)

// version is set when the program is built.
var version = "dev"

type cli struct {
	Demo     demoCmd     `cmd:"" help:"Everything in one, with demo practices: embedded PostgreSQL and Redis, API, portal, worker and a mailbox."`
	Serve    serveCmd    `cmd:"" help:"API and portal on the given PostgreSQL and Redis."`
	Worker   workerCmd   `cmd:"" help:"Workers and schedule."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the schema up to date, or show where it stands."`
	Practice practiceCmd `cmd:"" help:"Practices."`
	Report   reportCmd   `cmd:"" help:"Build one report now, or see to a whole month."`
	Export   exportCmd   `cmd:"" help:"Write one person's data into a ZIP: JSON, and a readable PDF."`
	Audit    auditCmd    `cmd:"" help:"The record of who did what."`
	Doctor   doctorCmd   `cmd:"" help:"Check settings, database, roles, Redis, SMTP, clock, keys and disk."`
	Version  versionCmd  `cmd:"" help:"Show the version."`
}

// env is what every command gets.
type env struct {
	ctx context.Context
	log *slog.Logger
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser := kong.Must(&cli{}, kong.Name("tussentijds"), kong.Description("Practice management for couples therapists."), kong.UsageOnError())
	parsed, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	e := &env{ctx: ctx, log: newLog(slog.LevelInfo)}
	if err := parsed.Run(e); err != nil {
		fmt.Fprintln(os.Stderr, "tussentijds:", explain(err))
		stop()
		os.Exit(1) //nolint:gocritic // stop was called.
	}
}

// explain says what went wrong in words of the command line; a fault gives its own message.
func explain(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	l := locale.For(locale.EN)
	text := l.T(f.MessageKey(), f.Args)
	for _, field := range f.Fields {
		text += fmt.Sprintf("\n  %s: %s", field.Location, l.T(field.Key, field.Args))
	}
	if cause := f.Unwrap(); cause != nil {
		text += "\n  " + cause.Error()
	}
	return text
}

func newLog(level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// load reads the settings and checks that those a command needs are there.
func (e *env) load(required ...string) (config.Config, error) {
	c, err := config.Load(os.Environ())
	if err != nil {
		return c, err
	}
	e.log = newLog(c.Level())
	return c, c.Require(required...)
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	fmt.Println("tussentijds", version)
	return nil
}
