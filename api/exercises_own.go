package api

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

// yamlType is the media type of YAML (RFC 9512).
const yamlType = "application/yaml"

// ownExercise is an exercise of the practice's own while it is made: its standing, and the definition being edited.
type ownExercise struct {
	care.OwnExerciseView
	Missing    []missing       `json:"missing" doc:"What keeps it from being published."`
	Definition json.RawMessage `json:"definition" doc:"What is being edited, in the library's own form; parts may be missing."`
}

// missing is one part that is not there yet.
type missing struct {
	Location string `json:"location" doc:"Where in the definition, such as questions.2.label.nl."`
	Message  string `json:"message" doc:"What to do about it, in the reader's language."`
}

type ownExerciseOutput struct {
	Tag
	Body ownExercise
}

func (e *edge) showOwn(ctx context.Context, v care.OwnExerciseView) (*ownExerciseOutput, error) {
	raw, err := json.Marshal(v.Draft)
	if err != nil {
		return nil, err
	}
	out := &ownExerciseOutput{Tag: tagged(v.Version), Body: ownExercise{OwnExerciseView: v, Missing: []missing{}, Definition: raw}}
	for _, f := range v.Missing {
		out.Body.Missing = append(out.Body.Missing, missing{f.Location, callOf(ctx).t(f.Key, f.Args)})
	}
	return out, nil
}

func (e *edge) ownVersion(ctx context.Context, id uuid.UUID) func() (int, error) {
	return func() (int, error) {
		v, err := e.svc.OwnExercise(ctx, reader(ctx), id)
		return v.Version, err
	}
}

// ownID reads the id of an own exercise. An exercise of the library is nobody's to change: forbidden.
func (e *edge) ownID(ctx context.Context, raw string) (uuid.UUID, error) {
	id, err := pathID(raw)
	if err != nil {
		if v, found := e.svc.Exercise(ctx, reader(ctx), raw); found == nil && !v.Own {
			return id, fault.New(fault.Forbidden, "")
		}
	}
	return id, err
}

func (e *edge) getExerciseDraft(ctx context.Context, in *thingInput) (*ownExerciseOutput, error) {
	id, err := e.ownID(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.OwnExercise(ctx, reader(ctx), id)
	if err != nil {
		return nil, err
	}
	return e.showOwn(ctx, v)
}

type changeExerciseInput struct {
	Thing
	Match
	Languages string          `query:"languages" enum:"nl,en,both" doc:"The languages it is written in; as it was when left out."`
	Body      json.RawMessage `doc:"The whole definition, in the library's own form. Parts may be missing until it is published."`
}

func (e *edge) changeExercise(ctx context.Context, in *changeExerciseInput) (*ownExerciseOutput, error) {
	id, version, err := e.ownMatch(ctx, in.ID, in.Match)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.ChangeOwnExercise(ctx, reader(ctx), id, care.ChangeOwnExerciseInput{Definition: in.Body, Languages: in.Languages, Version: version})
	if err != nil {
		return nil, err
	}
	return e.showOwn(ctx, v)
}

// ownMatch reads which own exercise is changed, and from which version.
func (e *edge) ownMatch(ctx context.Context, raw string, m Match) (uuid.UUID, int, error) {
	id, err := e.ownID(ctx, raw)
	if err != nil {
		return id, 0, err
	}
	version, err := m.needed(ctx, e.ownVersion(ctx, id))
	return id, version, err
}

type shareExerciseInput struct {
	Thing
	Match
	Body shareExerciseBody
}

type shareExerciseBody struct {
	Shared bool `json:"shared" doc:"For the whole practice, or for its maker alone."`
}

func (e *edge) shareExercise(ctx context.Context, in *shareExerciseInput) (*ownExerciseOutput, error) {
	id, version, err := e.ownMatch(ctx, in.ID, in.Match)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.ShareExercise(ctx, reader(ctx), id, in.Body.Shared, version)
	if err != nil {
		return nil, err
	}
	return e.showOwn(ctx, v)
}

type publishExerciseInput struct {
	Thing
	Match
	Body *care.PublishExerciseInput
}

func (e *edge) publishExercise(ctx context.Context, in *publishExerciseInput) (*ownExerciseOutput, error) {
	id, version, err := e.ownMatch(ctx, in.ID, in.Match)
	if err != nil {
		return nil, err
	}
	wish := care.PublishExerciseInput{Version: version}
	if in.Body != nil {
		wish.Shared = in.Body.Shared
	}
	v, err := e.svc.PublishExercise(ctx, reader(ctx), id, wish)
	if err != nil {
		return nil, err
	}
	return e.showOwn(ctx, v)
}

func (e *edge) archiveExercise(ctx context.Context, in *matchedInput) (*ownExerciseOutput, error) {
	id, version, err := e.ownMatch(ctx, in.ID, in.Match)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.ArchiveExercise(ctx, reader(ctx), id, version)
	if err != nil {
		return nil, err
	}
	return e.showOwn(ctx, v)
}

func (e *edge) restoreExercise(ctx context.Context, in *matchedInput) (*ownExerciseOutput, error) {
	id, version, err := e.ownMatch(ctx, in.ID, in.Match)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.RestoreExercise(ctx, reader(ctx), id, version)
	if err != nil {
		return nil, err
	}
	return e.showOwn(ctx, v)
}

type ownExerciseMadeOutput struct {
	Tag
	Made
	Body ownExercise
}

func (e *edge) made(ctx context.Context, v care.OwnExerciseView, err error) (*ownExerciseMadeOutput, error) {
	if err != nil {
		return nil, err
	}
	out, err := e.showOwn(ctx, v)
	if err != nil {
		return nil, err
	}
	return &ownExerciseMadeOutput{out.Tag, madeAt("exercises", v.ID.String(), "draft"), out.Body}, nil
}

func (e *edge) copyExercise(ctx context.Context, in *thingInput) (*ownExerciseMadeOutput, error) {
	v, err := e.svc.CopyExercise(ctx, reader(ctx), in.ID)
	return e.made(ctx, v, err)
}

type importExerciseInput struct{ Body care.ImportExerciseInput }

func (e *edge) importExercise(ctx context.Context, in *importExerciseInput) (*ownExerciseMadeOutput, error) {
	v, err := e.svc.ImportExercise(ctx, reader(ctx), in.Body)
	return e.made(ctx, v, err)
}

type yamlOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

// getExerciseYAML gives an exercise as a file that can be read in again, here or in another practice.
func (e *edge) getExerciseYAML(ctx context.Context, in *thingInput) (*yamlOutput, error) {
	file, err := e.svc.ExportExercise(ctx, reader(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &yamlOutput{ContentType: yamlType, ContentDisposition: `attachment; filename="` + file.Name + `"`, Body: file.YAML}, nil
}

type listOwnExercisesInput struct{ Paging }

func (e *edge) listOwnExercises(ctx context.Context, in *listOwnExercisesInput) (*listOutput[ownSummary], error) {
	all, err := e.svc.OwnExercises(ctx, reader(ctx))
	if err != nil {
		return nil, err
	}
	part, err := cut(all, in.Paging, func(v care.OwnExerciseView) string { return v.ID.String() })
	if err != nil {
		return nil, err
	}
	return asList(part, func(v care.OwnExerciseView) ownSummary {
		return ownSummary{v, v.Draft.Title.In(string(callOf(ctx).lang))}
	}), nil
}

// ownSummary is an own exercise in a list.
type ownSummary struct {
	care.OwnExerciseView
	Title string `json:"title"`
}
