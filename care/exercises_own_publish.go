package care

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// AddExercise adds an own exercise from its definition, complete and in the library's own form: published at once and
// there for the whole practice; its id is new. One language is enough. Faults: invalid, forbidden.
func (s *Service) AddExercise(ctx context.Context, actor Actor, definition json.RawMessage) (ExerciseView, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return ExerciseView{}, err
	}
	var given map[string]any
	if len(definition) > maxDefinition {
		return ExerciseView{}, fault.Fieldf("definition", "error.field.too_long", map[string]any{"Max": maxDefinition})
	}
	if err := json.Unmarshal(definition, &given); err != nil || given == nil {
		return ExerciseView{}, fault.Fieldf("definition", "error.field.definition", nil)
	}
	row := models.NewRow(actor.PracticeID)
	given["id"], given["version"] = row.ID.String(), 1
	raw, err := json.Marshal(given)
	if err != nil {
		return ExerciseView{}, err
	}
	exercise, err := library.ParseOwn("definition", raw) // JSON is YAML: one reader, one set of rules.
	if found := judgedOf(err, languageNL); err != nil {
		return ExerciseView{}, &fault.Error{Code: fault.Invalid, Fields: append(found.wrong, found.missing...)}
	}
	if wrong := controls(exercise); len(wrong) > 0 {
		return ExerciseView{}, &fault.Error{Code: fault.Invalid, Fields: wrong}
	}
	if raw, err = json.Marshal(exercise); err != nil {
		return ExerciseView{}, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		if _, err := t.keepForm(exercise, true); err != nil {
			return err
		}
		t.note(act{verb: "create", object: "exercise", objectID: row.ID})
		return t.Create(&models.OwnExercise{
			Row: row, CreatedBy: ref(actor.ID), Status: models.OwnPublished, Shared: true, PublishedVersion: 1,
			Languages: languagesOf(exercise, string(actor.Locale)), Draft: models.JSON[json.RawMessage]{V: raw}, Version: 1, CreatedAt: t.now, UpdatedAt: t.now,
		}).Error
	})
	return ExerciseView{Exercise: exercise, Own: true}, err
}

// PublishExerciseInput says from which version of the draft, and for whom.
type PublishExerciseInput struct {
	Shared  *bool `json:"shared,omitempty" doc:"For the whole practice, or for its maker alone. As it was when left out."`
	Version int   `json:"-"`
}

// PublishExercise makes the draft the version that is given from now on. What was given or answered before keeps its own
// version. Faults: not_found, forbidden, stale, conflict when it is archived or nothing changed, invalid with everything
// that is missing, at its place in the definition.
func (s *Service) PublishExercise(ctx context.Context, actor Actor, id uuid.UUID, in PublishExerciseInput) (OwnExerciseView, error) {
	return s.onOwn(ctx, actor, id, in.Version, "publish", func(t *txn, o *models.OwnExercise, columns map[string]any) error {
		if o.Status == models.OwnArchived {
			return fault.New(fault.Conflict, "builder.archived")
		}
		if !o.Changed {
			return fault.New(fault.Conflict, "builder.unchanged")
		}
		draft := &library.Exercise{}
		if err := json.Unmarshal(o.Draft.V, draft); err != nil {
			return fault.Wrap(fault.Internal, err)
		}
		exercise, found := finished(draft, o.Languages)
		if wrong := append(found.wrong, found.missing...); len(wrong) > 0 {
			return &fault.Error{Code: fault.Invalid, Key: "builder.unfinished", Fields: wrong}
		}
		o.PublishedVersion++
		exercise.ID, exercise.Version = o.ID.String(), o.PublishedVersion
		if _, err := t.keepForm(exercise, true); err != nil {
			return err
		}
		o.Status, o.Changed = models.OwnPublished, false
		if in.Shared != nil {
			o.Shared = *in.Shared
		}
		columns["status"], columns["changed"], columns["published_version"], columns["shared"] = o.Status, false, o.PublishedVersion, o.Shared
		return nil
	})
}

// ShareExercise lets the whole practice use an own exercise, or keeps it for its maker. Where colleagues gave it, it goes
// on. Faults: not_found, forbidden, stale.
func (s *Service) ShareExercise(ctx context.Context, actor Actor, id uuid.UUID, shared bool, version int) (OwnExerciseView, error) {
	return s.onOwn(ctx, actor, id, version, "share", func(_ *txn, o *models.OwnExercise, columns map[string]any) error {
		o.Shared = shared
		columns["shared"] = shared
		return nil
	})
}

// ArchiveExercise takes an own exercise off the shelf: it is listed and given no more. What was given goes on and answers
// stay. Faults: not_found, forbidden, stale, conflict when it is archived already.
func (s *Service) ArchiveExercise(ctx context.Context, actor Actor, id uuid.UUID, version int) (OwnExerciseView, error) {
	return s.onOwn(ctx, actor, id, version, "archive", func(_ *txn, o *models.OwnExercise, columns map[string]any) error {
		if o.Status == models.OwnArchived {
			return fault.New(fault.Conflict, "builder.archived")
		}
		o.Status = models.OwnArchived
		columns["status"] = o.Status
		return nil
	})
}

// RestoreExercise brings an archived exercise back, as it was. Faults: not_found, forbidden, stale, conflict when it is not
// archived.
func (s *Service) RestoreExercise(ctx context.Context, actor Actor, id uuid.UUID, version int) (OwnExerciseView, error) {
	return s.onOwn(ctx, actor, id, version, "restore", func(_ *txn, o *models.OwnExercise, columns map[string]any) error {
		if o.Status != models.OwnArchived {
			return fault.New(fault.Conflict, "")
		}
		o.Status = o.Restored()
		columns["status"] = o.Status
		return nil
	})
}

// onOwn does one act to an own exercise that is in the version its maker or owner saw.
func (s *Service) onOwn(ctx context.Context, actor Actor, id uuid.UUID, version int, verb string, do func(*txn, *models.OwnExercise, map[string]any) error) (OwnExerciseView, error) {
	var view OwnExerciseView
	if err := mayUseLibrary(actor).fault(); err != nil {
		return view, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		o, err := t.ownFor(id, true)
		if err != nil {
			return err
		}
		if o.Version != version {
			return fault.New(fault.Stale, "")
		}
		columns := map[string]any{}
		if err := do(t, &o, columns); err != nil {
			return err
		}
		if err := t.changeOwn(&o, columns); err != nil {
			return err
		}
		t.note(act{verb: verb, object: "exercise", objectID: o.ID})
		view, err = t.ownView(o)
		return err
	})
	return view, err
}
