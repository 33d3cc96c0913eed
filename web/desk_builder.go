package web

import (
	"slices"
	"strconv"
	"strings"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
)

// ownBase is where the practice's own exercises are made.
const ownBase = "/desk/library/own"

// Builder is an own exercise on the page that edits one part of it. Its draft holds what was typed, saved or not.
type Builder struct {
	care.OwnExerciseView
	Base  string // the exercise's own address.
	Part  string
	Steps []BuilderStep
	Stale bool // somebody else saved in the meantime.

	r     *Request
	typed map[string][]string // the form that was sent; nil when none was.
	wrong fault.Collector     // what was typed and cannot be read at all.
}

// BuilderStep is one part of an own exercise, in the order one meets them.
type BuilderStep struct {
	Key     string
	URL     string
	Label   string
	Current bool
	Missing int // what is still to be done in this part.
}

// builderParts are the pages of an own exercise with the places of the definition that each of them asks for. What no page
// asks for is told on the last one.
var builderParts = []struct {
	key, path string
	places    []string
}{
	{"about", "/about", []string{"title", "summary", "who", "roles", "minutes", "schedule", "goals", "phase"}},
	{"text", "/text", []string{"why", "need", "steps", "example", "stop_when"}},
	{"questions", "/questions", []string{"questions", "reveal", "measures"}},
	{"scoring", "/scoring", []string{"scoring"}},
	{"safety", "/safety", []string{"safety", "risks", "requires_no_hold", "unreported"}},
	{"review", "", nil},
}

func placesOf(part string) []string {
	for _, p := range builderParts {
		if p.key == part {
			return p.places
		}
	}
	return nil
}

// builder loads the own exercise of the address, for the page of a part. The form's typed values are at hand when one was
// sent.
func (s *Site) builder(r *Request, part string) (*Builder, error) {
	id, err := r.ID("own")
	if err != nil {
		return nil, err
	}
	v, err := s.care.OwnExercise(r.Context(), r.Actor, id)
	if err != nil {
		return nil, err
	}
	b := &Builder{OwnExerciseView: v, Base: ownBase + "/" + id.String(), Part: part, r: r}
	if r.Method() != "GET" {
		b.typed = r.Values()
	}
	b.fillSteps()
	return b, nil
}

func (b *Builder) fillSteps() {
	b.Steps = nil
	for _, p := range builderParts {
		if p.key == "scoring" && b.Draft.Kind != library.KindInstrument {
			continue
		}
		step := BuilderStep{Key: p.key, URL: b.Base + p.path, Label: b.r.L.T("builder.part." + p.key), Current: p.key == b.Part}
		for _, f := range b.Missing {
			if placed(f.Location) == p.key {
				step.Missing++
			}
		}
		b.Steps = append(b.Steps, step)
	}
}

// placed tells which part asks for a place of the definition.
func placed(location string) string {
	first, _, _ := strings.Cut(location, ".")
	for _, p := range builderParts {
		if slices.Contains(p.places, first) {
			return p.key
		}
	}
	return "review"
}

// Next is the address of the part after the present one.
func (b *Builder) Next() string {
	for i := range b.Steps {
		if b.Steps[i].Current && i+1 < len(b.Steps) {
			return b.Steps[i+1].URL
		}
	}
	return b.Base
}

// Title is the exercise's own, in its reader's language when it has it.
func (b *Builder) Title() string { return b.Draft.Title.In(string(b.r.L.Lang)) }

// NL and EN tell whether the exercise is written in that language, Two that it is in both.
func (b *Builder) NL() bool { return b.Languages != "en" }

// EN tells whether the exercise is written in English.
func (b *Builder) EN() bool { return b.Languages != "nl" }

// Two tells whether the exercise is written in both languages.
func (b *Builder) Two() bool { return b.Languages == "both" }

// Instrument tells whether the exercise is scored.
func (b *Builder) Instrument() bool { return b.Draft.Kind == library.KindInstrument }

func (b *Builder) crumbs(last ...Crumb) []Crumb {
	out := []Crumb{b.r.crumb("web.desk.library", "/desk/library"), b.r.crumb("builder.own", ownBase), {Text: b.Title(), URL: b.Base}}
	if len(last) == 0 {
		last = []Crumb{b.r.crumb("builder.part."+b.Part, "")}
	}
	return append(out, last...)
}

// show answers with the page of a part.
func (b *Builder) show(name PageName, data any, last ...Crumb) error {
	return b.r.deskShow(name, "builder.part."+b.Part, data, b.crumbs(last...)...)
}

// text reads a text in the languages that the form asked for; words in a language it did not ask for stay.
func (b *Builder) text(name string, into *library.Text) {
	for lang, at := range map[string]*string{"nl": &into.NL, "en": &into.EN} {
		if v, asked := b.typed[name+"."+lang]; asked {
			*at = strings.TrimSpace(v[0])
		}
	}
}

// line reads a text that stands on one line, whatever box it was typed in.
func (b *Builder) line(name string, into *library.Text) {
	b.text(name, into)
	into.NL, into.EN = strings.Join(strings.Fields(into.NL), " "), strings.Join(strings.Fields(into.EN), " ")
}

func (b *Builder) value(name string) string {
	if v := b.typed[name]; len(v) > 0 {
		return strings.TrimSpace(v[0])
	}
	return ""
}

func (b *Builder) ticked(name string) bool { return b.value(name) != "" }

// number reads a number; nil when nothing was typed. What is no number is noted at its field and keeps what was there.
func (b *Builder) number(name string, was *float64) *float64 {
	v := b.value(name)
	if v == "" {
		return nil
	}
	n, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
	if err != nil || n != n || n > library.MaxNumber || n < -library.MaxNumber {
		b.wrong.Add(name, "error.field.a_number", nil)
		return was
	}
	return &n
}

// whole reads a whole number; zero when nothing was typed.
func (b *Builder) whole(name string, was int) int {
	v := b.value(name)
	if v == "" {
		return 0
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > library.MaxNumber {
		b.wrong.Add(name, "error.field.integer", nil)
		return was
	}
	return n
}

// Typed is what a field for a number shows: what was typed when that form came back, else the value.
func (b *Builder) Typed(name string, value any) string {
	if v, sent := b.typed[name]; sent {
		return v[0]
	}
	switch n := value.(type) {
	case *float64:
		if n == nil {
			return ""
		}
		return b.r.L.Decimal(*n, decimals(*n))
	case float64:
		if n == 0 {
			return ""
		}
		return b.r.L.Decimal(n, decimals(n))
	case int:
		if n == 0 {
			return ""
		}
	}
	return textOf(value)
}

// Clock is what a field for minutes and seconds shows.
func (b *Builder) Clock(name string, seconds float64) string {
	if v, sent := b.typed[name]; sent {
		return v[0]
	}
	return clockOf(seconds)
}

func decimals(n float64) int {
	_, fraction, _ := strings.Cut(strconv.FormatFloat(n, 'f', -1, 64), ".")
	return len(fraction)
}

// act is which button sent the form: its name, and what it is about.
func (b *Builder) act() (name, about string) {
	name, about, _ = strings.Cut(b.value("do"), ":")
	return name, about
}

// save keeps the draft as it is now. finish names what must be complete, because the therapist went on to the next part.
// A fault's places are those of the definition; at turns them into names of the form's fields.
func (b *Builder) save(at func(string) string, finish ...string) error {
	wrong := b.wrong.Err()
	if wrong == nil {
		raw, err := encodeDraft(b.Draft)
		if err != nil {
			return err
		}
		in := care.ChangeOwnExerciseInput{Definition: raw, Languages: b.Languages, Version: b.r.version(), Finish: finish}
		v, err := b.r.site.care.ChangeOwnExercise(b.r.Context(), b.r.Actor, b.ID, in)
		if err == nil {
			b.OwnExerciseView = v
			return nil
		}
		wrong = err
	}
	b.Stale = fault.Is(wrong, fault.Stale)
	if f := fault.From(wrong); at != nil && f.Code == fault.Invalid {
		out := *f
		out.Fields = slices.Clone(f.Fields)
		for i := range out.Fields {
			out.Fields[i].Location = at(out.Fields[i].Location)
		}
		return &out
	}
	return wrong
}

// again shows the form once more with what was typed and what was wrong. The next save is made on what is shown now.
func (b *Builder) again(err error, name PageName, data any, last ...Crumb) error {
	return b.r.deskAgain(err, name, "builder.part."+b.Part, data, b.crumbs(last...)...)
}

// BuilderPart is the page of one part: the exercise and the choices that the part asks with.
type BuilderPart struct {
	*Builder
	Choices map[string][]Choice
}

// part saves the form of a part and leads on: to the next part once this one is complete, or back to it.
func (b *Builder) part(name PageName, data any) error {
	act, about := b.act()
	var finish []string
	if act == "next" {
		finish = placesOf(b.Part)
	}
	if err := b.save(nil, finish...); err != nil {
		return b.again(err, name, data)
	}
	switch act {
	case "next":
		return b.r.Go(b.Next(), "")
	case "later":
		return b.r.Go(b.Base, "builder.flash.saved")
	case "save", "":
		return b.r.Go(b.r.Path(), "builder.flash.saved")
	}
	return b.r.Go(b.r.Path()+"#"+about, "")
}

// move takes one item of a list a place up or down; whatever else is asked leaves the list.
func move[T any](list []T, from, by int) []T {
	if to := from + by; from >= 0 && from < len(list) && to >= 0 && to < len(list) {
		list[from], list[to] = list[to], list[from]
	}
	return list
}

// remove takes one item out of a list.
func remove[T any](list []T, at int) []T {
	if at < 0 || at >= len(list) {
		return list
	}
	return slices.Delete(list, at, at+1)
}
