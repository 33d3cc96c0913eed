package models

import (
	"encoding/json"
	"maps"
	"sync"
	"time"
)

// What is read row after row and is nearly always one of a few values is decoded once: which audience each question has, and
// a practice's time zone. Neither says anything about a person.

// manyDecoded bounds what is remembered; past it everything is forgotten and remembered anew.
const manyDecoded = 4096

// decoder remembers what texts were decoded to.
type decoder[T any] struct {
	mu   sync.RWMutex
	seen map[string]T
}

// of gives what a text says, as decode gave it the first time. A fault is not remembered.
func (d *decoder[T]) of(text []byte, decode func() (T, error)) (T, error) {
	d.mu.RLock()
	v, known := d.seen[string(text)] // No copy is made for a look-up.
	d.mu.RUnlock()
	if known {
		return v, nil
	}
	v, err := decode()
	if err != nil {
		return v, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen == nil || len(d.seen) >= manyDecoded {
		d.seen = map[string]T{}
	}
	d.seen[string(text)] = v
	return v, nil
}

var (
	wordMaps decoder[map[string]string]
	zones    decoder[*time.Location]
)

// sharedWords reads an object of words, which belongs to many: nobody changes it.
func sharedWords(raw []byte) (map[string]string, error) {
	return wordMaps.of(raw, func() (out map[string]string, err error) { return out, json.Unmarshal(raw, &out) })
}

// decodeWords reads an object of words into m, which belongs to the caller alone.
func decodeWords(raw []byte, m *map[string]string) error {
	known, err := sharedWords(raw)
	*m = maps.Clone(known)
	return err
}

// zoneOf finds a time zone by its name.
func zoneOf(name string) (*time.Location, error) {
	return zones.of([]byte(name), func() (*time.Location, error) { return time.LoadLocation(name) })
}
