package seed

import (
	"strings"

	"tussentijds/models"
)

// person is one partner of a couple.
type person struct {
	name      string
	lang      string
	role      string // after a breach: hurt or repairing.
	phone     string
	diligence float64   // how surely homework gets done, from 0 to 1.
	line      []float64 // how this person is, from the first week to the present one.
}

func (p person) email() string { return strings.ToLower(p.name) + "@client.example" }

// phase is a step of the programme on a day, and why it was taken.
type phase struct {
	day, phase int
	why        string // none for the first.
}

// turn is where a story stops.
type turn struct {
	day       int
	status    models.CoupleStatus
	withdraws int // 1 or 2: that partner.
}

// story is what is to happen with a couple.
type story struct {
	key        string // the first partner's name, in lower case.
	house      string
	by         string // the therapist.
	with       string // who treats along.
	people     [2]person
	joins      int // the day on which the file is opened here.
	earlier    int // weeks of therapy before that day.
	waits      bool
	programme  string
	phases     []phase
	homework   []homework
	agreements []agreed
	every      int // days between sessions.
	offset     int // days from the present day to the nearest session, at least 0.
	hour       int
	minute     int
	room       string
	alone      map[int]int // sessions with one partner.
	cancelled  map[int]bool
	missed     map[int]bool
	unsigned   bool // the newest note waits for its signature.
	letters    bool // letters are read in sessions.
	stops      *turn
	ends       int // the last day of contact; zero for none.

	unread        int  // days longer than usual that alerts stand unseen.
	waitsApproval bool // the latest month's reports wait for the therapist.
}

// cast is everyone, in the order in which they came. The first of them are the identities that the demo promises.
func cast() []story {
	return append(append(bridge(), visitors()...), shore()...)
}

// bridge is the couples that the demo promises, at De Brug.
func bridge() []story {
	return []story{
		{
			key: "sam", house: "brug", by: "noor", earlier: 9, joins: 0, every: 7, offset: 0, hour: 16, minute: 30, room: "Kamer 1",
			people: [2]person{
				{name: "Sam", lang: "nl", role: "repairing", phone: "06 11 22 33 01", diligence: 0.9, line: []float64{0.4, 0.36, 0.45, 0.42, 0.28, 0.3, 0.45, 0.55, 0.6, 0.55, 0.64, 0.62, 0.7, 0.68}},
				{name: "Robin", lang: "nl", role: "hurt", phone: "06 11 22 33 02", diligence: 0.86, line: []float64{0.3, 0.24, 0.36, 0.34, 0.16, 0.2, 0.36, 0.45, 0.55, 0.46, 0.58, 0.55, 0.66, 0.63}},
			},
			programme: "infidelity-3-phase", phases: []phase{{1, 2, ""}, {43, 3, "Allebei kozen ervoor om door te gaan. Het contract staat en de brief is voorgelezen."}},
			alone: map[int]int{1: 1, 2: 0}, cancelled: map[int]bool{8: true}, letters: true, waitsApproval: true,
			homework: []homework{
				{exercise: "daily-checkin", kind: "daily", at: "20:00", from: 2},
				{exercise: "weekly-checkin", kind: "weekly", at: "20:00", from: 3, weekday: sunday},
				{exercise: "relationship-checklist", kind: "rrule", rule: "FREQ=WEEKLY;INTERVAL=2", at: "19:00", from: 3, weekday: saturday},
				{exercise: "emotion-journal", who: 2, kind: "times_per_week", times: 3, at: "21:00", from: 2, until: 68},
				{exercise: "check-urge-log", who: 2, kind: "times_per_week", times: 3, at: "21:00", from: 5},
				{exercise: "impact-inventory", who: 2, kind: "monthly", at: "20:00", from: 8},
				{exercise: "own-share", kind: "once", at: "20:00", from: 4, due: 9},
				{exercise: "responsibility-letter", who: 1, kind: "once", at: "20:00", from: 31, due: 39},
				{exercise: "trust-recovery-signs", kind: "monthly", at: "20:00", from: 12},
				{exercise: "effort-check", kind: "weekly", at: "18:00", from: 10, weekday: sunday},
				{exercise: "small-wins", kind: "weekly", at: "10:00", from: 30, weekday: saturday},
				{exercise: "appreciation", kind: "times_per_week", times: 2, at: "20:30", from: 44},
				{exercise: "notice-effort", who: 2, kind: "weekly", at: "19:00", from: 58, weekday: friday},
				{exercise: "new-experience", kind: "monthly", at: "11:00", from: 72},
				{exercise: "responsibility-letter", who: 1, kind: "once", at: "20:00", from: 92, due: 96},
				{exercise: "shared-vision", kind: "once", at: "20:00", from: Days - 3, due: Days + 3}, // Open at any hour of the present day.
			},
			agreements: []agreed{
				{exercise: "trust-contract", points: "trust", day: 9, signs: [2]bool{true, true}},
				{exercise: "smart-agreement", points: "evening", day: 95, signs: [2]bool{true, false}},
			},
		},
		{
			key: "kim", house: "brug", by: "joost", earlier: 2, joins: 0, every: 14, offset: 0, hour: 10, minute: 0, room: "Kamer 2",
			people: [2]person{
				{name: "Kim", lang: "nl", phone: "06 11 22 33 03", diligence: 0.85, line: []float64{0.35, 0.4, 0.42, 0.5, 0.45, 0.55, 0.6, 0.66}},
				{name: "Alex", lang: "nl", phone: "06 11 22 33 04", diligence: 0.7, line: []float64{0.45, 0.4, 0.5, 0.48, 0.55, 0.52, 0.64, 0.7}},
			},
			programme: "communication-repair", phases: []phase{{2, 1, ""}, {20, 2, "De pauze werkt, en het terugspiegelen is al een paar keer gelukt."}, {64, 3, "Gesprekken lopen vaker goed af. Tijd voor kleine vaste momenten."}},
			missed: map[int]bool{3: true}, unsigned: true, waitsApproval: true,
			homework: []homework{
				{exercise: "own-share", kind: "once", at: "20:00", from: 2, due: 6},
				{exercise: "relationship-checklist", kind: "rrule", rule: "FREQ=WEEKLY;INTERVAL=2", at: "19:00", from: 3, weekday: saturday},
				{exercise: "safe-word", kind: "once", at: "20:00", from: 10, due: 14},
				{exercise: "speaker-listener", kind: "times_per_week", times: 2, at: "20:00", from: 20},
				{exercise: "what-do-you-need", kind: "monthly", at: "20:00", from: 24},
				{exercise: "fair-fight-debrief", kind: "weekly", at: "20:00", from: 30, weekday: monday, until: 62},
				{exercise: "weekly-checkin", kind: "weekly", at: "20:00", from: 40, weekday: sunday},
				{exercise: "date-night", kind: "weekly", at: "18:30", from: 54, weekday: friday},
				{exercise: "daily-checkin", kind: "daily", at: "20:00", from: 64},
				{exercise: "ways-i-feel-loved", kind: "once", at: "20:00", from: Days - 3, due: Days + 3}, // Open at any hour of the present day.
			},
		},
	}
}

// shore is the couples of Oever.
func shore() []story {
	return []story{
		{
			key: "mo", house: "oever", by: "els", earlier: 3, joins: 0, every: 14, offset: 0, hour: 15, minute: 30, room: "Garden room",
			people: [2]person{
				{name: "Mo", lang: "en", phone: "0470 11 22 05", diligence: 0.8, line: []float64{0.42, 0.38, 0.5, 0.55, 0.6, 0.58, 0.68}},
				{name: "Jules", lang: "en", phone: "0470 11 22 06", diligence: 0.82, line: []float64{0.5, 0.46, 0.44, 0.56, 0.62, 0.66, 0.7}},
			},
			programme: "rescue-10", phases: []phase{{1, 1, ""}, {34, 3, "The row has calmed down; both name their own part. Time to practise talking."}},
			unsigned: true, waitsApproval: true,
			homework: []homework{
				{exercise: "effort-check", kind: "weekly", at: "18:00", from: 3, weekday: sunday},
				{exercise: "relationship-checklist", kind: "rrule", rule: "FREQ=WEEKLY;INTERVAL=2", at: "19:00", from: 3, weekday: saturday},
				{exercise: "ratio-5-1", kind: "daily", at: "21:00", from: 10, until: 23},
				{exercise: "weekly-checkin", kind: "weekly", at: "20:00", from: 24, weekday: sunday},
				{exercise: "date-night", kind: "weekly", at: "18:30", from: 34, weekday: friday},
				{exercise: "daily-checkin", kind: "daily", at: "20:00", from: 54},
				{exercise: "physical-closeness", kind: "times_per_week", times: 3, at: "21:00", from: 62},
				{exercise: "small-wins", kind: "weekly", at: "10:00", from: 62, weekday: saturday},
				{exercise: "ways-i-feel-loved", kind: "once", at: "20:00", from: Days - 3, due: Days + 3}, // Open at any hour of the present day.
			},
			agreements: []agreed{{exercise: "smart-agreement", points: "shore", day: 48, signs: [2]bool{true, true}}},
		},
		{
			key: "nadia", house: "oever", by: "els", earlier: 0, joins: 37, every: 14, offset: 3, hour: 10, minute: 30, room: "Garden room",
			people: [2]person{
				{name: "Nadia", lang: "en", diligence: 0.7, line: []float64{0.5, 0.45, 0.4, 0.5, 0.6}},
				{name: "Emil", lang: "nl", diligence: 0.6, line: []float64{0.4, 0.4, 0.5, 0.5, 0.55}},
			},
			homework: []homework{
				{exercise: "weekly-checkin", kind: "weekly", at: "20:00", from: 40, weekday: sunday},
				{exercise: "appreciation", kind: "times_per_week", times: 2, at: "20:30", from: 55},
			},
		},
	}
}
