package web

import (
	"slices"
	"strings"

	"tussentijds/library"
)

var deskWordsPage = page("desk/words")

// WordsPage is the vocabulary: what therapists and exercises call things, and what helps.
type WordsPage struct {
	Query   string
	Lists   []TermListView
	Count   int
	Nearest bool
	Read    []library.Reading
}

// TermListView is one list of terms.
type TermListView struct {
	ID, Title, About string
	Terms            []TermView
}

// TermView is a term in the reader's language.
type TermView struct {
	Name, Title, Other string // list.term; and what it is called in the other language.
	Meaning, Behind    string
	AntidoteID         string
	Antidote           string
}

// At is where a term stands on its page.
func (t TermView) At() string { return "/desk/library/words#" + t.Name }

// termView puts a term into a language. A term that is not there is empty.
func termView(l *library.Library, name, lang string) TermView {
	term, ok := library.Term(name)
	if !ok {
		return TermView{}
	}
	v := TermView{Name: name, Title: term.Title.In(lang), Meaning: term.Meaning.In(lang), Behind: term.Behind.In(lang)}
	other := "en"
	if lang == "en" {
		other = "nl"
	}
	if v.Other = term.Title.In(other); strings.EqualFold(v.Other, v.Title) {
		v.Other = ""
	}
	if e, ok := l.Exercise(term.Antidote); ok {
		v.AntidoteID, v.Antidote = e.ID, e.Title.In(lang)
	}
	return v
}

// deskWords shows the vocabulary, whole or what was looked for.
func (s *Site) deskWords(r *Request) error {
	// The words are no secret, but the library as a whole is for who treats: one rule says who that is.
	if _, err := s.care.ListExercises(r.Context(), r.Actor); err != nil {
		return err
	}
	lang := string(r.L.Lang)
	data := WordsPage{Query: strings.TrimSpace(r.Query("q"))}
	var hits []string
	if data.Query != "" {
		found := library.Find(data.Query, s.care.Library.WordIndex())
		data.Nearest, data.Read = found.Nearest && len(found.Hits) > 0, found.Read
		for _, h := range found.Hits {
			hits = append(hits, h.ID)
		}
	}
	for _, list := range library.Vocabulary() {
		view := TermListView{ID: list.ID, Title: list.Title.In(lang), About: list.About.In(lang)}
		for _, term := range list.Terms {
			if name := list.ID + "." + term.ID; data.Query == "" || slices.Contains(hits, name) {
				view.Terms = append(view.Terms, termView(s.care.Library, name, lang))
			}
		}
		if len(view.Terms) > 0 {
			data.Lists = append(data.Lists, view)
			data.Count += len(view.Terms)
		}
	}
	return r.deskShow(deskWordsPage, "desk.words.title", data, r.crumb("web.desk.library", "/desk/library"), r.crumb("desk.words.title", ""))
}
