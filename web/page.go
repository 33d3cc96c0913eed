package web

import (
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"tussentijds/care"
	"tussentijds/internal/chart"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

// Page is what every template gets. In a template $ is the page: {{$.L.T "key"}}, {{$.Data.Something}}.
type Page struct {
	L        locale.Localizer
	Lang     locale.Lang
	Title    string
	Actor    care.Actor
	Practice string // the practice's name; empty before sign-in.
	CSRF     string
	Path     string
	Back     string // where a small form at the edge of the page comes back to.
	Flash    string // a message from the page before, translated.
	Theme    string // light, dark, or empty for the system's.
	Demo     bool
	Data     any
	// Problem is what was wrong as a whole, Errors what was wrong where; both translated.
	Problem string
	Errors  []FieldError
	// Crumbs lead back up; desk pages set them.
	Crumbs []Crumb

	zone *time.Location
	now  time.Time
}

// FieldError is one wrong input. At is the id of the field the summary links to.
type FieldError struct {
	Name, At, Text string
	Label          string // the field's own, for the summary; may be empty.
}

// Crumb is one step of the way back; the last has no address.
type Crumb struct{ Text, URL string }

// fault takes over what a fault says, in the reader's language.
func (p *Page) fault(f *fault.Error) {
	p.Problem = p.L.T(f.MessageKey(), f.Args)
	for _, field := range f.Fields {
		name := strings.TrimPrefix(field.Location, "body.")
		at := "f-" + name
		if q, ok := strings.CutPrefix(name, "answers."); ok {
			q, _, _ = strings.Cut(q, ".")
			name, at = "q."+q, "q-"+q
		}
		wrong := FieldError{Name: name, At: at, Text: p.L.T(field.Key, field.Args)}
		if key := "web.field." + name; locale.Has(p.Lang, key) {
			wrong.Label = p.L.T(key)
		}
		if !slices.Contains(p.Errors, wrong) {
			p.Errors = append(p.Errors, wrong)
		}
	}
}

// labelQuestions names the questions in the summary of what was wrong.
func (p *Page) labelQuestions(e *library.Exercise) {
	for i := range p.Errors {
		if id, ok := strings.CutPrefix(p.Errors[i].Name, "q."); ok {
			if q, known := e.Question(id); known {
				p.Errors[i].Label = q.Label.In(string(p.Lang))
			}
		}
	}
}

// Err gives all that is wrong at a field, by the name the form sent it under; nil when nothing is.
func (p *Page) Err(name string) []string {
	var out []string
	for _, e := range p.Errors {
		if e.Name == name {
			out = append(out, e.Text)
		}
	}
	return out
}

// Failed tells that the form came back with something wrong.
func (p *Page) Failed() bool { return p.Problem != "" || len(p.Errors) > 0 }

// In gives an instant in the reader's zone.
func (p *Page) In(t time.Time) time.Time { return t.In(p.zone) }

// Now is the moment the page was made, in the reader's zone.
func (p *Page) Now() time.Time { return p.In(p.now) }

// Moment gives "maandag 3 maart om 20:00", Day "maandag 3 maart", Clock "20:00", ShortDay "3 mrt" and Date "3 maart 2026", all
// as <time> elements and in the reader's zone.
func (p *Page) Moment(t time.Time) template.HTML { return p.time(t, p.L.Moment) }

// Day gives the day of an instant, without the year.
func (p *Page) Day(t time.Time) template.HTML { return p.time(t, p.L.Day) }

// Weekday gives the name of an instant's day of the week.
func (p *Page) Weekday(t time.Time) template.HTML { return p.time(t, p.L.Weekday) }

// Clock gives the time of day of an instant.
func (p *Page) Clock(t time.Time) template.HTML { return p.time(t, p.L.Clock) }

// ShortDay gives the day of an instant in a few letters.
func (p *Page) ShortDay(t time.Time) template.HTML { return p.time(t, p.L.ShortDate) }

// Date gives the day of an instant with its year.
func (p *Page) Date(t time.Time) template.HTML { return p.time(t, p.L.Date) }

// time needs no escaping: dates hold digits and the names of days and months.
func (p *Page) time(t time.Time, words func(time.Time) string) template.HTML {
	if t.IsZero() {
		return ""
	}
	t = p.In(t)
	return template.HTML(`<time datetime="` + t.Format(time.RFC3339) + `">` + words(t) + `</time>`) //nolint:gosec // made of digits and month names only.
}

// Soon tells a moment the way people do: today and tomorrow by name.
func (p *Page) Soon(t time.Time) template.HTML {
	return p.time(t, func(t time.Time) string {
		today := p.Now()
		switch {
		case sameDay(t, today):
			return p.L.T("web.soon.today", "Clock", p.L.Clock(t))
		case sameDay(t, today.AddDate(0, 0, 1)):
			return p.L.T("web.soon.tomorrow", "Clock", p.L.Clock(t))
		case sameDay(t, today.AddDate(0, 0, -1)):
			return p.L.T("web.soon.yesterday", "Clock", p.L.Clock(t))
		}
		return p.L.Moment(t)
	})
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// Month gives "maart 2026" for "2026-03", or the text itself when it is no month.
func (p *Page) Month(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return p.L.Month(t)
}

// ISODay gives "maandag 3 maart" for "2026-03-03", or the text itself when it is no date.
func (p *Page) ISODay(day any) string {
	text := textOf(day)
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return p.L.Day(t)
}

// ISODate gives "3 maart 2026" for "2026-03-03", or the text itself when it is no date.
func (p *Page) ISODate(day any) string {
	text := textOf(day)
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return p.L.Date(t)
}

// ChartView is a chart as a page shows it: the drawing, its words, and its figures as a table.
type ChartView struct {
	SVG    template.HTML
	Title  string
	Header []string
	Rows   [][]string
}

// Named tells whether a heading, nil for none, says already what the chart is called.
func (v ChartView) Named(heading any) bool {
	words, _ := heading.(string)
	return words != "" && strings.HasSuffix(strings.ToLower(words), strings.ToLower(v.Title))
}

// Chart draws a chart. The id is unique on the page. chart.SVG escapes every text itself.
func (p *Page) Chart(c chart.Chart, id string) ChartView { return drawChart(c, id, 360, 230) }

// WideChart draws a chart for a wide column of the desk.
func (p *Page) WideChart(c chart.Chart, id string) ChartView { return drawChart(c, id, 680, 260) }

func drawChart(c chart.Chart, id string, width, height float64) ChartView {
	title, _ := c.Words()
	header, rows := c.Table()
	return ChartView{SVG: template.HTML(chart.SVG(width, height, c, id)), Title: title, Header: header, Rows: rows} //nolint:gosec // escaped by chart.
}

// Number gives a number with at most one decimal, the way the language writes it.
func (p *Page) Number(v *float64) string {
	if v == nil {
		return ""
	}
	if *v == math.Trunc(*v) {
		return p.L.Decimal(*v, 0)
	}
	return p.L.Decimal(*v, 1)
}

// LookBack says what period a questionnaire asks about; empty when it does not say.
func (p *Page) LookBack(days int) string {
	switch {
	case days <= 0:
		return ""
	case days == 1:
		return p.L.T("safety.look_back.day")
	case days == 7:
		return p.L.T("safety.look_back.week")
	case days >= 28 && days <= 31:
		return p.L.T("safety.look_back.month")
	}
	return p.L.T("safety.look_back.days", "Days", days)
}
