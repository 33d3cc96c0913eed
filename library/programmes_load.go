package library

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed programmes
var programmeFiles embed.FS

//go:embed programme.schema.json
var programmeSchemaJSON []byte

var programmeSchema = listSchema(programmeSchemaJSON)

var programmes = sync.OnceValues(func() ([]Programme, error) {
	out, problems, err := loadProgrammes(programmeFiles, "programmes")
	if err == nil && len(problems) > 0 {
		err = problems
	}
	return out, err
})

// loadProgrammes reads every programme of a folder, in the order that they give themselves. Like an exercise a file is read as
// YAML, against its schema, and against the rules that a schema cannot tell; the problems name file, line and what is wrong.
func loadProgrammes(fsys fs.FS, dir string) ([]Programme, Problems, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, nil, err
	}
	var out []Programme
	var found Problems
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, nil, err
		}
		p, problems := readProgramme(name, raw)
		if len(problems) > 0 {
			found = append(found, problems...)
			continue
		}
		p.file, p.raw = name, raw
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b Programme) int { return a.Order - b.Order })
	for i := range out {
		found = append(found, located(out[i].file, out[i].raw, amongOthers(out, i))...)
	}
	return out, found.inOrder(), nil
}

// readProgramme reads one file. What it names in the library is checked by programmeReferences.
func readProgramme(name string, raw []byte) (Programme, Problems) {
	var p Programme
	if problems := aliased(name, raw); problems != nil {
		return p, problems
	}
	if problems := readList(name, raw, programmeSchema, &p); problems != nil {
		return p, problems
	}
	wrong := p.problems()
	if want := strings.TrimSuffix(path.Base(name), ".yaml"); p.ID != want {
		wrong = append(wrong, wrongf([]string{"id"}, "file_name", "Is", p.ID, "Want", want))
	}
	return p, located(name, raw, wrong)
}

// amongOthers checks a programme beside the others: a place of its own in the list, and a whole that it belongs to.
func amongOthers(all []Programme, i int) []problem {
	var wrong []problem
	if i > 0 && all[i].Order == all[i-1].Order {
		wrong = append(wrong, problem{path: []string{"order"}, text: "is that of " + all[i-1].ID + " too"})
	}
	for j, of := range all[i].Of {
		if !slices.ContainsFunc(all, func(p Programme) bool { return p.ID == of && p.Kind == ProgrammeWhole }) {
			wrong = append(wrong, wrongf([]string{"of", strconv.Itoa(j)}, "not_there", "Name", of))
		}
	}
	return wrong
}

// programmeRules gathers what a schema cannot tell of a programme.
type programmeRules struct {
	ids   map[string]bool // of phases, milestones, reviews and tracks: a couple's own programme refers to them.
	found []problem
}

func (r *programmeRules) add(at, text string) {
	r.found = append(r.found, problem{path: strings.Split(at, "/"), text: text})
}

// once wants an id that stands once among its kind.
func (r *programmeRules) once(at, kind, id string) {
	if r.ids[kind+"/"+id] {
		r.found = append(r.found, wrongf(strings.Split(at+"/id", "/"), "twice", "Name", id))
	}
	r.ids[kind+"/"+id] = true
}

// problems checks ids that stand once and ranges that run forward.
func (p *Programme) problems() []problem {
	r := &programmeRules{ids: map[string]bool{}}
	if (p.Kind == ProgrammeWhole) != (len(p.Of) == 0) {
		r.add("kind", "a short form or an add-on names in `of` what it belongs to, and nothing else does")
	}
	if p.Range.MonthsFrom > p.Range.MonthsTo {
		r.add("range/months_to", "is before months_from")
	}
	for i := range p.Phases {
		r.phase("phases/"+strconv.Itoa(i), &p.Phases[i])
	}
	for i := range p.Reviews {
		r.review("reviews/"+strconv.Itoa(i), &p.Reviews[i])
	}
	for i := range p.Tracks {
		r.once("tracks/"+strconv.Itoa(i), "track", p.Tracks[i].ID)
	}
	return r.found
}

func (r *programmeRules) phase(at string, p *Phase) {
	r.once(at, "phase", p.ID)
	if p.WeeksTo != 0 && p.WeeksFrom > p.WeeksTo {
		r.add(at+"/weeks_to", "is before weeks_from")
	}
	seen := map[string]bool{}
	for i, e := range p.Exercises {
		if seen[e.ID] {
			r.found = append(r.found, wrongf(strings.Split(at+"/exercises/"+strconv.Itoa(i)+"/id", "/"), "twice", "Name", e.ID))
		}
		seen[e.ID] = true
	}
	for i, m := range p.Milestones {
		r.once(at+"/milestones/"+strconv.Itoa(i), "milestone of "+p.ID, m.ID)
	}
}

func (r *programmeRules) review(at string, v *Review) {
	r.once(at, "review", v.ID)
	ways := 0
	for _, given := range []bool{v.From+v.To > 0 || v.Unit != "", v.Every != "", v.PhaseEnd} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		r.add(at, "comes after some time, or every so often, or at the end of a phase: one of the three")
	}
	if v.Unit != "" && (v.From < 1 || v.To < v.From) || v.Unit == "" && v.From+v.To > 0 {
		r.add(at, "from, to and unit go together, and to is not before from")
	}
}

// programmeReferences checks what programmes name in the library: exercises, roles that an exercise takes, and measures.
func (l *Library) programmeReferences(all []Programme) Problems {
	var found Problems
	for i := range all {
		found = append(found, located(all[i].file, all[i].raw, l.namedBy(&all[i]))...)
	}
	return found.inOrder()
}

func (l *Library) namedBy(p *Programme) []problem {
	var wrong []problem
	known := func(id, at string) *Exercise {
		e, ok := l.byID[id]
		if !ok {
			wrong = append(wrong, wrongf(strings.Split(at, "/"), "not_there", "Name", id))
		}
		return e
	}
	for i, e := range p.Gate.First {
		known(e.ID, "gate/first/"+strconv.Itoa(i)+"/id")
	}
	for i, phase := range p.Phases {
		at := "phases/" + strconv.Itoa(i)
		for j, e := range phase.Exercises {
			at := at + "/exercises/" + strconv.Itoa(j)
			if exercise := known(e.ID, at+"/id"); exercise != nil && e.Role != "" && len(exercise.Roles) > 0 && !slices.Contains(exercise.Roles, e.Role) {
				wrong = append(wrong, wrongf(strings.Split(at+"/role", "/"), "role", "Name", e.Role))
			}
		}
		for j, m := range phase.Milestones {
			id, measure, _ := strings.Cut(m.Measure, ".")
			e, ok := l.byID[id]
			if m.Measure != "" && (!ok || !slices.ContainsFunc(e.Measures, func(m Measure) bool { return m.ID == measure })) {
				wrong = append(wrong, wrongf(strings.Split(at+"/milestones/"+strconv.Itoa(j)+"/measure", "/"), "no_measure", "Name", m.Measure))
			}
		}
	}
	for i, v := range p.Reviews {
		for j, id := range v.Exercises {
			known(id, "reviews/"+strconv.Itoa(i)+"/exercises/"+strconv.Itoa(j))
		}
	}
	for i, t := range p.Tracks {
		for j, id := range t.Exercises {
			known(id, "tracks/"+strconv.Itoa(i)+"/exercises/"+strconv.Itoa(j))
		}
	}
	return wrong
}
