package web

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

var (
	builderOwnPage    = page("desk/builder-own")
	builderNewPage    = page("desk/builder-new")
	builderImportPage = page("desk/builder-import")
)

// OwnExercisesPage lists the practice's own exercises: what one is making, what there is, and the archive.
type OwnExercisesPage struct {
	Groups []OwnGroup
}

// OwnGroup is some own exercises under one heading.
type OwnGroup struct {
	Key  string
	List []care.OwnExerciseView
}

// deskOwnExercises lists the practice's own exercises.
func (s *Site) deskOwnExercises(r *Request) error {
	list, err := s.care.OwnExercises(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	groups := []OwnGroup{{Key: "making"}, {Key: "mine"}, {Key: "shared"}, {Key: "archive"}}
	for _, v := range list {
		at := 2
		switch {
		case v.Status == models.OwnArchived:
			at = 3
		case v.MayChange && v.Changed:
			at = 0
		case v.Mine:
			at = 1
		}
		groups[at].List = append(groups[at].List, v)
	}
	data := OwnExercisesPage{}
	for _, g := range groups {
		if len(g.List) > 0 {
			data.Groups = append(data.Groups, g)
		}
	}
	return r.deskShow(builderOwnPage, "builder.own", data, r.crumb("web.desk.library", "/desk/library"), r.crumb("builder.own", ""))
}

// NewExercisePage asks how an own exercise begins.
type NewExercisePage struct {
	In        care.StartExerciseInput
	Kinds     []Choice
	Languages []Choice
}

func (r *Request) newExercise(in care.StartExerciseInput) NewExercisePage {
	return NewExercisePage{In: in, Kinds: r.hinted("builder.kind", "exercise", "instrument", "agreement"), Languages: r.builderLanguages()}
}

// builderLanguages are the languages an own exercise can be written in, the reader's own first.
func (r *Request) builderLanguages() []Choice {
	codes := []string{"nl", "en", "both"}
	if r.L.Lang == "en" {
		codes = []string{"en", "nl", "both"}
	}
	return r.choices("builder.languages", codes...)
}

// hinted turns codes into options that explain themselves.
func (r *Request) hinted(key string, codes ...string) []Choice {
	out := r.choices(key, codes...)
	for i := range out {
		out[i].Hint = r.L.T(key + "." + out[i].Value + ".hint")
	}
	return out
}

// orNone puts the choice of none of them before the others.
func (r *Request) orNone(key string, codes ...string) []Choice {
	return append([]Choice{{Label: r.L.T(key + ".none")}}, r.choices(key, codes...)...)
}

func (r *Request) ownCrumbs(last string) []Crumb {
	return []Crumb{r.crumb("web.desk.library", "/desk/library"), r.crumb("builder.own", ownBase), r.crumb(last, "")}
}

// deskNewExercise asks for kind, title and language of a new exercise.
func (s *Site) deskNewExercise(r *Request) error {
	if err := s.care.MayMakeExercises(r.Actor); err != nil {
		return err
	}
	in := care.StartExerciseInput{Kind: library.KindExercise, Languages: string(r.L.Lang)}
	return r.deskShow(builderNewPage, "builder.new", r.newExercise(in), r.ownCrumbs("builder.new")...)
}

// deskStartExercise begins a new exercise and leads to its first part.
func (s *Site) deskStartExercise(r *Request) error {
	in := care.StartExerciseInput{Kind: library.Kind(r.Typed("kind")), Title: r.Typed("title"), Languages: r.Typed("languages")}
	v, err := s.care.StartExercise(r.Context(), r.Actor, in)
	if err != nil {
		return r.deskAgain(at(err, map[string]string{"title.nl": "title", "title.en": "title"}), builderNewPage, "builder.new", r.newExercise(in), r.ownCrumbs("builder.new")...)
	}
	return r.Go(ownBase+"/"+v.ID.String()+"/about", "")
}

// deskCopyExercise copies an exercise and leads to the copy.
func (s *Site) deskCopyExercise(r *Request) error {
	v, err := s.care.CopyExercise(r.Context(), r.Actor, r.Params("exercise"))
	if err != nil {
		return err
	}
	return r.Go(ownBase+"/"+v.ID.String()+"/about", "builder.flash.copied")
}

// ImportPage takes an exercise as YAML, and tells what is wrong with it line by line.
type ImportPage struct {
	YAML  string
	File  string
	Wrong []WrongLine
}

// WrongLine is one problem of a file with the line it is about.
type WrongLine struct {
	Line  int
	Place string
	What  string
	Text  string // the line itself, as far as it shows.
}

// deskImport asks for a file or a text.
func (s *Site) deskImport(r *Request) error {
	if err := s.care.MayMakeExercises(r.Actor); err != nil {
		return err
	}
	return r.deskShow(builderImportPage, "builder.import", ImportPage{}, r.ownCrumbs("builder.import")...)
}

// deskImportExercise reads the file, or else the text, and leads to the exercise; when anything is wrong nothing was made
// and what was pasted stands there still.
func (s *Site) deskImportExercise(r *Request) error {
	in := care.ImportExerciseInput{YAML: r.FormValue("yaml"), File: r.Typed("name")}
	if name, text, err := r.upload("file"); err != nil {
		return r.deskAgain(fault.Fieldf("file", "builder.import.unread", nil), builderImportPage, "builder.import", ImportPage{YAML: in.YAML}, r.ownCrumbs("builder.import")...)
	} else if name != "" {
		in.File, in.YAML = name, text
	}
	v, err := s.care.ImportExercise(r.Context(), r.Actor, in)
	if err == nil {
		return r.Go(ownBase+"/"+v.ID.String(), "builder.flash.imported")
	}
	data := ImportPage{YAML: in.YAML, File: in.File}
	lines := strings.Split(in.YAML, "\n")
	for _, f := range fault.From(err).Fields {
		line, _ := f.Args["Line"].(int)
		if line < 1 {
			continue
		}
		w := WrongLine{Line: line, Place: textOf(f.Args["Place"]), What: textOf(f.Args["What"])}
		if line <= len(lines) && w.Place != "" { // What is missing altogether stands on no line.
			w.Text = short(strings.TrimSpace(lines[line-1]), 120)
		}
		data.Wrong = append(data.Wrong, w)
	}
	return r.deskAgain(err, builderImportPage, "builder.import", data, r.ownCrumbs("builder.import")...)
}

// upload reads a file of the form, in which any system's text is welcome; an empty name means that none was chosen.
func (r *Request) upload(field string) (name, text string, err error) {
	header, err := r.FormFile(field)
	if err != nil || header.Size == 0 {
		return "", "", nil //nolint:nilerr // No file is no fault: the text is read then.
	}
	file, err := header.Open()
	if err != nil {
		return "", "", err
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, 1<<20))
	return header.Filename, strings.ToValidUTF8(strings.TrimPrefix(string(raw), "\ufeff"), "\ufffd"), err
}

// short cuts a text off after some letters.
func short(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

// deskExerciseYAML hands out an exercise as a file.
func (s *Site) deskExerciseYAML(r *Request) error {
	file, err := s.care.ExportExercise(r.Context(), r.Actor, r.Params("exercise"))
	if err != nil {
		return err
	}
	r.Set("Content-Type", "application/yaml; charset=utf-8")
	r.Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
	return r.Send(file.YAML)
}

func encodeDraft(e *library.Exercise) (json.RawMessage, error) { return json.Marshal(e) }

// onOwn does one act on an own exercise and comes back to it.
func (r *Request) onOwn(act func(id uuid.UUID, version int) error, flash string) error {
	id, err := r.ID("own")
	if err != nil {
		return err
	}
	err = act(id, r.version())
	if fault.Is(err, fault.Stale) || fault.Is(err, fault.Conflict) {
		flash, err = "builder.flash.stale", nil // The page itself shows how it is now.
	}
	if err != nil {
		return err
	}
	return r.Go(ownBase+"/"+id.String(), flash)
}
