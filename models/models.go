// Package models holds the rows of Tussentijds as GORM structs, their enums and state transitions, and the queries on
// them. Every query runs on a transaction that is handed in, which already knows its practice.
package models

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Row is the key of every tenant row: practice first, so that no reference can cross practices.
type Row struct {
	PracticeID uuid.UUID `gorm:"type:uuid;primaryKey"`
	ID         uuid.UUID `gorm:"type:uuid;primaryKey"`
}

// NewRow makes the key of a new row, a UUIDv7.
func NewRow(practiceID uuid.UUID) Row { return Row{PracticeID: practiceID, ID: NewID()} }

// NewID is a new UUIDv7: PostgreSQL 15 has none of its own.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// Sealed is a ciphertext column. It refuses plaintext on its way in, because GORM's serializers can be bypassed and
// the schema's check would only catch it later.
type Sealed []byte

var magic = []byte("TTs1")

// Value refuses anything that is not a ciphertext.
func (s Sealed) Value() (driver.Value, error) {
	if len(s) == 0 {
		return nil, nil
	}
	if !bytes.HasPrefix(s, magic) {
		return nil, errors.New("models: plaintext for a sealed column")
	}
	return []byte(s), nil
}

// Scan reads a ciphertext.
func (s *Sealed) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s = nil
	case []byte:
		*s = append(Sealed(nil), v...)
	default:
		return fmt.Errorf("models: sealed column holds %T", src)
	}
	return nil
}

// JSON is a jsonb column of any shape.
type JSON[T any] struct{ V T }

// Value encodes the value.
func (j JSON[T]) Value() (driver.Value, error) {
	raw, err := json.Marshal(j.V)
	return string(raw), err
}

// Scan decodes the value.
func (j *JSON[T]) Scan(src any) error {
	var raw []byte
	switch v := src.(type) {
	case nil:
		return nil
	case []byte:
		raw = v
	case string:
		raw = []byte(v)
	default:
		return fmt.Errorf("models: jsonb column holds %T", src)
	}
	if words, ok := any(&j.V).(*map[string]string); ok {
		return decodeWords(raw, words)
	}
	return json.Unmarshal(raw, &j.V)
}

// Day is a calendar date without time or zone, as "2026-03-01".
type Day string

// DayOf gives the date of t in t's own zone.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// In gives midnight at the start of the day in a zone; the zero time for a malformed day.
func (d Day) In(zone *time.Location) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, string(d), zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Valid tells whether the day exists and can be meant: a day of some other age is a slip of the hand, and years of tasks.
func (d Day) Valid() bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && t.Year() >= 1970 && t.Year() < 2200
}

// Value writes the date.
func (d Day) Value() (driver.Value, error) {
	if d == "" {
		return nil, nil
	}
	return string(d), nil
}

// Scan reads the date.
func (d *Day) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = ""
	case time.Time:
		*d = Day(v.Format(time.DateOnly))
	case string:
		*d = Day(v[:min(len(v), 10)])
	case []byte:
		*d = Day(string(v[:min(len(v), 10)]))
	default:
		return fmt.Errorf("models: date column holds %T", src)
	}
	return nil
}

// GormDataType says that a Day is a date.
func (Day) GormDataType() string { return "date" }

// String is the day as it is written.
func (d Day) String() string { return string(d) }
