package ics_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tussentijds/internal/ics"
)

func load(t interface {
	Fatal(...any)
	Helper()
}, name string,
) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func event(starts time.Time) ics.Event {
	return ics.Event{UID: "abc@portal.example", Title: "Afspraak · Tussentijds", Starts: starts, Ends: starts.Add(50 * time.Minute), Sequence: 3, ChangedAt: time.Date(2026, 10, 1, 8, 0, 0, 0, time.UTC)}
}

func TestACalendarOfOneAppointment(t *testing.T) {
	t.Parallel()
	z := load(t, "Europe/Amsterdam")
	raw, err := ics.Write(ics.Calendar{Name: "Tussentijds", Lang: "nl", Zone: z, Events: []ics.Event{event(time.Date(2026, 10, 26, 10, 0, 0, 0, z))}})
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Tussentijds//Calendar//NL
X-WR-CALNAME:Tussentijds
X-WR-TIMEZONE:Europe/Amsterdam
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
BEGIN:VTIMEZONE
TZID:Europe/Amsterdam
BEGIN:STANDARD
DTSTART:20261025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:abc@portal.example
DTSTAMP:20261001T080000Z
LAST-MODIFIED:20261001T080000Z
DTSTART;TZID=Europe/Amsterdam:20261026T100000
DTEND;TZID=Europe/Amsterdam:20261026T105000
SEQUENCE:3
SUMMARY:Afspraak · Tussentijds
CLASS:PRIVATE
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n"), string(raw))
	again, err := ics.Write(ics.Calendar{Name: "Tussentijds", Lang: "nl", Zone: z, Events: []ics.Event{event(time.Date(2026, 10, 26, 10, 0, 0, 0, z))}})
	require.NoError(t, err)
	require.Equal(t, raw, again)
	none, err := ics.Write(ics.Calendar{Name: "x", Lang: "en", Zone: z})
	require.NoError(t, err)
	require.NotContains(t, string(none), "VTIMEZONE")
}

// clockOf reads the zone of a calendar as a program does that knows no zones of its own: the offset in force at a local time.
func clockOf(t require.TestingT, cal *ical.Calendar, wall string) time.Duration {
	best, found := "", time.Duration(0)
	for _, z := range cal.Timezones() {
		for _, c := range z.SubComponents() {
			fields := map[string]string{}
			for _, p := range c.UnknownPropertiesIANAProperties() {
				fields[p.IANAToken] = p.Value
			}
			if at := fields["DTSTART"]; at <= wall && at >= best {
				offset, err := time.Parse("-0700", fields["TZOFFSETTO"])
				require.NoError(t, err)
				_, seconds := offset.Zone()
				best, found = at, time.Duration(seconds)*time.Second
			}
		}
	}
	require.NotEmpty(t, best, "no rule for %s", wall)
	return found
}

// Whoever reads the calendar with the rules it carries, and no others, comes at the right time.
func TestTheRulesThatTravelAlongAreRight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := load(t, rapid.SampledFrom([]string{"Europe/Amsterdam", "Europe/Brussels", "America/Curacao", "America/Paramaribo", "Atlantic/Azores", "UTC", "America/New_York", "Asia/Kathmandu"}).Draw(t, "zone"))
		var events []ics.Event
		for range rapid.IntRange(1, 8).Draw(t, "events") {
			at := time.Unix(rapid.Int64Range(1_600_000_000, 2_100_000_000).Draw(t, "at"), 0)
			if _, change := at.In(z).ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "near") { // What goes wrong does so around a change.
				at = change.Add(time.Duration(rapid.IntRange(-180, 180).Draw(t, "minutes")) * time.Minute)
			}
			events = append(events, event(at))
		}
		raw, err := ics.Write(ics.Calendar{Name: "x", Lang: "nl", Zone: z, Events: events})
		require.NoError(t, err)
		cal, err := ical.ParseCalendar(bytes.NewReader(raw))
		require.NoError(t, err)
		for i, e := range cal.Events() {
			for name, want := range map[ical.ComponentProperty]time.Time{ical.ComponentPropertyDtStart: events[i].Starts, ical.ComponentPropertyDtEnd: events[i].Ends} {
				wall := e.GetProperty(name).Value
				if got, err := time.Parse("20060102T150405Z", wall); err == nil {
					require.True(t, got.Equal(want), "%s: %s, not %s", name, got, want)
					continue
				}
				at, err := time.Parse("20060102T150405", wall)
				require.NoError(t, err)
				got := at.Add(-clockOf(t, cal, wall))
				require.True(t, got.Equal(want), "%s in %s: %s, not %s", name, z, got, want)
			}
		}
	})
}

func TestNothingBreaksOutOfALine(t *testing.T) {
	t.Parallel()
	z := load(t, "Europe/Amsterdam")
	rapid.Check(t, func(t *rapid.T) {
		e := event(time.Date(2026, 10, 26, 10, 0, 0, 0, z))
		e.Title = rapid.String().Draw(t, "title")
		e.Cancelled = true
		raw, err := ics.Write(ics.Calendar{Name: rapid.String().Draw(t, "name"), Lang: "nl", Zone: z, Events: []ics.Event{e}})
		require.NoError(t, err)
		for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("a line of %d octets: %q", len(line), line)
			}
		}
		cal, err := ical.ParseCalendar(bytes.NewReader(raw))
		require.NoError(t, err)
		require.Len(t, cal.Events(), 1)
		require.Equal(t, "CANCELLED", cal.Events()[0].GetProperty(ical.ComponentPropertyStatus).Value)
	})
}
