package seed

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"tussentijds/library"
	"tussentijds/models"
)

// author answers one form as one person on one day.
type author struct {
	l      *life
	who    int
	n      int
	mood   float64
	r      *rand.Rand
	lang   string
	name   string
	before library.Answers // the joint words that stand there already.
}

// low lists the questions where a high number means a hard day.
var low = map[string]bool{
	"check-urge-log.strength": true, "emotion-journal.strength": true, "self-care.panic": true, "fair-fight-debrief.intensity": true,
	"what-do-you-need.hard": true, "ratio-5-1.rough": true,
}

// joint lists the questions about one thing that both lived through: their answers agree.
var joint = map[string]bool{
	"speaker-listener.topic": true, "date-night.activity": true, "date-night.happened": true, "date-night.phone_free": true,
	"fair-fight-debrief.topic": true, "fair-fight-debrief.outcome": true, "fair-fight-debrief.paused": true, "weekly-checkin.talked": true, "weekly-checkin.ended": true, "safe-word.word": true,
}

// opposite lists the questions where one says "me" and the other "the other".
var opposite = map[string]bool{"speaker-listener.first": true, "date-night.organiser": true}

func (a *author) key(e *library.Exercise, q string) string { return e.ID + "." + q }

// fill answers all questions of a form; now and then an optional one is left open, or rather not answered.
func (a *author) fill(e *library.Exercise) library.Answers {
	out := library.Answers{}
	for i := range e.Questions {
		q := &e.Questions[i]
		if e.ID == "date-night" && out.Text("happened") == "no" {
			break
		}
		if out.Text("talked") == "no" && (q.ID == "ended" || q.ID == "minutes") { // There was no talk last week.
			continue
		}
		if given, ok := a.before[q.ID]; ok {
			out[q.ID] = given
			continue
		}
		if !q.Required && q.Type != library.FieldSignature && a.r.Float64() < 0.1 {
			continue
		}
		if q.Sensitive && !q.Required && q.Type == library.FieldYesNo && a.r.Float64() < 0.15 {
			out[q.ID] = library.Decline()
			continue
		}
		low, high := q.Bounds()
		if v := a.one(e, q.ID, q.Type, q.Options, q.Reverse, low, high, q.Target); v != nil {
			out[q.ID] = v
		}
		if q.Type == library.FieldRows {
			out[q.ID] = a.rows(e, q)
		}
	}
	if kind, what, ok := strings.Cut(out.Text("what"), "|"); ok { // A win says of what kind it is.
		out["kind"], out["what"] = kind, what
	}
	return out
}

func (a *author) rows(e *library.Exercise, q *library.Question) []any {
	var out []any
	for range 1 + a.r.IntN(2) {
		row := map[string]any{}
		for _, c := range q.Columns {
			low, high := c.Bounds()
			if v := a.one(e, q.ID+"."+c.ID, c.Type, c.Options, false, low, high, 0); v != nil {
				row[c.ID] = v
			}
		}
		out = append(out, row)
	}
	return out
}

// one gives a value for one question or column; nil for none.
func (a *author) one(e *library.Exercise, id string, kind library.FieldType, options []library.Option, reverse bool, lowest, highest, target float64) any {
	key := a.key(e, id)
	if joint[key] {
		told := key + " " + strconv.Itoa(a.n/7) // The same evening, or the same week.
		if v, ok := a.l.shared[told]; ok {
			return v
		}
		v := a.own(e, key, kind, options, reverse, lowest, highest, target)
		a.l.shared[told] = v
		return v
	}
	return a.own(e, key, kind, options, reverse, lowest, highest, target)
}

func (a *author) own(e *library.Exercise, key string, kind library.FieldType, options []library.Option, reverse bool, lowest, highest, target float64) any {
	mood := a.mood
	if low[key] || e.ID == "impact-inventory" {
		mood = 1 - mood
	}
	switch kind {
	case library.FieldScale:
		return math.Round(min(max(lowest+(highest-lowest)*(mood+(a.r.Float64()-0.5)*0.2), lowest), highest))
	case library.FieldYesNo:
		return a.yesNo(key, mood, reverse)
	case library.FieldChoice:
		return a.choice(key, options, mood)
	case library.FieldMulti, library.FieldChecklist:
		return a.some(key, options)
	case library.FieldShort, library.FieldLong:
		if text := a.l.text(key, a.name, a.lang, a.mood, a.n, a.r); text != "" {
			return text
		}
		return nil
	case library.FieldNumber, library.FieldCounter, library.FieldTimer:
		return a.amount(key, kind, target, lowest, highest)
	case library.FieldDate:
		return string(models.DayOf(a.l.w.day(a.n)))
	case library.FieldTime:
		return "20:00"
	case library.FieldSignature:
		return map[string]any{"name": a.name, "agreed": true}
	}
	return nil
}

func (a *author) yesNo(key string, mood float64, reverse bool) any {
	chance := 0.12 + 0.86*mood
	switch key {
	case "date-night.happened", "weekly-checkin.talked":
		chance = 0.85
	case "trust-contract.freely", "safe-word.freely", "smart-agreement.freely", "fair-fight-debrief.safe":
		return "yes"
	case "fair-fight-debrief.threat":
		return "no"
	case "emotion-journal.intruding":
		reverse = true
	}
	dice := a.r.Float64()
	if strings.HasPrefix(key, "relationship-checklist.") && a.r.Float64() < 0.7 { // Mostly they remember the same week.
		dice = a.l.dice("week", a.n/7, key).Float64()
	}
	yes := dice < chance
	if reverse {
		yes = !yes
	}
	if yes {
		return "yes"
	}
	return "no"
}

func (a *author) choice(key string, options []library.Option, mood float64) any {
	if key == "what-do-you-need.honest" || key == "physical-closeness.welcome" && mood > 0.3 { // Mostly open; seldom not welcome.
		return options[min(1, int((1-mood)*2))].ID
	}
	if opposite[key] {
		return options[(a.who+a.l.dice("turn", a.n/3, key).IntN(2))%2].ID
	}
	if options[0].Value == nil {
		return options[a.r.IntN(len(options))].ID
	}
	best, worst := *options[0].Value, *options[0].Value
	for _, o := range options {
		if o.Value != nil {
			best, worst = max(best, *o.Value), min(worst, *o.Value)
		}
	}
	if key == "check-urge-log.did" { // The value counts what one did not want to do.
		mood = 1 - min(1, mood+0.25)
	}
	want := worst + (best-worst)*min(max(mood+(a.r.Float64()-0.5)*0.35, 0), 1)
	var near []library.Option
	for _, o := range options {
		if o.Value == nil {
			continue
		}
		switch {
		case len(near) == 0 || math.Abs(*o.Value-want) < math.Abs(*near[0].Value-want)-1e-9:
			near = []library.Option{o}
		case math.Abs(*o.Value-want) < math.Abs(*near[0].Value-want)+1e-9:
			near = append(near, o)
		}
	}
	return near[a.r.IntN(len(near))].ID
}

// some chooses one to three options; feelings follow the day.
func (a *author) some(key string, options []library.Option) any {
	from, until := 0, len(options)
	if key == "emotion-journal.feelings" { // The list runs from hard to hopeful.
		if a.mood < 0.45 {
			until = len(options) - 3
		} else {
			from = len(options) / 2
		}
	}
	var out []any
	if key == "fair-fight-debrief.rules" { // Nobody in the demo threatens.
		out = append(out, "no_threat")
	}
	for range 1 + a.r.IntN(3) {
		id := options[from+a.r.IntN(until-from)].ID
		known := false
		for _, other := range out {
			known = known || other == id
		}
		if !known {
			out = append(out, id)
		}
	}
	return out
}

func (a *author) amount(key string, kind library.FieldType, target, lowest, highest float64) any {
	v := 1 + float64(a.r.IntN(4))
	switch {
	case key == "safe-word.break_time":
		v = 1200
	case kind == library.FieldTimer:
		if target == 0 {
			target = 600
		}
		v = math.Round(target*(0.45+0.8*a.mood+0.3*a.r.Float64())/30) * 30
	case key == "weekly-checkin.minutes":
		v = 15 + math.Round(5*a.mood)*5 + float64(a.r.IntN(3))*5
	case key == "ratio-5-1.warm":
		v = math.Round(2 + 7*a.mood + 2*a.r.Float64())
	case key == "ratio-5-1.rough":
		v = math.Round(4 * (1 - a.mood) * a.r.Float64() * 1.6)
	case key == "self-care.hours":
		v = math.Round(5 + 3*a.mood)
	case key == "new-experience.ideas.cost":
		v = float64(a.r.IntN(10)) * 5
	}
	return min(max(v, lowest), highest)
}

// weekOf is the week of the history a day lies in, from 0.
func weekOf(n int) int { return min(max(n/7, 0), Days/7) }

// clockOf moves a moment to a wall-clock time of the same day.
func (w *world) clockOf(day time.Time, hour, minute int) time.Time {
	d := day.In(w.zone)
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, w.zone)
}
