package care

import (
	"context"
	"errors"
	"path"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// ImportExerciseInput is an exercise as YAML, in the library's own form.
type ImportExerciseInput struct {
	File string `json:"file,omitempty" maxLength:"200" doc:"The name to tell problems by."`
	YAML string `json:"yaml" maxLength:"200000" doc:"The exercise, as GET /exercises/{id}/yaml gives it."`
}

// name is what problems are told by: the last part of the file's name, or that it was pasted.
func (in ImportExerciseInput) name(actor Actor) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, path.Base(strings.ReplaceAll(strings.TrimSpace(in.File), `\`, "/")))
	if name == "" || name == "." || name == "/" {
		return actor.L().T("builder.import.pasted")
	}
	if long := []rune(name); len(long) > 80 {
		name = string(long[:80])
	}
	return name
}

// ImportExercise makes an own exercise, private and a draft, from YAML. When anything is wrong with it, nothing is made and
// everything that is wrong is told. Faults: invalid, a field "yaml" for each problem with the arguments File, Line, Place
// and What; forbidden.
func (s *Service) ImportExercise(ctx context.Context, actor Actor, in ImportExerciseInput) (OwnExerciseView, error) {
	if err := mayUseLibrary(actor).fault(); err != nil {
		return OwnExerciseView{}, err
	}
	if strings.TrimSpace(in.YAML) == "" {
		return OwnExerciseView{}, fault.Fieldf("yaml", "builder.import.empty", nil)
	}
	if len(in.YAML) > maxDefinition {
		return OwnExerciseView{}, fault.Fieldf("yaml", "error.field.too_long", map[string]any{"Max": maxDefinition})
	}
	e, err := parseImported(in.name(actor), in.YAML)
	if err != nil {
		return OwnExerciseView{}, yamlFault(actor, err)
	}
	return s.addOwn(ctx, actor, e, ownOrigin{languages: languagesOf(e, string(actor.Locale)), verb: "import"})
}

// parseImported reads an exercise of any kind of file. Its id and version are given here, so that they may be left out;
// they are put at the end, where they move no line.
func parseImported(name, text string) (*library.Exercise, error) {
	e, err := library.ParseOwn(name, []byte(text))
	var found library.Problems
	if !errors.As(err, &found) {
		return e, err
	}
	given := ""
	for _, p := range found {
		if p.Place == "" && p.Key == "library.problem.missing" && (p.Args["Name"] == "id" || p.Args["Name"] == "version") {
			given += "\n" + map[any]string{"id": "id: imported", "version": "version: 1"}[p.Args["Name"]]
		}
	}
	if given == "" {
		return nil, err
	}
	again, err := library.ParseOwn(name, []byte(strings.TrimRight(text, " \n\r\t")+given+"\n"))
	var other library.Problems
	if errors.As(err, &other) && len(other) > 0 && other[0].Key == "library.problem.yaml" {
		return nil, found // Not every way of writing YAML takes a line at its end.
	}
	return again, err
}

// yamlFault tells every problem of a file in the reader's language.
func yamlFault(actor Actor, err error) error {
	var found library.Problems
	if !errors.As(err, &found) {
		return fault.Fieldf("yaml", "error.field.definition", nil)
	}
	out := &fault.Error{Code: fault.Invalid, Key: "builder.import.wrong"}
	for _, p := range found {
		key := "builder.import.line"
		if p.Place == "" {
			key = "builder.import.whole"
		}
		out.Fields = append(out.Fields, fault.Field{Location: "yaml", Key: key, Args: map[string]any{"File": p.File, "Line": p.Line, "Place": p.Place, "What": p.In(actor.Locale)}})
	}
	return out
}

// ExportedExercise is an exercise as a file.
type ExportedExercise struct {
	Name string // of the file.
	YAML []byte
}

// ExportExercise gives an exercise as YAML, in the form of the library's own files: one of the library, or an own one in
// the version published last, or as it is being made when it was never published. Faults: not_found, forbidden.
func (s *Service) ExportExercise(ctx context.Context, actor Actor, id string) (ExportedExercise, error) {
	view, err := s.Exercise(ctx, actor, id)
	e := view.Exercise
	if ownID, isOwn := uuid.Parse(id); fault.Is(err, fault.NotFound) && isOwn == nil {
		draft, failed := s.OwnExercise(ctx, actor, ownID)
		if failed != nil {
			return ExportedExercise{}, err
		}
		e, err = draft.Written(), nil
	}
	if err != nil {
		return ExportedExercise{}, err
	}
	out := ExportedExercise{Name: fileName(e, id)}
	if out.YAML, err = library.ToYAML(e); err != nil {
		return out, err
	}
	return out, s.inPractice(ctx, actor, func(t *txn) error {
		exported := act{verb: "export", object: "exercise"}
		if ownID, failed := uuid.Parse(id); failed == nil {
			exported.objectID = ownID
		}
		t.note(exported)
		return nil
	})
}

// fileName is the library's id, or an own exercise's title in letters that every system takes.
func fileName(e *library.Exercise, id string) string {
	if _, err := uuid.Parse(id); err != nil {
		return id + ".yaml"
	}
	words := strings.FieldsFunc(strings.ToLower(e.Title.In("nl")), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	name := strings.Join(words, "-")
	if len(name) > 60 {
		name = strings.TrimRight(name[:60], "-")
	}
	if name == "" {
		name = string(models.OwnDraft)
	}
	return name + ".yaml"
}
