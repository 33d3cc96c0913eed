//go:build unix

package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// completeMarker is written into a data folder as the last step of making it.
const completeMarker = "tussentijds-complete"

// dataMajor is the major version a complete data folder was made by, 0 when there is none.
func dataMajor(data string) int {
	if _, err := os.Stat(filepath.Join(data, completeMarker)); err != nil {
		return 0
	}
	raw, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return 0
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		return 0
	}
	return major
}

// clearUnfinished tidies what an interrupted first start left: the folder initdb was working in is ours alone and goes; a
// data folder that misses the mark of completeness was not made by a finished first start and is moved aside for somebody
// to look at.
func clearUnfinished(dir string, log *slog.Logger) error {
	if err := os.RemoveAll(filepath.Join(dir, "data.making")); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if _, err := os.Lstat(data); errors.Is(err, fs.ErrNotExist) || dataMajor(data) != 0 {
		return nil
	} else if err != nil {
		return err
	}
	aside := fmt.Sprintf("%s.unfinished-%s", data, time.Now().UTC().Format("20060102T150405.000"))
	log.Warn("a half-made PostgreSQL data folder was moved aside", "to", aside)
	return os.Rename(data, aside)
}

// initialise makes the data folder beside its place and moves it there as the very last step, so that a data folder is
// whole from the moment it exists.
func (p *Postgres) initialise(ctx context.Context, who account) error {
	making := filepath.Join(p.Dir, "data.making")
	pw, err := os.CreateTemp(p.Socket, "initdb-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(pw.Name()) }()
	_, err = pw.WriteString(p.password + "\n")
	if err == nil && who.drop {
		err = pw.Chown(int(who.uid), int(who.gid))
	}
	if cerr := pw.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	// C.UTF-8 sorts by code point and knows the case of all letters; where the system lacks it, C does the first.
	var out string
	for _, locale := range []string{"C.UTF-8", "C"} {
		if err := os.RemoveAll(making); err != nil {
			return err
		}
		if err := ownFolder(making, who); err != nil {
			return err
		}
		cmd := exec.Command(filepath.Join(p.Bin, "initdb"), //nolint:gosec // a binary found in the system's folders.
			"--pgdata", making, "--username", superuser, "--pwfile", pw.Name(),
			"--auth-local", "scram-sha-256", "--auth-host", "scram-sha-256",
			"--encoding", "UTF8", "--locale", locale, "--lc-messages", "C", "--data-checksums")
		cmd.Dir, cmd.Env = "/", serverEnv()
		out, err = run(ctx, cmd, who)
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("initdb failed: %w: %s", err, out)
	}
	mark, err := os.OpenFile(filepath.Join(making, completeMarker), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if who.drop {
		err = mark.Chown(int(who.uid), int(who.gid))
	}
	if serr := mark.Sync(); err == nil {
		err = serr
	}
	if cerr := mark.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if err := os.Rename(making, p.data()); err != nil {
		return err
	}
	return syncFolder(p.Dir)
}

// syncFolder makes renames in dir last through a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}
