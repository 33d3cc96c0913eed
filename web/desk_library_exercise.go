package web

import (
	"slices"
	"strconv"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

var (
	deskExercisePage = page("desk/exercise")
	deskPreviewPage  = page("desk/preview")
)

// ExercisePage is one exercise with everything a therapist wants to know before giving it.
type ExercisePage struct {
	D        care.ExerciseDetail
	Exercise *library.Exercise
	Lang     string
	Readers  []ReaderLine
	Flags    []FlagLine
	Variants []any // the exercise itself and its parts, each a link.
	Terms    []TermView
	Couples  []Choice
	Couple   string // the couple one came from.
	Line     *CoupleLine
	Here     string
	Suggests []SuggestLine
}

// ReaderLine is one audience with the questions it holds for.
type ReaderLine struct {
	Audience  string
	Questions []*library.Question
	Type      library.FieldType // of all of them, when they have one and the same.
}

// FlagLine says in words which answer asks for what.
type FlagLine struct {
	Question, When string
	library.Flag
}

// SuggestLine is an item whose low score leads to an exercise.
type SuggestLine struct {
	Item     string
	Exercise *library.Exercise
}

// deskExercise shows an exercise in full, with the way to assign it.
func (s *Site) deskExercise(r *Request) error {
	coupleID, line, err := s.coupleOfQuery(r)
	if err != nil {
		return err
	}
	version := 0
	if v := r.Query("version"); v != "" {
		if version, err = strconv.Atoi(v); err != nil || version < 1 {
			return fault.Missing()
		}
	}
	d, err := s.care.ExerciseDetail(r.Context(), r.Actor, r.Params("exercise"), version, coupleID)
	if err != nil {
		return err
	}
	lang := string(r.L.Lang)
	data := ExercisePage{D: d, Exercise: d.Exercise, Lang: lang, Line: line, Here: r.with("", ""), Readers: readers(d.Exercise)}
	data.variants(r)
	for _, f := range d.Flags {
		data.Flags = append(data.Flags, flagLine(r, d.Exercise, f))
	}
	for _, name := range d.Terms {
		data.Terms = append(data.Terms, termView(s.care.Library, name, lang))
	}
	for i := range d.Questions {
		if e, ok := s.care.Library.Exercise(d.Questions[i].Suggests); ok {
			data.Suggests = append(data.Suggests, SuggestLine{Item: d.Questions[i].Label.In(lang), Exercise: e})
		}
	}
	if line != nil {
		data.Couple = coupleID.String()
	}
	if !d.Card && !d.Archived && !d.Outdated {
		if data.Couples, err = s.coupleChoices(r); err != nil {
			return err
		}
	}
	return r.deskShow(deskExercisePage, "desk.exercise.page", data, r.crumb("web.desk.library", "/desk/library"), Crumb{Text: d.Title.In(lang)})
}

// coupleChoices are the couples that homework can be given to.
func (s *Site) coupleChoices(r *Request) ([]Choice, error) {
	couples, err := s.care.ListCouples(r.Context(), r.Actor, "", care.Page{Limit: 100})
	if err != nil {
		return nil, err
	}
	var out []Choice
	for _, c := range couples.Data {
		if c.Status != "closed" {
			out = append(out, Choice{Value: c.ID.String(), Label: c.Name})
		}
	}
	return out, nil
}

// variants are the whole exercise and its parts, from whichever of them one looks.
func (d *ExercisePage) variants(r *Request) {
	if len(d.D.Parts) == 0 {
		return
	}
	link := func(e *library.Exercise, name string) {
		address := "/desk/library/" + e.ID
		if d.Couple != "" {
			address += "?" + query("couple", d.Couple)
		}
		d.Variants = append(d.Variants, []any{address, name, e.ID == d.Exercise.ID})
	}
	whole := d.Exercise
	if d.D.Parent != nil {
		whole = d.D.Parent
	}
	link(whole, whole.Title.In(d.Lang))
	for _, part := range d.D.Parts {
		name := part.Part.In(d.Lang)
		if name == "" {
			name = part.Title.In(d.Lang)
		}
		link(part, name)
	}
}

// readers groups an exercise's questions by who reads them, widest first.
func readers(e *library.Exercise) []ReaderLine {
	var out []ReaderLine
	for _, a := range slices.Backward(library.Audiences) {
		line := ReaderLine{Audience: string(a)}
		for i := range e.Questions {
			if e.Questions[i].Audience == a {
				line.Questions = append(line.Questions, &e.Questions[i])
			}
		}
		if len(line.Questions) == 0 {
			continue
		}
		if first := line.Questions[0].Type; len(line.Questions) > 2 && !slices.ContainsFunc(line.Questions, func(q *library.Question) bool { return q.Type != first }) {
			line.Type = first
		}
		out = append(out, line)
	}
	return out
}

// flagLine says a flag's condition the way one would say it aloud.
func flagLine(r *Request, e *library.Exercise, f library.Flag) FlagLine {
	lang := string(r.L.Lang)
	line := FlagLine{Flag: f, Question: r.L.T("desk.finding.flag.score")}
	option := func(id string) string {
		if q, ok := e.Question(f.Question); ok {
			for _, o := range q.Options {
				if o.ID == id {
					return o.Label.In(lang)
				}
			}
		}
		return id
	}
	if q, ok := e.Question(f.Question); ok {
		line.Question = q.Label.In(lang)
	}
	switch w := f.When; {
	case w.Option != "":
		line.When = r.L.T("desk.finding.flag.option", "Option", option(w.Option))
	case w.Missing != "":
		line.When = r.L.T("desk.finding.flag.missing", "Option", option(w.Missing))
	case w.Answer == "yes", w.Answer == "no":
		line.When = r.L.T("desk.finding.flag." + w.Answer)
	case w.AtLeast != nil:
		line.When = r.L.T("desk.finding.flag.least", "Number", r.L.Decimal(*w.AtLeast, 0))
	case w.AtMost != nil:
		line.When = r.L.T("desk.finding.flag.most", "Number", r.L.Decimal(*w.AtMost, 0))
	case w.Band != "" && e.Scoring != nil:
		if b, ok := e.Scoring.Band(w.Band); ok {
			line.When = r.L.T("desk.finding.flag.band", "Band", b.Label.In(lang))
		}
	}
	return line
}

// PreviewPage shows an exercise as a partner will see it.
type PreviewPage struct {
	Exercise  care.ExerciseView
	Lang      string
	Role      string
	HasRoles  bool
	Form      FormView
	Languages []any
	Roles     []any
	Title     string
	Page      *Page // in the partner's language.
}

// deskPreview draws the partner's own form, in either language and for either role, with nothing to send.
func (s *Site) deskPreview(r *Request) error {
	exercise, err := s.care.Exercise(r.Context(), r.Actor, r.Params("exercise"))
	if err != nil {
		return err
	}
	lang := locale.Lang(known(r.Query("lang"), string(r.L.Lang), "nl", "en"))
	role := known(r.Query("role"), "", library.RoleHurt, library.RoleRepairing)
	data := PreviewPage{Exercise: exercise, Lang: string(lang), Role: role, HasRoles: hasRoles(exercise.Exercise), Title: exercise.Title.In(string(r.L.Lang))}
	theirs := r.Page("desk.preview.title", nil)
	theirs.L, theirs.Lang, theirs.Flash = locale.For(lang), lang, ""
	data.Page = theirs
	data.Form = NewForm(exercise.ForRole(role), FormOptions{Page: theirs, Preview: true})
	for _, l := range languageChoices() {
		data.Languages = append(data.Languages, []any{r.with("lang", l.Value), l.Label, l.Value == string(lang)})
	}
	for _, code := range []string{"", library.RoleHurt, library.RoleRepairing} {
		label := r.L.T("desk.preview.role." + known(code, "all", library.RoleHurt, library.RoleRepairing))
		data.Roles = append(data.Roles, []any{r.with("role", code), label, code == role})
	}
	return r.deskShow(deskPreviewPage, "desk.preview.title", data,
		r.crumb("web.desk.library", "/desk/library"), Crumb{Text: data.Title, URL: "/desk/library/" + exercise.ID}, r.crumb("desk.preview.title", ""))
}

// hasRoles tells whether the two partners get different questions.
func hasRoles(e *library.Exercise) bool {
	return slices.ContainsFunc(e.Questions, func(q library.Question) bool { return q.Role != "" })
}
