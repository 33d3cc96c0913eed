package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

var (
	builderReviewPage  = page("desk/builder-review")
	builderPreviewPage = page("desk/builder-preview")
)

// ReviewPage is an own exercise as a whole: what is missing, who reads what, what a partner sees, and publishing.
type ReviewPage struct {
	*Builder
	Todo    []Todo
	Readers []ReaderGroup
	Preview DraftPreview
	Shares  []Choice
	Share   string
}

// Todo is one thing that is missing, with the page and the field to mend it at.
type Todo struct{ Part, Text, URL string }

// ReaderGroup is the questions that the same people read.
type ReaderGroup struct {
	Audience string
	Labels   []string
}

// DraftPreview is the draft as one of the partners would see it.
type DraftPreview struct {
	Exercise  *library.Exercise
	Lang      string
	Languages []any
	Roles     []any
	Form      FormView
	Page      *Page // in the partner's language.
}

// theirs is the page as a partner reads it, in a language.
func (b *Builder) theirs(lang string) *Page {
	p := b.r.Page("desk.preview.title", nil)
	p.L, p.Lang, p.Flash = locale.For(locale.Lang(lang)), locale.Lang(lang), ""
	return p
}

// preview draws the draft for the language and the role that the address asks for.
func (b *Builder) preview() DraftPreview {
	r := b.r
	lang := known(r.Query("lang"), known(string(r.L.Lang), b.Main(), b.writtenIn()...), b.writtenIn()...)
	role := known(r.Query("role"), b.Role(), library.RoleHurt, library.RoleRepairing)
	e := b.Written()
	for i := range e.Questions {
		e.Questions[i] = b.worded(e.Questions[i])
	}
	e = e.ForRole(role)
	d := DraftPreview{Exercise: e, Lang: lang, Page: b.theirs(lang)}
	d.Form = NewForm(e, FormOptions{Page: d.Page, Preview: true})
	if b.Two() {
		for _, l := range languageChoices() {
			d.Languages = append(d.Languages, []any{r.with("lang", l.Value), l.Label, l.Value == lang})
		}
	}
	if slices.ContainsFunc(b.Draft.Questions, func(q library.Question) bool { return q.Role != "" }) {
		for _, code := range []string{"", library.RoleHurt, library.RoleRepairing} {
			label := r.L.T("desk.preview.role." + known(code, "all", library.RoleHurt, library.RoleRepairing))
			d.Roles = append(d.Roles, []any{r.with("role", code), label, code == role})
		}
	}
	return d
}

func (b *Builder) writtenIn() []string {
	if b.Two() {
		return []string{"nl", "en"}
	}
	return []string{b.Languages}
}

// todo lists what is missing, each with the way to it.
func (b *Builder) todo() []Todo {
	var out []Todo
	for _, f := range b.Missing {
		part := placed(f.Location)
		out = append(out, Todo{Part: b.placeName(f.Location, part), Text: b.r.L.T(f.Key, f.Args), URL: b.fieldURL(f.Location, part)})
	}
	return out
}

// placeName says in words where something is missing.
func (b *Builder) placeName(location, part string) string {
	if i, ok := questionOf(location); ok {
		return b.r.L.T("builder.question", "Number", i+1)
	}
	return b.r.L.T("builder.part." + part)
}

// fieldURL is the address of the field that a place of the definition is asked at.
func (b *Builder) fieldURL(location, part string) string {
	if i, ok := questionOf(location); ok && i < len(b.Draft.Questions) {
		_, field, _ := strings.Cut(strings.TrimPrefix(location, "questions."), ".")
		return b.Base + "/questions/" + b.Draft.Questions[i].ID + "#f-" + field
	}
	if rest, ok := strings.CutPrefix(location, "measures."); ok {
		number, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(number); err == nil && i < len(b.Draft.Measures) {
			if id, _, _ := strings.Cut(b.Draft.Measures[i].Question, "."); id != "" {
				return b.Base + "/questions/" + id + "#f-follow"
			}
			return b.Base + "/scoring#f-follow"
		}
	}
	for _, p := range builderParts {
		if p.key == part && part != "review" {
			return b.Base + p.path + "#f-" + strings.TrimPrefix(location, "scoring.")
		}
	}
	return b.Base + "/questions" // A signature that an agreement lacks, and what else no field asks for.
}

// readersOf groups the questions of the draft by who reads them, the narrowest first.
func (b *Builder) readersOf() []ReaderGroup {
	var out []ReaderGroup
	for _, a := range library.Audiences {
		g := ReaderGroup{Audience: string(a)}
		for _, q := range b.Draft.Questions {
			if q.Audience == a {
				label := b.worded(q).Label
				g.Labels = append(g.Labels, label.In(string(b.r.L.Lang)))
			}
		}
		if len(g.Labels) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func (b *Builder) review() ReviewPage {
	d := ReviewPage{Builder: b, Todo: b.todo(), Readers: b.readersOf(), Preview: b.preview(), Shares: b.r.hinted("builder.share", "private", "practice"), Share: "private"}
	if b.Shared {
		d.Share = "practice"
	}
	return d
}

// deskBuilderReview shows an own exercise as a whole.
func (s *Site) deskBuilderReview(r *Request) error {
	b, err := s.builder(r, "review")
	if err != nil {
		return err
	}
	return b.r.deskShow(builderReviewPage, "builder.part.review", b.review(), b.crumbs()...)
}

// deskBuilderPreview shows the draft alone, as a partner would see it.
func (s *Site) deskBuilderPreview(r *Request) error {
	b, err := s.builder(r, "preview")
	if err != nil {
		return err
	}
	return r.deskShow(builderPreviewPage, "desk.preview.title", b.review(), b.crumbs(r.crumb("desk.preview.title", ""))...)
}

// deskPublishExercise publishes the draft. What is missing is told on the page, each with the way to its field.
func (s *Site) deskPublishExercise(r *Request) error {
	b, err := s.builder(r, "review")
	if err != nil {
		return err
	}
	in := care.PublishExerciseInput{Version: r.version()}
	if share := r.Typed("share"); share != "" {
		shared := share == "practice"
		in.Shared = &shared
	}
	if _, err = s.care.PublishExercise(r.Context(), r.Actor, b.ID, in); err == nil {
		return r.Go(b.Base, "builder.flash.published")
	}
	b.Stale = fault.Is(err, fault.Stale)
	d := b.review()
	if in.Shared != nil {
		d.Share = r.Typed("share")
	}
	if f := fault.From(err); f.Code == fault.Invalid { // The list on the page is the summary: it leads further than this page.
		err = &fault.Error{Code: fault.Invalid, Key: f.MessageKey()}
	}
	return b.again(err, builderReviewPage, d)
}

// deskShareExercise shares an own exercise with the practice, or keeps it to its maker.
func (s *Site) deskShareExercise(r *Request) error {
	shared := r.Typed("share") == "practice"
	flash := "builder.flash.private"
	if shared {
		flash = "builder.flash.shared"
	}
	return r.onOwn(func(id uuid.UUID, version int) error {
		_, err := s.care.ShareExercise(r.Context(), r.Actor, id, shared, version)
		return err
	}, flash)
}

// deskArchiveExercise brings an own exercise to the archive.
func (s *Site) deskArchiveExercise(r *Request) error {
	return r.onOwn(func(id uuid.UUID, version int) error {
		_, err := s.care.ArchiveExercise(r.Context(), r.Actor, id, version)
		return err
	}, "builder.flash.archived")
}

// deskRestoreExercise brings it back.
func (s *Site) deskRestoreExercise(r *Request) error {
	return r.onOwn(func(id uuid.UUID, version int) error {
		_, err := s.care.RestoreExercise(r.Context(), r.Actor, id, version)
		return err
	}, "builder.flash.restored")
}
