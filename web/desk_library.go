package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
)

var deskLibraryPage = page("desk/library")

// How many rows of exercises a page holds: light enough for five minutes between two clients.
const rowsAPage = 20

// A list shorter than this is read faster than it is narrowed down.
const fewToFilter = 4

// LibraryPage is what one looked for among the exercises, and the ways to look further.
type LibraryPage struct {
	Base     string // the address without any choice.
	Here     string // the address that is shown, for a form that comes back to it.
	Query    string
	Path     string
	Kept     []KeptField // what is chosen, for the search form to keep.
	Found    care.FoundExercises
	Groups   []ExerciseGroup
	Count    int // rows in all parts.
	Facets   []FacetView
	Quick    []FacetLink
	Chosen   []FacetLink // each leads to the page without it.
	Terms    []TermView
	Goals    []FacetLink // where to begin when nothing was found.
	All      string      // the words without any other choice; empty when nothing else is chosen.
	Back, On string      // the parts of the list before and after this one.
	Couple   *CoupleLine
	Pick     bool // an exercise is chosen to be given, not to be read.
}

// KeptField is a choice that stays while one types other words.
type KeptField struct{ Name, Value string }

// CoupleLine is the couple that one looks for.
type CoupleLine struct{ Name, URL string }

// ExerciseGroup is rows of exercises below a heading, or without one.
type ExerciseGroup struct {
	Title, More string
	Rows        []ExerciseRow
	Again       bool // these rows stand below, too.
}

// ExerciseRow is one exercise in a list, with the parts of it that were found.
type ExerciseRow struct {
	care.FoundExercise
	URL   string
	Name  string // of a part: its short name.
	Reads []string
	Parts []ExerciseRow
}

// Marked tells whether a row says more than what every row says.
func (e ExerciseRow) Marked() bool {
	return e.Used != nil || e.Blocked != "" || e.Parent != nil || e.Place == library.InQuestions
}

// FacetView is one thing to choose by.
type FacetView struct {
	Name, Label string
	Values      []FacetLink
	Open        bool
}

// FacetLink is one choice: the address with it, or without it when it is chosen.
type FacetLink struct {
	Icon, Label string
	Count       int
	URL         string
	Chosen      bool
}

// facetTexts says where the words for a facet's choices stand.
var facetTexts = map[string]string{
	"goal": "desk.exercise.goal.", "who": "desk.exercise.who.", "kind": "desk.exercise.kind.", "audience": "desk.audience.",
	"length": "desk.finding.length.", "phase": "desk.finding.phase.", "role": "desk.preview.role.", "safety": "desk.finding.safety.",
	"mark": "desk.finding.mark.", "used": "desk.finding.used.",
}

// The facets that are folded away until something is chosen in them: one seldom begins there.
var seldom = []string{"phase", "audience", "role", "safety"}

// deskLibrary is where a therapist looks for an exercise.
func (s *Site) deskLibrary(r *Request) error {
	couple, line, err := s.coupleOfQuery(r)
	if err != nil {
		return err
	}
	data, err := s.exercises(r, care.ExerciseFilter{Couple: couple})
	if err != nil {
		return err
	}
	data.Couple = line
	return r.deskShow(deskLibraryPage, "web.desk.library", data)
}

// coupleOfQuery gives the couple that the address names, if it does.
func (s *Site) coupleOfQuery(r *Request) (uuid.UUID, *CoupleLine, error) {
	if r.Query("couple") == "" {
		return uuid.Nil, nil, nil
	}
	id, err := uuid.Parse(r.Query("couple"))
	if err != nil {
		return uuid.Nil, nil, fault.Missing()
	}
	couple, err := s.care.Couple(r.Context(), r.Actor, id)
	return id, &CoupleLine{Name: couple.Name, URL: "/desk/couples/" + id.String()}, err
}

// exercises looks for what the address asks, and says where one can go from there.
func (s *Site) exercises(r *Request, filter care.ExerciseFilter) (LibraryPage, error) {
	filter.Query = r.Query("q")
	filter.Kind, filter.Goal, filter.Phase, filter.Who = r.Query("kind"), r.Query("goal"), r.Query("phase"), r.Query("who")
	filter.Length, filter.Audience, filter.Role = r.Query("length"), r.Query("audience"), r.Query("role")
	filter.Safety, filter.Mark, filter.Used = r.Query("safety"), r.Query("mark"), r.Query("used")
	found, err := s.care.FindExercises(r.Context(), r.Actor, filter)
	d := LibraryPage{Base: r.Path(), Path: r.Path(), Here: r.with("", ""), Query: filter.Query, Found: found, Pick: filter.Assignable}
	if err != nil {
		return d, err
	}
	for _, f := range found.Facets {
		d.facet(r, f, filter.Couple != uuid.Nil)
	}
	if len(d.Chosen) == 0 && len(found.List) < fewToFilter {
		d.Facets, d.Quick = nil, nil
	}
	if c := r.Query("couple"); c != "" {
		d.Kept = append(d.Kept, KeptField{"couple", c})
		d.Base += "?couple=" + url.QueryEscape(c)
	}
	if len(d.Chosen) > 0 && found.Matches > len(found.List) {
		d.All = d.with("q", filter.Query)
	}
	for _, t := range found.Terms {
		d.Terms = append(d.Terms, termView(s.care.Library, t, string(r.L.Lang)))
	}
	if len(found.List) == 0 {
		for _, goal := range library.Goals {
			d.Goals = append(d.Goals, FacetLink{Label: r.L.T("desk.exercise.goal." + goal), URL: d.with("goal", goal)})
		}
	}
	d.rows(r)
	return d, nil
}

// facet adds one facet's choices. A choice that would show nothing is left out.
func (d *LibraryPage) facet(r *Request, f care.Facet, couple bool) {
	if f.Name == "used" && !couple {
		return
	}
	view := FacetView{Name: f.Name, Label: r.L.T("desk.finding.facet." + f.Name), Open: f.Chosen != "" || !slices.Contains(seldom, f.Name)}
	for _, v := range f.Values {
		link := FacetLink{Label: r.L.T(facetTexts[f.Name] + v.Value), Count: v.Count, URL: r.choose(f.Name, v.Value), Chosen: v.Value == f.Chosen}
		if link.Chosen {
			link.URL = r.choose(f.Name, "")
			d.Chosen = append(d.Chosen, FacetLink{Label: link.Label, URL: link.URL})
			d.Kept = append(d.Kept, KeptField{f.Name, v.Value})
		}
		if link.Count == 0 && !link.Chosen {
			continue
		}
		if icon, ok := quick[f.Name+" "+v.Value]; ok {
			link.Icon = icon
			d.Quick = append(d.Quick, link)
		}
		view.Values = append(view.Values, link)
	}
	if f.Name != "mark" && f.Name != "used" && len(view.Values) > 0 {
		d.Facets = append(d.Facets, view)
	}
}

// quick are the choices that stand below the search box, each with its icon.
var quick = map[string]string{
	"mark favourite": "star", "mark own": "pencil", "length 5": "timer", "who each": "user-round", "safety hold": "shield",
	"used yes": "history", "used no": "sprout",
}

// choose gives the address with one choice changed, at the first part of the list.
func (r *Request) choose(name, value string) string {
	address, err := url.Parse(r.with(name, value))
	if err != nil {
		return r.Path()
	}
	q := address.Query()
	q.Del("page")
	address.RawQuery = q.Encode()
	return address.String()
}

// with gives the address with one thing asked and nothing else.
func (d *LibraryPage) with(name, value string) string {
	address, err := url.Parse(d.Base)
	if err != nil {
		return d.Base
	}
	q := address.Query()
	q.Set(name, value)
	address.RawQuery = q.Encode()
	return address.String()
}

// Plain tells that nothing was asked or chosen: the library as it stands on its shelves.
func (d LibraryPage) Plain() bool { return d.Query == "" && len(d.Chosen) == 0 }

// rows puts the exercises into rows, parts below what they belong to, and takes the part of them that the address asks for.
func (d *LibraryPage) rows(r *Request) {
	at := map[string]int{}
	var rows []ExerciseRow
	here := map[string]bool{}
	for _, e := range d.Found.List {
		here[e.ID] = true
	}
	for _, e := range d.Found.List {
		row := d.row(r, e)
		if e.Parent == nil || !here[e.Parent.ID] {
			if i, ok := at[e.ID]; ok { // One of its parts came first.
				row.Parts = rows[i].Parts
				rows[i] = row
				continue
			}
			at[e.ID] = len(rows)
			rows = append(rows, row)
			continue
		}
		i, ok := at[e.Parent.ID]
		if !ok {
			i = len(rows)
			at[e.Parent.ID] = i
			rows = append(rows, ExerciseRow{})
		}
		row.Name = e.Part.In(string(r.L.Lang))
		if row.Name == "" {
			row.Name = e.Title.In(string(r.L.Lang))
		}
		rows[i].Parts = append(rows[i].Parts, row)
	}
	if d.Plain() {
		slices.SortStableFunc(rows, func(a, b ExerciseRow) int { return shelf(a) - shelf(b) })
	}
	d.Count = len(rows)
	page, _ := strconv.Atoi(r.Query("page"))
	page = max(1, min(page, (len(rows)+rowsAPage-1)/rowsAPage))
	if page > 1 {
		d.Back = r.with("page", strconv.Itoa(page-1))
	}
	if page*rowsAPage < len(rows) {
		d.On = r.with("page", strconv.Itoa(page+1))
	}
	d.group(r, rows, rows[(page-1)*rowsAPage:min(len(rows), page*rowsAPage)], page)
}

// group puts rows below headings while nothing was asked: one's favourites first, then by what they are for.
func (d *LibraryPage) group(r *Request, all, rows []ExerciseRow, page int) {
	if !d.Plain() {
		d.Groups = []ExerciseGroup{{Rows: rows}}
		return
	}
	if page == 1 {
		first := ExerciseGroup{Title: r.L.T("desk.finding.mark.favourite"), More: r.choose("mark", "favourite"), Again: true}
		for _, row := range all {
			if row.Favourite && len(first.Rows) < 5 {
				row.Parts = nil
				first.Rows = append(first.Rows, row)
			}
		}
		if len(first.Rows) > 0 {
			d.Groups = append(d.Groups, first)
		}
	}
	last := -1
	for _, row := range rows {
		if s := shelf(row); s != last {
			last = s
			g := ExerciseGroup{}
			switch {
			case s < len(library.Goals):
				g.Title, g.More = r.L.T("desk.exercise.goal."+library.Goals[s]), r.choose("goal", library.Goals[s])
			case row.Card:
				g.Title, g.More = r.L.T("desk.finding.cards"), r.choose("kind", "card")
			default:
				g.Title, g.More = r.L.T("desk.finding.mark.own"), r.choose("mark", "own")
			}
			d.Groups = append(d.Groups, g)
		}
		g := &d.Groups[len(d.Groups)-1]
		g.Rows = append(g.Rows, row)
	}
}

// shelf is where an exercise stands while nothing was asked: by its first goal, then what has none, then the cards.
func shelf(e ExerciseRow) int {
	switch {
	case e.Card:
		return len(library.Goals) + 1
	case len(e.Goals) == 0:
		return len(library.Goals)
	}
	return max(0, slices.Index(library.Goals, e.Goals[0]))
}

// row is one exercise in a list, with the address it leads to.
func (d *LibraryPage) row(r *Request, e care.FoundExercise) ExerciseRow {
	row := ExerciseRow{FoundExercise: e, URL: "/desk/library/" + e.ID}
	if couple := r.Query("couple"); couple != "" {
		row.URL += "?couple=" + url.QueryEscape(couple)
	}
	if d.Pick {
		row.URL = r.Path() + "?exercise=" + url.QueryEscape(e.ID)
		if e.Blocked != "" { // It cannot be given now, and can still be read about.
			row.URL = "/desk/library/" + e.ID + "?couple=" + r.Params("id")
		}
	}
	for _, a := range slices.Backward(library.Audiences) {
		if slices.ContainsFunc(e.Questions, func(q library.Question) bool { return q.Audience == a }) {
			row.Reads = append(row.Reads, string(a))
		}
	}
	return row
}

// deskFavourite keeps an exercise at hand, or puts it back. The form says where it stood.
func (s *Site) deskFavourite(r *Request) error {
	id, change := r.Typed("add"), s.care.FavouriteExercise
	if id == "" {
		id, change = r.Typed("drop"), s.care.UnfavouriteExercise
	}
	if err := change(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Go(ownPath(r.FormValue("back"), "/desk/library")+"#x-"+id, "")
}

// query makes the query part of an address from names and values in turn.
func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q.Encode()
}
