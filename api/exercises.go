package api

import (
	"context"
	"encoding/json"
	"slices"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

// exercise is an exercise in one language, for who assigns it.
type exercise struct {
	ID       string           `json:"id" doc:"A slug of the library, or the UUID of an own exercise."`
	Version  int              `json:"version"`
	Kind     library.Kind     `json:"kind"`
	Title    string           `json:"title"`
	Summary  string           `json:"summary"`
	Minutes  int              `json:"minutes"`
	Who      library.Who      `json:"who"`
	Why      string           `json:"why"`
	Need     string           `json:"need"`
	Steps    []string         `json:"steps"`
	Example  string           `json:"example,omitempty"`
	StopWhen string           `json:"stop_when,omitempty"`
	Safety   string           `json:"safety,omitempty" doc:"When not to assign it, and what to watch."`
	Schedule library.Schedule `json:"schedule" doc:"The suggested cadence."`
	Reveal   string           `json:"reveal,omitempty" doc:"When reveal questions open: at_once, or HH:MM."`
	Joint    bool             `json:"joint"`
	Goals    []string         `json:"goals"`
	Phases   []string         `json:"phases"`
	Own      bool             `json:"own" doc:"The practice's own."`
	Form     form             `json:"form"`
}

// form is what there is to fill in, in one language.
type form struct {
	Questions []question `json:"questions"`
}

type question struct {
	ID        string            `json:"id"`
	Type      library.FieldType `json:"type"`
	Label     string            `json:"label"`
	Help      string            `json:"help,omitempty"`
	Audience  library.Audience  `json:"audience" doc:"Who may read the answer."`
	Required  bool              `json:"required"`
	Options   []option          `json:"options,omitempty"`
	Columns   []column          `json:"columns,omitempty"`
	Min       *float64          `json:"min,omitempty"`
	Max       *float64          `json:"max,omitempty"`
	MinLabel  string            `json:"min_label,omitempty"`
	MaxLabel  string            `json:"max_label,omitempty"`
	MaxLength int               `json:"max_length,omitempty" doc:"In characters."`
	MaxRows   int               `json:"max_rows,omitempty"`
	Target    float64           `json:"target,omitempty" doc:"A suggestion and no limit: seconds of a timer, times of a counter."`
	Role      string            `json:"role,omitempty" doc:"For whoever was hurt, or whoever repairs; with exercises only."`
	Section   string            `json:"section,omitempty"`
	Sensitive bool              `json:"sensitive,omitempty" doc:"Never prefill or preview it."`
}

type option struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

type column struct {
	ID      string            `json:"id"`
	Type    library.FieldType `json:"type"`
	Label   string            `json:"label"`
	Options []option          `json:"options,omitempty"`
	Min     *float64          `json:"min,omitempty"`
	Max     *float64          `json:"max,omitempty"`
}

// showExercise puts an exercise into a language.
func showExercise(v care.ExerciseView, lang locale.Lang) exercise {
	e := v.Exercise
	in := func(t library.Text) string { return t.In(string(lang)) }
	out := exercise{
		ID: e.ID, Version: e.Version, Kind: e.Kind, Title: in(e.Title), Summary: in(e.Summary), Minutes: e.Minutes, Who: e.Who,
		Why: in(e.Why), Need: in(e.Need), Steps: []string{}, Example: in(e.Example), StopWhen: in(e.StopWhen), Safety: in(e.Safety),
		Schedule: e.Schedule, Reveal: e.Reveal, Joint: e.Joint, Goals: append([]string{}, e.Goals...), Phases: append([]string{}, e.Phase...),
		Own: v.Own, Form: showForm(e, lang),
	}
	for _, s := range e.Steps {
		out.Steps = append(out.Steps, in(s))
	}
	for i := range out.Form.Questions {
		out.Form.Questions[i].Role = e.Questions[i].Role
	}
	return out
}

// showForm puts a form into a language, with the bounds an answer is checked against. Roles stay out: they tell one
// partner what the therapist noted about the two.
func showForm(e *library.Exercise, lang locale.Lang) form {
	out := form{Questions: make([]question, len(e.Questions))}
	for i := range e.Questions {
		q := &e.Questions[i]
		out.Questions[i] = question{
			ID: q.ID, Type: q.Type, Label: q.Label.In(string(lang)), Help: q.Help.In(string(lang)), Audience: q.Audience, Required: q.Required,
			Options: showOptions(q.Options, lang), Min: q.Min, Max: q.Max, MinLabel: q.MinLabel.In(string(lang)), MaxLabel: q.MaxLabel.In(string(lang)),
			MaxLength: q.Limit(), Target: q.Target, Section: q.Section, Sensitive: q.Sensitive,
		}
		if q.Type == library.FieldScale {
			low, high := q.Bounds()
			out.Questions[i].Min, out.Questions[i].Max = &low, &high
		}
		if q.Type == library.FieldRows {
			out.Questions[i].MaxRows = q.RowLimit()
		}
		for _, c := range q.Columns {
			out.Questions[i].Columns = append(out.Questions[i].Columns, column{
				ID: c.ID, Type: c.Type, Label: c.Label.In(string(lang)), Options: showOptions(c.Options, lang), Min: c.Min, Max: c.Max,
			})
		}
	}
	return out
}

func showOptions(options []library.Option, lang locale.Lang) []option {
	var out []option
	for _, o := range options {
		out = append(out, option{ID: o.ID, Label: o.Label.In(string(lang))})
	}
	return out
}

type listExercisesInput struct {
	Paging
	Kind string `query:"kind" enum:"exercise,instrument,agreement"`
	Goal string `query:"goal" maxLength:"60" doc:"Only what is for this goal."`
}

func (e *edge) listExercises(ctx context.Context, in *listExercisesInput) (*listOutput[exercise], error) {
	all, err := e.svc.ListExercises(ctx, reader(ctx))
	if err != nil {
		return nil, err
	}
	var chosen []care.ExerciseView
	for _, v := range all {
		if (in.Kind == "" || string(v.Kind) == in.Kind) && (in.Goal == "" || slices.Contains(v.Goals, in.Goal)) {
			chosen = append(chosen, v)
		}
	}
	part, err := cut(chosen, in.Paging, func(v care.ExerciseView) string { return v.ID })
	if err != nil {
		return nil, err
	}
	return asList(part, func(v care.ExerciseView) exercise { return showExercise(v, callOf(ctx).lang) }), nil
}

type exerciseOutput struct{ Body exercise }

func (e *edge) getExercise(ctx context.Context, in *thingInput) (*exerciseOutput, error) {
	v, err := e.svc.Exercise(ctx, reader(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	if v.Exercise == nil {
		return nil, fault.Missing()
	}
	return &exerciseOutput{Body: showExercise(v, callOf(ctx).lang)}, nil
}

type addExerciseInput struct {
	Body json.RawMessage `doc:"The exercise in the library's own form, Dutch and English side by side."`
}

type exerciseMadeOutput struct {
	Made
	Body exercise
}

func (e *edge) addExercise(ctx context.Context, in *addExerciseInput) (*exerciseMadeOutput, error) {
	v, err := e.svc.AddExercise(ctx, reader(ctx), in.Body)
	if err != nil {
		return nil, err
	}
	return &exerciseMadeOutput{Made: madeAt("exercises", v.ID), Body: showExercise(v, callOf(ctx).lang)}, nil
}

func (e *edge) listProgrammes(ctx context.Context, in *listInput) (*listOutput[care.ProgrammeInfo], error) {
	all, err := e.svc.ListProgrammes(ctx, reader(ctx))
	if err != nil {
		return nil, err
	}
	part, err := cut(all, in.Paging, func(p care.ProgrammeInfo) string { return p.ID })
	if err != nil {
		return nil, err
	}
	return asList(part, same[care.ProgrammeInfo]), nil
}
