package api

import (
	"context"
	"encoding/json"

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

	Card      bool           `json:"card,omitempty" doc:"Read by the therapist; it cannot be assigned."`
	BelongsTo string         `json:"belongs_to,omitempty" doc:"The exercise this is a part or a variant of."`
	Part      string         `json:"part,omitempty" doc:"The short name of this part."`
	Risks     []library.Risk `json:"risks,omitempty" doc:"Why it cannot be given while a safety hold stands."`
	FollowUp  []string       `json:"follow_up,omitempty" doc:"Exercises that naturally come next."`
	Favourite bool           `json:"favourite" doc:"Kept at hand by the reader; told in lists."`
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
		Card: e.Card, BelongsTo: e.BelongsTo, Part: in(e.Part), Risks: e.Risks, FollowUp: e.FollowUp,
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
	Q          string `query:"q" maxLength:"200" doc:"Words, in Dutch or English: stems, compounds and slips of the hand are understood. The best comes first."`
	Kind       string `query:"kind" enum:"exercise,instrument,agreement,card"`
	Goal       string `query:"goal" maxLength:"60" doc:"Only what is for this goal."`
	Phase      string `query:"phase" maxLength:"60" doc:"Only what fits this phase of a therapy."`
	Who        string `query:"who" enum:"each,both,one_for_other"`
	MaxMinutes int    `query:"max_minutes" minimum:"1" maximum:"240" doc:"Only what takes no longer."`
	Audience   string `query:"audience" enum:"me,therapist,in_session,reveal,both" doc:"Only what has a question with this audience."`
	Risk       string `query:"risk" enum:"none,joint,transparency,phone,intimacy,disclosure,self_blame" doc:"Only what has this risk; none is what can be given while a safety hold stands."`
	Favourite  bool   `query:"favourite" doc:"Only what I keep at hand."`
}

func (in *listExercisesInput) filter() care.ExerciseFilter {
	f := care.ExerciseFilter{
		Query: in.Q, Kind: in.Kind, Goal: in.Goal, Phase: in.Phase, Who: in.Who, MaxMinutes: in.MaxMinutes, Audience: in.Audience, Safety: in.Risk,
	}
	if in.Risk == "none" {
		f.Safety = care.MayBeHeld
	}
	if in.Favourite {
		f.Mark = "favourite"
	}
	return f
}

func (e *edge) listExercises(ctx context.Context, in *listExercisesInput) (*listOutput[exercise], error) {
	found, err := e.svc.FindExercises(ctx, reader(ctx), in.filter())
	if err != nil {
		return nil, err
	}
	part, err := cut(found.List, in.Paging, func(v care.FoundExercise) string { return v.ID })
	if err != nil {
		return nil, err
	}
	return asList(part, func(v care.FoundExercise) exercise {
		out := showExercise(v.ExerciseView, callOf(ctx).lang)
		out.Favourite = v.Favourite
		return out
	}), nil
}

func (e *edge) favouriteExercise(ctx context.Context, in *thingInput) (*nothing, error) {
	return nil, e.svc.FavouriteExercise(ctx, reader(ctx), in.ID)
}

func (e *edge) unfavouriteExercise(ctx context.Context, in *thingInput) (*nothing, error) {
	return nil, e.svc.UnfavouriteExercise(ctx, reader(ctx), in.ID)
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
