package months

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"tussentijds/library"
	"tussentijds/models"
)

// Fill answers every question of a form by chance, within what it asks; words gives the text of a question.
func Fill(e *library.Exercise, r *rand.Rand, words func(q library.Question) string) library.Answers {
	a := library.Answers{}
	for _, q := range e.Questions {
		a[q.ID] = fill(q.Type, q.Options, q.Columns, q.Min, q.Max, r, func() string { return words(q) })
	}
	clean, wrong := e.Check(a, false)
	if len(wrong) > 0 {
		panic(fmt.Sprintf("months: %s is not filled well: %v", e.ID, wrong))
	}
	return clean
}

func fill(kind library.FieldType, options []library.Option, columns []library.Column, low, high *float64, r *rand.Rand, words func() string) any {
	switch kind {
	case library.FieldScale, library.FieldNumber, library.FieldCounter, library.FieldTimer:
		from, to := 0.0, 10.0
		if kind == library.FieldTimer {
			from, to = 300, 1500
		}
		if low != nil {
			from = *low
		}
		if high != nil {
			to = min(*high, from+2000)
		}
		return float64(int(from + r.Float64()*(to-from)))
	case library.FieldYesNo:
		return []string{"yes", "no"}[r.IntN(2)]
	case library.FieldChoice:
		return options[r.IntN(len(options))].ID
	case library.FieldMulti, library.FieldChecklist:
		return []any{options[r.IntN(len(options))].ID}
	case library.FieldDate:
		return "2026-10-12"
	case library.FieldTime:
		return "20:00"
	case library.FieldSignature:
		return map[string]any{"name": words(), "agreed": true}
	case library.FieldRows:
		row := map[string]any{}
		for _, c := range columns {
			row[c.ID] = fill(c.Type, c.Options, nil, c.Min, c.Max, r, words)
		}
		return []any{row}
	}
	return words()
}

// phrases are what people write, about as long as they write it.
var phrases = []string{
	"Samen gewandeld, zonder telefoons.", "Het hielp dat je even vroeg hoe het ging.", "Rustig gebleven toen het over geld ging, en daarna samen thee gedronken.",
	"Weinig geslapen, toch op tijd gezegd dat het te veel werd.", "De afwas zonder woorden samen gedaan.", "Ik merkte dat ik minder snel boos werd dan vorige week.",
}

// weekly is homework that comes on a day of the week; nil comes every day.
type weekly struct {
	exercise string
	on       []time.Weekday
	hour     int
}

var usual = []weekly{
	{"daily-checkin", nil, 20},
	{"weekly-checkin", []time.Weekday{time.Sunday}, 20},
	{"appreciation", []time.Weekday{time.Wednesday, time.Saturday}, 20},
	{"small-wins", []time.Weekday{time.Saturday}, 10},
	{"date-night", []time.Weekday{time.Friday}, 18},
}

// Live gives a couple the usual homework from one day until another, mostly done: a check-in a day, four things a week, a
// questionnaire a month, an agreement that is looked back on each week and a session every other week.
func (c *Couple) Live(r *rand.Rand, from, until time.Time) error {
	both, zone := []int{0, 1}, c.practice.Zone
	say := func(library.Question) string { return phrases[r.IntN(len(phrases))] }
	given := make([]*Given, len(usual))
	var err error
	for i, w := range usual {
		if given[i], err = c.Give(w.exercise, both, from, nil); err != nil {
			return err
		}
	}
	scored, err := c.Give("relationship-checklist", both, from, nil)
	if err != nil {
		return err
	}
	points := []Point{
		{ID: "p1", Area: "Dag", Agreement: "We vertellen voor het eten kort hoe de dag was.", Measure: "Elke dag"},
		{ID: "p2", Area: "Agenda", Agreement: "Eén keer per week kijken we samen de agenda door.", Measure: "Elke week"},
		{ID: "p3", Area: "Laat", Agreement: "Wie later is, laat het vooraf weten.", Measure: "Elke keer"},
	}
	agreed := c.Agree("Openheid over de dag", points, from)
	for day := from.In(zone); day.Before(until); day = day.AddDate(0, 0, 1) {
		at := func(hour int) time.Time { return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, zone) }
		for i, w := range usual {
			if w.on == nil || slices.Contains(w.on, day.Weekday()) {
				if err := given[i].lived(r, at(w.hour), say); err != nil {
					return err
				}
			}
		}
		if day.Day() == 20 {
			if err := scored.lived(r, at(19), say); err != nil {
				return err
			}
		}
		if day.Weekday() == time.Monday {
			kept := map[string]bool{}
			for _, p := range points {
				kept[p.ID] = r.IntN(4) > 0
			}
			c.LookBack(agreed, nil, "", kept, say(library.Question{}), at(12))
		}
		if _, week := day.ISOWeek(); day.Weekday() == time.Tuesday && week%2 == 0 {
			c.Meet(nil, at(14), models.SessionHeld)
		}
	}
	c.Meet(nil, until.AddDate(0, 0, 3), models.SessionPlanned)
	return nil
}

// lived is an occurrence as most go: both do it, or one forgets.
func (g *Given) lived(r *rand.Rand, at time.Time, say func(library.Question) string) error {
	d := g.Due(at)
	var halves []*models.Response
	for _, i := range g.whose {
		if r.IntN(8) == 0 {
			d.Tasks[i].Status = models.TaskExpired
			continue
		}
		half, err := d.Answer(i, Fill(g.exercise.ForRole(g.couple.Partners[i].Role), r, say), at.Add(time.Duration(i+1)*time.Hour))
		if err != nil {
			return err
		}
		halves = append(halves, half)
	}
	if len(halves) == len(g.whose) && len(halves) == 2 {
		d.Reveal(at.Add(2*time.Hour), halves...)
	} else {
		d.NeverReveals = true
	}
	return nil
}
