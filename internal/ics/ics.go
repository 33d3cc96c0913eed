// Package ics writes calendars that other programs fetch (RFC 5545): appointments in one time zone, whose rules it carries
// along. It knows nothing of what they are about.
package ics

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"

	ical "github.com/arran4/golang-ical"
)

// Calendar is a whole calendar.
type Calendar struct {
	Name   string
	Lang   string // of name and titles.
	Zone   *time.Location
	Events []Event
}

// Event is one appointment.
type Event struct {
	UID       string // the same for as long as it is the same appointment.
	Title     string
	Starts    time.Time
	Ends      time.Time
	Sequence  int // grows with each change.
	ChangedAt time.Time
	Cancelled bool
}

const local = "20060102T150405"

// Write writes the calendar. The same calendar gives the same octets.
func Write(c Calendar) ([]byte, error) {
	cal := ical.NewCalendarFor("Tussentijds")
	cal.SetProductId("-//Tussentijds//Calendar//" + strings.ToUpper(c.Lang))
	cal.SetXWRCalName(plain(c.Name))
	cal.SetXWRTimezone(c.Zone.String())
	// How often it is worth coming back, in the standard's words (RFC 7986) and in older ones.
	cal.SetRefreshInterval("PT1H")
	cal.SetXPublishedTTL("PT1H")
	if len(c.Events) > 0 {
		cal.AddVTimezone(zone(c.Zone, c.Events))
	}
	in := ical.KeyValues{Key: string(ical.ParameterTzid), Value: []string{c.Zone.String()}}
	for _, e := range c.Events {
		v := cal.AddEvent(e.UID)
		v.SetDtStampTime(e.ChangedAt.UTC())
		v.SetProperty(ical.ComponentPropertyLastModified, e.ChangedAt.UTC().Format(local+"Z"))
		starts, ends := e.Starts.In(c.Zone), e.Ends.In(c.Zone)
		if twice(starts) || twice(ends) {
			v.SetProperty(ical.ComponentPropertyDtStart, starts.UTC().Format(local+"Z"))
			v.SetProperty(ical.ComponentPropertyDtEnd, ends.UTC().Format(local+"Z"))
		} else {
			v.SetProperty(ical.ComponentPropertyDtStart, starts.Format(local), &in)
			v.SetProperty(ical.ComponentPropertyDtEnd, ends.Format(local), &in)
		}
		v.SetSequence(e.Sequence)
		v.SetSummary(plain(e.Title))
		v.SetProperty(ical.ComponentPropertyClass, "PRIVATE")
		v.SetStatus(ical.ObjectStatusConfirmed)
		if e.Cancelled {
			v.SetStatus(ical.ObjectStatusCancelled)
			v.SetTimeTransparency(ical.TransparencyTransparent)
		}
	}
	var b bytes.Buffer
	if err := cal.SerializeTo(&b, ical.WithNewLineWindows); err != nil {
		return nil, fmt.Errorf("ics: %w", err)
	}
	return b.Bytes(), nil
}

// twice tells whether the clock shows this time twice, because it goes back: a calendar would read it as the first of the two
// (RFC 5545, 3.3.5).
func twice(t time.Time) bool {
	_, offset := t.Zone()
	began, ends := t.ZoneBounds()
	if !ends.IsZero() {
		_, after := ends.Zone()
		if back := time.Duration(offset-after) * time.Second; back > 0 && ends.Sub(t) <= back {
			return true
		}
	}
	if began.IsZero() {
		return false
	}
	_, before := began.Add(-time.Second).Zone()
	return t.Sub(began) < time.Duration(before-offset)*time.Second
}

// plain takes away what has no place in a line of a calendar.
func plain(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text))
}

// zone writes what the clock does from before the first event to after the last one: each change by itself, as the program's
// own table of zones knows it. A rule would be shorter and would go wrong the day a country changes it.
func zone(z *time.Location, events []Event) *ical.VTimezone {
	from, until := events[0].Starts, events[0].Ends
	for _, e := range events {
		if e.Starts.Before(from) {
			from = e.Starts
		}
		if e.Ends.After(until) {
			until = e.Ends
		}
	}
	out := ical.NewTimezone(z.String())
	at := from.In(z)
	start, _ := at.ZoneBounds()
	if start.IsZero() { // The clock never changed before.
		start = time.Date(1970, 1, 1, 0, 0, 0, 0, z)
	}
	for !start.IsZero() && !start.After(until) {
		out.Components = append(out.Components, observance(start))
		_, start = start.ZoneBounds()
	}
	return out
}

// observance is one change of the clock: when, from and to which offset.
func observance(start time.Time) ical.Component {
	_, before := start.Add(-time.Second).Zone()
	name, after := start.Zone()
	part := ical.ComponentBase{}
	// The moment is said in the time that was until then (RFC 5545, 3.6.5).
	part.AddProperty(ical.ComponentPropertyDtStart, start.UTC().Add(time.Duration(before)*time.Second).Format(local))
	part.AddProperty(ical.ComponentProperty(ical.PropertyTzoffsetfrom), offset(before))
	part.AddProperty(ical.ComponentProperty(ical.PropertyTzoffsetto), offset(after))
	part.AddProperty(ical.ComponentProperty(ical.PropertyTzname), name)
	if start.IsDST() {
		return &ical.Daylight{ComponentBase: part}
	}
	return &ical.Standard{ComponentBase: part}
}

func offset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	out := fmt.Sprintf("%c%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 { // Local mean time, before there were zones.
		out += fmt.Sprintf("%02d", seconds%60)
	}
	return out
}
