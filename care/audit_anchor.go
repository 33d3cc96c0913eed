package care

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
)

// anchor is how far a practice's chain was known to reach, kept outside the database.
type anchor struct {
	Seq  int64     `json:"seq"`  // number of links; they are counted from 1.
	Hash string    `json:"hash"` // of the last one.
	At   time.Time `json:"at"`
}

// anchorMu lets one goroutine of this process at a time change an anchor file. Two processes on one file can at worst set
// an anchor back to an earlier one that is also true.
var anchorMu sync.Mutex

// readAnchor gives a practice's anchor; the zero one when it has none.
func readAnchor(path string, practiceID uuid.UUID) (anchor, error) {
	all, err := readAnchors(path)
	return all[practiceID], err
}

func readAnchors(path string) (map[uuid.UUID]anchor, error) {
	all := map[uuid.UUID]anchor{}
	raw, err := os.ReadFile(path) // #nosec G304 -- the path is the operator's own setting.
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return all, err
	}
	return all, json.Unmarshal(raw, &all)
}

// writeAnchor replaces a practice's anchor. The file is written whole beside the old one, brought to the disk, and put in
// its place, so that a crash leaves the old one or the new one.
func writeAnchor(path string, practiceID uuid.UUID, a anchor) error {
	anchorMu.Lock()
	defer anchorMu.Unlock()
	all, err := readAnchors(path)
	if err != nil {
		return err
	}
	if all[practiceID].Seq > a.Seq {
		return nil // Another sealer was further already.
	}
	all[practiceID] = a
	raw, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".anchor-*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(raw, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	// The new name itself is on the disk only when its folder is.
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
