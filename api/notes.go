package api

import (
	"context"
	"net/http"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

// sessionNote is the newest note of a session with those it amends, oldest first.
type sessionNote struct {
	care.NoteView
	Earlier []care.NoteView `json:"earlier" doc:"Signed notes that this one amends, oldest first."`
}

type noteOutput struct {
	Tag
	Body sessionNote
}

func (e *edge) getNote(ctx context.Context, in *thingInput) (*noteOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	all, err := e.svc.SessionNotes(ctx, reader(ctx), id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.Missing()
	}
	newest := all[len(all)-1]
	return &noteOutput{Tag: tagged(newest.Version), Body: sessionNote{NoteView: newest, Earlier: all[:len(all)-1]}}, nil
}

type writeNoteInput struct {
	Thing
	Match
	Body noteBody
}

type noteBody struct {
	Body string `json:"body" doc:"The note, as plain text."`
}

type oneNoteOutput struct {
	Tag
	Body care.NoteView
}

// writeNote takes no If-Match for a session's first note: there is nothing to overwrite. Once there is one, leaving it out
// answers 428.
func (e *edge) writeNote(ctx context.Context, in *writeNoteInput) (*oneNoteOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version := 0
	if in.IfMatch != "" {
		version, err = in.needed(ctx, func() (int, error) {
			all, err := e.svc.SessionNotes(ctx, reader(ctx), id)
			if err != nil || len(all) == 0 {
				return 0, err
			}
			return all[len(all)-1].Version, nil
		})
		if err != nil {
			return nil, err
		}
	}
	v, err := e.svc.WriteNote(ctx, reader(ctx), id, in.Body.Body, version)
	if in.IfMatch == "" && fault.Is(err, fault.Stale) {
		return nil, statusProblem(callOf(ctx), http.StatusPreconditionRequired)
	}
	return &oneNoteOutput{Tag: tagged(v.Version), Body: v}, err
}

func (e *edge) signNote(ctx context.Context, in *thingInput) (*oneNoteOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.SignNote(ctx, reader(ctx), id)
	return &oneNoteOutput{Tag: tagged(v.Version), Body: v}, err
}
