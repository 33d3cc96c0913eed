package web

import (
	"net/url"
	"slices"
	"strings"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

var (
	deskLibraryPage  = page("desk/library")
	deskExercisePage = page("desk/exercise")
	deskPreviewPage  = page("desk/preview")
)

// LibraryPage is the list of exercises with its filters.
type LibraryPage struct {
	List                      []care.ExerciseView
	Total                     int
	Query, Kind, Who, Goal    string
	Audience                  string
	Kinds, Whos, Goals, Reads []Choice
}

var exerciseGoals = []string{"communication", "connection", "trust", "conflict", "honesty", "intimacy", "self", "future", "safety", "repair"}

// exercises reads the exercises and keeps those that the filters of the address let through.
func (s *Site) exercises(r *Request) (LibraryPage, error) {
	d := LibraryPage{Query: r.Query("q"), Kind: r.Query("kind"), Who: r.Query("who"), Goal: r.Query("goal"), Audience: r.Query("audience")}
	all := []Choice{{Label: r.L.T("desk.library.all")}}
	d.Kinds = append(slices.Clone(all), r.choices("desk.exercise.kind", "exercise", "instrument", "agreement")...)
	d.Whos = append(slices.Clone(all), r.choices("desk.exercise.who", "each", "both", "one_for_other")...)
	d.Goals = append(slices.Clone(all), r.choices("desk.exercise.goal", exerciseGoals...)...)
	d.Reads = append(slices.Clone(all), r.choices("desk.audience", "me", "therapist", "in_session", "reveal", "both")...)
	list, err := s.care.ListExercises(r.Context(), r.Actor)
	if err != nil {
		return d, err
	}
	d.Total = len(list)
	for _, e := range list {
		if d.keeps(e) {
			d.List = append(d.List, e)
		}
	}
	return d, nil
}

// keeps tells whether an exercise passes the filters. Words are looked for in both languages: people remember an exercise
// by the name they first met.
func (d LibraryPage) keeps(e care.ExerciseView) bool {
	if d.Kind != "" && string(e.Kind) != d.Kind || d.Who != "" && string(e.Who) != d.Who || d.Goal != "" && !slices.Contains(e.Goals, d.Goal) {
		return false
	}
	if d.Audience != "" && !slices.ContainsFunc(e.Questions, func(q library.Question) bool { return string(q.Audience) == d.Audience }) {
		return false
	}
	text := strings.ToLower(strings.Join([]string{e.Title.NL, e.Title.EN, e.Summary.NL, e.Summary.EN, e.ID}, " "))
	for _, word := range strings.Fields(strings.ToLower(d.Query)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// Filtered tells that not everything is shown.
func (d LibraryPage) Filtered() bool { return d.Query+d.Kind+d.Who+d.Goal+d.Audience != "" }

// deskLibrary lists the exercises.
func (s *Site) deskLibrary(r *Request) error {
	data, err := s.exercises(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskLibraryPage, "web.desk.library", data)
}

// ExercisePage is one exercise in full.
type ExercisePage struct {
	Exercise care.ExerciseView
	Lang     string
	Readers  []ReaderLine
	Couples  []Choice
	Couple   string // the couple one came from.
}

// ReaderLine is one audience with the questions it holds for.
type ReaderLine struct {
	Audience string
	Labels   []string
}

// deskExercise shows an exercise in full, with the way to assign it.
func (s *Site) deskExercise(r *Request) error {
	exercise, err := s.care.Exercise(r.Context(), r.Actor, r.Params("exercise"))
	if err != nil {
		return err
	}
	couples, err := s.care.ListCouples(r.Context(), r.Actor, "", care.Page{Limit: 100})
	if err != nil {
		return err
	}
	data := ExercisePage{Exercise: exercise, Lang: string(r.L.Lang), Couple: r.Query("couple"), Readers: readers(exercise.Exercise, string(r.L.Lang))}
	for _, c := range couples.Data {
		if c.Status != "closed" {
			data.Couples = append(data.Couples, Choice{Value: c.ID.String(), Label: c.Name})
		}
	}
	return r.deskShow(deskExercisePage, "desk.exercise.page", data, r.crumb("web.desk.library", "/desk/library"), Crumb{Text: exercise.Title.In(data.Lang)})
}

// readers groups an exercise's questions by who reads them, widest first.
func readers(e *library.Exercise, lang string) []ReaderLine {
	var out []ReaderLine
	for k := len(library.Audiences) - 1; k >= 0; k-- {
		line := ReaderLine{Audience: string(library.Audiences[k])}
		for i := range e.Questions {
			if e.Questions[i].Audience == library.Audiences[k] {
				line.Labels = append(line.Labels, e.Questions[i].Label.In(lang))
			}
		}
		if len(line.Labels) > 0 {
			out = append(out, line)
		}
	}
	return out
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

// query makes the query part of an address from names and values in turn.
func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q.Encode()
}
