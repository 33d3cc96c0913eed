package care

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// OwnExerciseView is an exercise of the practice's own as who makes it sees it.
type OwnExerciseView struct {
	ID               uuid.UUID        `json:"id"`
	Status           models.OwnStatus `json:"status"`
	Shared           bool             `json:"shared"`            // for the whole practice.
	Changed          bool             `json:"changed"`           // the draft is not what was published last.
	PublishedVersion int              `json:"published_version"` // 0: never published.
	Languages        string           `json:"languages"`         // nl, en or both.
	CopiedFrom       string           `json:"copied_from,omitempty"`
	Maker            *uuid.UUID       `json:"maker,omitempty"`
	MakerName        string           `json:"maker_name,omitempty"`
	Version          int              `json:"version"`
	CreatedAt        time.Time        `json:"created_at"`
	UpdatedAt        time.Time        `json:"updated_at"`

	Mine      bool              `json:"-"`
	MayChange bool              `json:"-"`
	Draft     *library.Exercise `json:"-"` // to who may not change it: the version that was published last.
	// Missing is what keeps the draft from being published, each at its place in the definition, such as
	// "questions.2.label.nl". A list leaves it out.
	Missing []fault.Field `json:"-"`
}

// Ready tells that the draft can be published: something changed and nothing is missing.
func (v OwnExerciseView) Ready() bool {
	return v.Changed && len(v.Missing) == 0 && v.Status != models.OwnArchived
}

// Main is the language that the exercise is written in first.
func (v OwnExerciseView) Main() string { return mainLanguage(v.Languages) }

// Written is the draft in the languages it is written in, as it would be published: words in another language, such as
// those of the exercise it was copied from, are left out.
func (v OwnExerciseView) Written() *library.Exercise { return inLanguages(v.Draft, v.Languages) }

// MayMakeExercises tells whether the actor may make exercises at all, before anything is asked. Faults: forbidden.
func (s *Service) MayMakeExercises(actor Actor) error { return mayUseLibrary(actor).fault() }

// OwnExercises lists the practice's own exercises that the actor may know of, with drafts and what is archived, the one
// that was changed last first. Faults: forbidden.
func (s *Service) OwnExercises(ctx context.Context, actor Actor) ([]OwnExerciseView, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return nil, err
	}
	out := []OwnExerciseView{}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		rows, err := models.OwnExercises(t.DB)
		if err != nil {
			return err
		}
		kept := rows[:0]
		for _, o := range rows {
			if mayReadOwn(actor, standingOnOwn(actor, o)) == allowed {
				kept = append(kept, o)
			}
		}
		out, err = t.ownViews(kept)
		return err
	})
	return out, err
}

// OwnExercise gives an own exercise to who may change it, with its draft and what is missing. Faults: not_found,
// forbidden.
func (s *Service) OwnExercise(ctx context.Context, actor Actor, id uuid.UUID) (OwnExerciseView, error) {
	var view OwnExerciseView
	if err := mayUseLibrary(actor).fault(); err != nil {
		return view, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		o, err := t.ownFor(id, false)
		if err != nil {
			return err
		}
		view, err = t.ownView(o)
		return err
	})
	return view, err
}

// ownFor loads an own exercise for its maker or the owner. With hold it is kept from others until the transaction ends.
func (t *txn) ownFor(id uuid.UUID, hold bool) (models.OwnExercise, error) {
	find := models.FindOwnExercise
	if hold {
		find = models.HoldOwnExercise
	}
	o, err := find(t.DB, id)
	if err != nil {
		return o, err
	}
	return o, mayChangeOwn(t.actor, standingOnOwn(t.actor, o)).fault()
}

// StartExerciseInput begins an own exercise from nothing.
type StartExerciseInput struct {
	Kind      library.Kind `json:"kind" form:"kind"`
	Title     string       `json:"title" form:"title"`
	Languages string       `json:"languages" form:"languages"` // nl, en or both; the title is in the first of them.
}

// StartExercise begins an own exercise: private and a draft, with the parts that its kind cannot do without. Faults:
// invalid, forbidden.
func (s *Service) StartExercise(ctx context.Context, actor Actor, in StartExerciseInput) (OwnExerciseView, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return OwnExerciseView{}, err
	}
	var c fault.Collector
	if in.Kind != library.KindExercise && in.Kind != library.KindInstrument && in.Kind != library.KindAgreement {
		c.Add("kind", "error.field.choice", nil)
	}
	if !validLanguages(in.Languages) {
		c.Add("languages", "error.field.choice", nil)
	}
	if in.Title == "" {
		c.Add("title", "builder.missing.title", nil)
	}
	if err := c.Err(); err != nil {
		return OwnExerciseView{}, err
	}
	e := emptyExercise(in.Kind, in.Languages, in.Title)
	return s.addOwn(ctx, actor, e, ownOrigin{languages: in.Languages, verb: "create"})
}

// CopyExercise makes an own exercise, private and a draft, from one of the library or of the practice. What belongs to the
// original alone (its place in the library and its source) stays behind. Faults: not_found, forbidden.
func (s *Service) CopyExercise(ctx context.Context, actor Actor, id string) (OwnExerciseView, error) {
	original, err := s.Exercise(ctx, actor, id)
	if err != nil {
		return OwnExerciseView{}, err
	}
	e := clone(original.Exercise)
	e.BelongsTo, e.Part, e.Source = "", library.Text{}, ""
	return s.addOwn(ctx, actor, e, ownOrigin{languages: languagesOf(e, string(actor.Locale)), from: id, verb: "copy"})
}

// ownOrigin says where an own exercise comes from.
type ownOrigin struct {
	languages, from, verb string
}

// addOwn makes a draft of a definition, private to the actor.
func (s *Service) addOwn(ctx context.Context, actor Actor, e *library.Exercise, from ownOrigin) (OwnExerciseView, error) {
	var view OwnExerciseView
	row := models.NewRow(actor.PracticeID)
	e.ID, e.Version = row.ID.String(), 1
	settle(e, from.languages)
	if wrong := judge(e, from.languages).wrong; len(wrong) > 0 {
		return view, &fault.Error{Code: fault.Invalid, Fields: wrong}
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return view, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		o := models.OwnExercise{
			Row: row, CreatedBy: ref(actor.ID), Status: models.OwnDraft, Changed: true, Languages: from.languages,
			Draft: models.JSON[json.RawMessage]{V: raw}, CopiedFrom: from.from, Version: 1, CreatedAt: t.now, UpdatedAt: t.now,
		}
		if err := t.Create(&o).Error; err != nil {
			return err
		}
		t.note(act{verb: from.verb, object: "exercise", objectID: o.ID})
		view, err = t.ownView(o)
		return err
	})
	return view, err
}

// ChangeOwnExerciseInput replaces the draft of an own exercise.
type ChangeOwnExerciseInput struct {
	Definition json.RawMessage // whole, in the library's own form; parts may be missing.
	Languages  string          // nl, en or both; empty leaves it.
	Version    int
	// Finish names places, such as "title" or "questions.2": what is missing there refuses the change, instead of waiting
	// until the exercise is published.
	Finish []string
}

// ChangeOwnExercise replaces the draft; what was published or given stays as it is. What follows from the rest is filled
// in: see settle. Faults: not_found, forbidden, invalid at places of the definition, stale, conflict when it is archived.
func (s *Service) ChangeOwnExercise(ctx context.Context, actor Actor, id uuid.UUID, in ChangeOwnExerciseInput) (OwnExerciseView, error) {
	var view OwnExerciseView
	if err := mayUseLibrary(actor).fault(); err != nil {
		return view, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		o, err := t.ownFor(id, true)
		if err != nil {
			return err
		}
		if in.Languages == "" {
			in.Languages = o.Languages
		}
		if o.Status == models.OwnArchived {
			return fault.New(fault.Conflict, "builder.archived")
		}
		e, err := in.read(o)
		if err != nil {
			return err
		}
		if o.Version != in.Version {
			return fault.New(fault.Stale, "")
		}
		raw, err := json.Marshal(e)
		if err != nil {
			return err
		}
		changed, err := t.differs(o, e, in.Languages)
		if err != nil {
			return err
		}
		draft := models.JSON[json.RawMessage]{V: raw}
		if err := t.changeOwn(&o, map[string]any{"draft": draft, "languages": in.Languages, "changed": changed}); err != nil {
			return err
		}
		o.Draft, o.Languages, o.Changed = draft, in.Languages, changed
		t.note(act{verb: "change", object: "exercise", objectID: o.ID})
		view, err = t.ownView(o)
		return err
	})
	return view, err
}

// read gives the definition that was sent in, settled. Faults: invalid.
func (in ChangeOwnExerciseInput) read(o models.OwnExercise) (*library.Exercise, error) {
	if !validLanguages(in.Languages) {
		return nil, fault.Fieldf("languages", "error.field.choice", nil)
	}
	e, err := readDefinition(in.Definition)
	if err != nil {
		return nil, err
	}
	e.ID, e.Version = o.ID.String(), max(o.PublishedVersion, 1)
	settle(e, in.Languages)
	found := judge(e, in.Languages)
	wrong := found.wrong
	for _, f := range found.missing {
		if under(f.Location, in.Finish) {
			wrong = append(wrong, f)
		}
	}
	if len(wrong) > 0 {
		return nil, &fault.Error{Code: fault.Invalid, Fields: wrong}
	}
	return e, nil
}

// changeOwn writes columns of an own exercise that was held.
func (t *txn) changeOwn(o *models.OwnExercise, columns map[string]any) error {
	done, err := models.ChangeOwnExercise(t.DB, o.ID, o.Version, t.now, columns)
	if err != nil {
		return err
	}
	if !done {
		return fault.New(fault.Stale, "")
	}
	o.Version, o.UpdatedAt = o.Version+1, t.now
	return nil
}

// differs tells whether a definition is another than what was published last.
func (t *txn) differs(o models.OwnExercise, e *library.Exercise, languages string) (bool, error) {
	if o.PublishedVersion == 0 {
		return true, nil
	}
	form, err := models.FormOf(t.DB, o.ID.String(), o.PublishedVersion)
	if err != nil {
		return true, err
	}
	published, err := decodeForm(form)
	if err != nil {
		return true, err
	}
	now, found := finished(e, languages)
	if len(found.wrong)+len(found.missing) > 0 {
		return true, nil
	}
	now.Version = published.Version
	return !same(now, published), nil
}

func (t *txn) ownView(o models.OwnExercise) (OwnExerciseView, error) {
	views, err := t.ownViews([]models.OwnExercise{o})
	if err != nil {
		return OwnExerciseView{}, err
	}
	v := views[0]
	settle(v.Draft, v.Languages)
	v.Missing = judge(v.Draft, v.Languages).missing
	return v, nil
}

// ownViews makes the views of own exercises, with one statement for all makers and one for what colleagues published.
func (t *txn) ownViews(rows []models.OwnExercise) ([]OwnExerciseView, error) {
	var makers []uuid.UUID
	for _, o := range rows {
		if o.CreatedBy != nil {
			makers = append(makers, *o.CreatedBy)
		}
	}
	names, err := models.RowsByID[models.Member](t.DB, makers, "practice_id", "id", "name")
	if err != nil {
		return nil, err
	}
	published := map[string]models.ExerciseForm{}
	if slices.ContainsFunc(rows, func(o models.OwnExercise) bool { return mayChangeOwn(t.actor, standingOnOwn(t.actor, o)) != allowed }) {
		forms, err := models.OwnForms(t.DB)
		if err != nil {
			return nil, err
		}
		for _, f := range forms {
			published[f.ExerciseID] = f
		}
	}
	out := make([]OwnExerciseView, 0, len(rows))
	for _, o := range rows {
		v := OwnExerciseView{
			ID: o.ID, Status: o.Status, Shared: o.Shared, Changed: o.Changed, PublishedVersion: o.PublishedVersion, Languages: o.Languages,
			CopiedFrom: o.CopiedFrom, Maker: o.CreatedBy, Version: o.Version, CreatedAt: o.CreatedAt, UpdatedAt: o.UpdatedAt,
			Mine: o.MadeBy(t.actor.ID), MayChange: mayChangeOwn(t.actor, standingOnOwn(t.actor, o)) == allowed,
		}
		if o.CreatedBy != nil {
			v.MakerName = names[*o.CreatedBy].Name
		}
		definition := o.Draft
		if !v.MayChange {
			definition = published[o.ID.String()].Definition
		}
		v.Draft = &library.Exercise{}
		if err := json.Unmarshal(definition.V, v.Draft); err != nil {
			return nil, fault.Wrap(fault.Internal, err)
		}
		out = append(out, v)
	}
	return out, nil
}
