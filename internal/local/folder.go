//go:build unix

package local

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// StateDir is where, as root, the files of a server go whose folder its unprivileged user may not enter.
const StateDir = "/var/lib/tussentijds/local"

// account is the user a server runs as.
type account struct {
	name     string
	uid, gid uint32
	drop     bool // we are root and change to it.
}

// serverAccount is ourselves, unless we are root: then the user that owns the data already there, else postgres, else
// nobody. PostgreSQL refuses to run as root, and Redis has no need to.
func serverAccount(existing string) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: "", uid: uint32(os.Geteuid()), gid: uint32(os.Getegid())}, nil
	}
	if uid, gid, ok := ownerOf(existing); ok && uid != 0 {
		return account{name: strconv.Itoa(int(uid)), uid: uid, gid: gid, drop: true}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil && uid != 0 {
			return account{name: name, uid: uint32(uid), gid: uint32(gid), drop: true}, nil
		}
	}
	return account{}, errors.New("servers are not run as root, and this machine has neither a user postgres nor nobody: start as an ordinary user")
}

func ownerOf(path string) (uid, gid uint32, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return st.Uid, st.Gid, true
}

// serverFolder makes and gives the folder for a server's files: dir itself, or one below StateDir when the account may
// not enter dir. What is there already decides: data is never left behind for a new, empty folder.
func serverFolder(dir string, who account, log *slog.Logger) (string, error) {
	if !who.drop {
		return dir, os.MkdirAll(dir, 0o700)
	}
	instead := stateFolder(dir)
	if _, err := os.Stat(filepath.Join(instead, lockName)); err == nil {
		return instead, nil
	}
	if err := makeEnterable(dir); err != nil {
		return "", err
	}
	if uid, _, _ := ownerOf(dir); uid == 0 && oursOrEmpty(dir) {
		if err := os.Chmod(dir, 0o711); err != nil {
			return "", err
		}
	}
	closed, err := firstClosed(dir, who)
	if err != nil || closed == "" {
		return dir, err
	}
	if _, err := os.Stat(filepath.Join(dir, lockName)); err == nil {
		return "", fmt.Errorf("user %s may not enter %s, so the data in %s cannot be used: chmod o+x it, or choose another folder", who.name, closed, dir)
	}
	if err := makeEnterable(instead); err != nil {
		return "", err
	}
	if still, err := firstClosed(instead, who); err != nil || still != "" {
		return "", fmt.Errorf("user %s may enter neither %s nor %s: choose another folder", who.name, closed, still)
	}
	_ = os.Remove(dir) // it is empty: nothing was ever put there.
	log.Warn("the server's user may not enter the data folder; its files are kept elsewhere", "user", who.name, "closed", closed, "instead", instead)
	return instead, nil
}

// oursOrEmpty tells whether nothing of anybody else can be in the folder.
func oursOrEmpty(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, lockName)); err == nil {
		return true
	}
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) == 0
}

// stateFolder is the folder below StateDir that stands for dir, always the same one for the same dir.
func stateFolder(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(StateDir, filepath.Base(dir)+"-"+hex.EncodeToString(sum[:6]))
}

// makeEnterable makes dir and what is missing above it, with mode 0711 whatever the umask: an unprivileged user may pass
// and can list nothing. Folders that exist keep their mode.
func makeEnterable(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", dir)
		}
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := makeEnterable(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o711); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Chmod(dir, 0o711)
}

// firstClosed is the topmost folder on the way to and including dir that the account may not enter, by the mode bits;
// empty when there is none.
func firstClosed(dir string, who account) (string, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	closed := ""
	for p := real; ; p = filepath.Dir(p) {
		info, err := os.Stat(p)
		if err != nil {
			return "", err
		}
		uid, gid, _ := ownerOf(p)
		bit := fs.FileMode(0o001)
		switch {
		case uid == who.uid:
			bit = 0o100
		case gid == who.gid:
			bit = 0o010
		}
		if info.Mode()&bit == 0 {
			closed = p
		}
		if p == filepath.Dir(p) {
			return closed, nil
		}
	}
}

// ownFolder makes dir, when missing, as a folder that the account alone may enter.
func ownFolder(dir string, who account) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if !who.drop {
		return nil
	}
	if err := os.Chown(dir, int(who.uid), int(who.gid)); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// TempDir makes a new folder in the system's place for temporary files that the servers' user may enter too, which
// testing.TB.TempDir as root is not. The caller removes it.
func TempDir(prefix string) (string, error) {
	dir, err := os.MkdirTemp("", prefix+"-*")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711)
}

// Wipe removes everything a server started on dir has kept, wherever it is, and dir itself. It refuses a folder in use
// and one that no server of ours was started on. A folder that is not there is fine.
func Wipe(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for _, d := range []string{dir, stateFolder(dir)} {
		entries, err := os.ReadDir(d)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			if _, err := os.Stat(filepath.Join(d, lockName)); err != nil {
				return fmt.Errorf("%s holds files that are not of a server started here: it is left alone", d)
			}
		}
		lock, err := lockFolder(d)
		if err != nil {
			return err
		}
		err = os.RemoveAll(d)
		lock.release()
		if err != nil {
			return err
		}
	}
	return nil
}
