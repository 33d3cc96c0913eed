//go:build unix

package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// oldestMajor is the oldest PostgreSQL we run on: views that respect row security came with 15.
const oldestMajor = 15

// fetchable are the versions that can be fetched when the machine has none, by major.
var fetchable = map[int]embeddedpostgres.PostgresVersion{
	15: embeddedpostgres.V15, 16: embeddedpostgres.V16, 17: embeddedpostgres.V17, 18: embeddedpostgres.V18,
}

type binaries struct {
	dir   string
	major int
}

// findBinaries gives the server binaries to use: those of the major version the data was made by, or the newest when
// there is no data yet (major 0).
func findBinaries(ctx context.Context, major int, who account, log *slog.Logger) (binaries, error) {
	found := installedBinaries(ctx)
	var best binaries
	for _, b := range found {
		if b.major == major {
			return b, nil
		}
		if major == 0 && b.major > best.major {
			best = b
		}
	}
	if best.major >= oldestMajor {
		return best, nil
	}
	install := "install it (Debian, Ubuntu: apt-get install postgresql)"
	if major != 0 {
		install = fmt.Sprintf("install it (Debian, Ubuntu: apt-get install postgresql-%d), or start over with an empty folder", major)
	}
	if major == 0 {
		major = oldestMajor
	}
	missing := fmt.Sprintf("no PostgreSQL %d on this machine", major)
	if who.drop {
		return binaries{}, fmt.Errorf("%s, and fetching one does not work as root: %s", missing, install)
	}
	log.Info("there is no PostgreSQL on this machine: fetching one", "major", major)
	b, err := fetchBinaries(major)
	if err != nil {
		return binaries{}, fmt.Errorf("%s, and it cannot be fetched (%w): %s", missing, err, install)
	}
	return b, nil
}

// installedBinaries looks where packages put PostgreSQL, on PATH, and where pg_config points.
func installedBinaries(ctx context.Context) []binaries {
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*", "/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		match, _ := filepath.Glob(pattern)
		dirs = append(dirs, match...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, realFolder(path))
	}
	if path, err := exec.LookPath("pg_config"); err == nil {
		if out, err := exec.CommandContext(ctx, path, "--bindir").Output(); err == nil { //nolint:gosec // pg_config from PATH, as every build uses it.
			dirs = append(dirs, strings.TrimSpace(string(out)))
		}
	}
	var found []binaries
	seen := map[string]bool{}
	for _, dir := range dirs {
		if seen[dir] || !isExecutable(filepath.Join(dir, "initdb")) || !isExecutable(filepath.Join(dir, "postgres")) {
			continue
		}
		seen[dir] = true
		out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output() //nolint:gosec // see above.
		if err != nil {
			continue
		}
		if major := majorOf(string(out)); major > 0 {
			found = append(found, binaries{dir: dir, major: major})
		}
	}
	return found
}

func realFolder(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return filepath.Dir(path)
}

// majorOf reads the major version out of what postgres --version prints, 0 when it cannot.
func majorOf(version string) int {
	_, rest, ok := strings.Cut(version, ") ")
	if !ok {
		return 0
	}
	digits := strings.FieldsFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	major, _ := strconv.Atoi(digits[0])
	return major
}

// fetchBinaries downloads and unpacks a PostgreSQL of the major version into the user's cache. The library that does it
// only ever sees a data folder of its own that is thrown away, because it empties one whose version it does not expect;
// our data is made and served by our own code.
func fetchBinaries(major int) (binaries, error) {
	version, ok := fetchable[major]
	if !ok {
		return binaries{}, errors.New("that version is not offered")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return binaries{}, err
	}
	home := filepath.Join(cache, "tussentijds", "postgresql-"+string(version))
	b := binaries{dir: filepath.Join(home, "bin"), major: major}
	if _, err := os.Stat(filepath.Join(home, completeMarker)); err == nil {
		return b, nil
	}
	if err := os.RemoveAll(home); err != nil { // half unpacked.
		return binaries{}, err
	}
	scratch, err := os.MkdirTemp("", "tt-fetch-")
	if err != nil {
		return binaries{}, err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	port, err := freePort()
	if err != nil {
		return binaries{}, err
	}
	server := embeddedpostgres.NewDatabase(embeddedpostgres.DefaultConfig().
		Version(version).Port(uint32(port)). //nolint:gosec // a port fits.
		BinariesPath(home).CachePath(filepath.Join(home, "archive")).
		RuntimePath(filepath.Join(scratch, "runtime")).DataPath(filepath.Join(scratch, "data")).
		Logger(writerFunc(func(p []byte) (int, error) { return len(p), nil })))
	if err := server.Start(); err != nil {
		return binaries{}, firstLine(err)
	}
	if err := server.Stop(); err != nil {
		return binaries{}, firstLine(err)
	}
	return b, os.WriteFile(filepath.Join(home, completeMarker), nil, 0o600)
}

func firstLine(err error) error {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(line)
}
