package seed

import "tussentijds/models"

// visitors is the other couples of De Brug, so that lists and charts look like a working practice.
func visitors() []story {
	checklist := homework{exercise: "relationship-checklist", kind: "rrule", rule: "FREQ=WEEKLY;INTERVAL=2", at: "19:00", weekday: saturday}
	weekly := homework{exercise: "weekly-checkin", kind: "weekly", at: "20:00", weekday: sunday}
	from := func(h homework, day int) homework { h.from = day; return h }
	return []story{
		{
			key: "fatima", house: "brug", by: "noor", earlier: 6, joins: 0, every: 14, offset: 0, hour: 9, minute: 30, room: "Kamer 1",
			people: [2]person{
				{name: "Fatima", lang: "nl", diligence: 0.75, line: []float64{0.4, 0.5, 0.55, 0.5, 0.65, 0.75}},
				{name: "Daan", lang: "nl", diligence: 0.6, line: []float64{0.45, 0.4, 0.5, 0.6, 0.6, 0.7}},
			},
			programme: "rescue-10", phases: []phase{{1, 3, ""}, {70, 7, "Ze praten weer en doen leuke dingen samen. Nu kijken waar het echt over gaat."}},
			homework: []homework{
				from(weekly, 4), from(checklist, 3),
				{exercise: "date-night", kind: "weekly", at: "18:30", from: 16, weekday: friday},
				{exercise: "appreciation", kind: "times_per_week", times: 2, at: "20:30", from: 30},
			},
			agreements: []agreed{{exercise: "smart-agreement", points: "family", day: 30, signs: [2]bool{true, true}}},
		},
		{
			key: "wouter", house: "brug", by: "noor", with: "lina", earlier: 1, joins: 0, every: 14, offset: 4, hour: 11, minute: 30, room: "Kamer 2",
			people: [2]person{
				{name: "Wouter", lang: "nl", diligence: 0.65, line: []float64{0.5, 0.45, 0.5, 0.4, 0.5, 0.55}},
				{name: "Marieke", lang: "nl", diligence: 0.8, line: []float64{0.4, 0.4, 0.35, 0.45, 0.5, 0.6}},
			},
			programme: "communication-repair", phases: []phase{{1, 1, ""}, {35, 2, "Ze zien hun eigen patroon. Oefenen met luisteren is de volgende stap."}}, unread: 22,
			homework: []homework{
				from(checklist, 2),
				{exercise: "speaker-listener", kind: "times_per_week", times: 2, at: "20:00", from: 15},
				{exercise: "effort-check", kind: "weekly", at: "18:00", from: 22, weekday: sunday},
			},
		},
		{
			key: "bram", house: "brug", by: "noor", earlier: 4, joins: 0, every: 14, offset: 6, hour: 13, minute: 30, room: "Kamer 2",
			people: [2]person{
				{name: "Bram", lang: "nl", diligence: 0.6, line: []float64{0.45, 0.4, 0.35, 0.3, 0.3}},
				{name: "Thijs", lang: "nl", diligence: 0.55, line: []float64{0.5, 0.45, 0.4, 0.4, 0.35}},
			},
			homework:  []homework{from(weekly, 3), from(checklist, 9)},
			cancelled: map[int]bool{3: true},
			stops:     &turn{day: 82, status: models.CouplePaused}, ends: 82,
		},
		{
			key: "chantal", house: "brug", by: "joost", earlier: 8, joins: 0, every: 14, offset: 2, hour: 15, minute: 0, room: "Kamer 1",
			people: [2]person{
				{name: "Chantal", lang: "nl", role: "hurt", diligence: 0.7, line: []float64{0.35, 0.4, 0.4, 0.5, 0.55, 0.6}},
				{name: "Miguel", lang: "en", role: "repairing", diligence: 0.75, line: []float64{0.45, 0.5, 0.45, 0.55, 0.6, 0.6}},
			},
			programme: "infidelity-3-phase", phases: []phase{{1, 2, ""}}, letters: true, waitsApproval: true,
			homework: []homework{
				from(weekly, 3),
				{exercise: "trust-recovery-signs", kind: "monthly", at: "20:00", from: 6},
				{exercise: "physical-closeness", kind: "times_per_week", times: 2, at: "21:00", from: 40},
				{exercise: "responsibility-letter", who: 2, kind: "once", at: "20:00", from: 80, due: 94},
			},
		},
		{
			key: "esra", house: "brug", by: "joost", earlier: 5, joins: 0, every: 14, offset: 5, hour: 11, minute: 30, room: "Kamer 2",
			people: [2]person{
				{name: "Esra", lang: "nl", diligence: 0.75, line: []float64{0.5, 0.45, 0.4, 0.35, 0.4}},
				{name: "Pieter", lang: "nl", diligence: 0.5, line: []float64{0.45, 0.4, 0.3, 0.25, 0.25}},
			},
			homework: []homework{from(weekly, 3), from(checklist, 3)},
			stops:    &turn{day: 94, withdraws: 2},
		},
		{
			key: "ingrid", house: "brug", by: "joost", earlier: 20, joins: 0, every: 14, offset: 7, hour: 9, minute: 0, room: "Kamer 2",
			people: [2]person{
				{name: "Ingrid", lang: "nl", diligence: 0.85, line: []float64{0.65, 0.7, 0.75, 0.8, 0.8}},
				{name: "Henk", lang: "nl", diligence: 0.8, line: []float64{0.6, 0.7, 0.72, 0.78, 0.8}},
			},
			programme: "communication-repair", phases: []phase{{1, 4, ""}},
			homework: []homework{from(weekly, 3), {exercise: "small-wins", kind: "weekly", at: "10:00", from: 3, weekday: saturday, until: 66}},
			stops:    &turn{day: 66, status: models.CoupleClosed}, ends: 66,
		},
		{
			key: "yusuf", house: "brug", by: "joost", earlier: 0, joins: 76, every: 7, offset: 3, hour: 13, minute: 30, room: "Kamer 1",
			people: [2]person{
				{name: "Yusuf", lang: "nl", diligence: 0.7, line: []float64{0.4, 0.35, 0.45}},
				{name: "Lotte", lang: "nl", diligence: 0.75, line: []float64{0.35, 0.3, 0.4}},
			},
			programme: "rescue-10", phases: []phase{{78, 1, ""}},
			homework: []homework{
				from(checklist, 78),
				{exercise: "own-share", kind: "once", at: "20:00", from: 79, due: 84},
				{exercise: "effort-check", kind: "weekly", at: "18:00", from: 80, weekday: sunday},
			},
		},
		{
			key: "aylin", house: "brug", by: "noor", joins: Days - 1, waits: true, every: 14, offset: 5, hour: 10, minute: 0, room: "Kamer 1",
			people: [2]person{
				{name: "Aylin", lang: "nl", line: []float64{0.5, 0.5}}, {name: "Jeroen", lang: "nl", line: []float64{0.5, 0.5}},
			},
		},
	}
}
