package web

import (
	"slices"
	"strconv"
	"strings"

	"tussentijds/library"
)

// readOptions takes the choices of the form over: known ones by their place, then what was typed in the empty row and
// what was pasted, a line each.
func (b *Builder) readOptions(q *library.Question) {
	if _, sent := b.typed["options"]; !sent {
		return // The form was that of another type.
	}
	for i := range q.Options {
		name := "options." + strconv.Itoa(i)
		b.line(name+".label", &q.Options[i].Label)
		if _, asked := b.typed[name+".value"]; asked {
			q.Options[i].Value = b.number(name+".value", q.Options[i].Value)
		}
	}
	for i := len(q.Options); i < maxOptions; i++ {
		name := "options." + strconv.Itoa(i)
		var o library.Option
		b.line(name+".label", &o.Label)
		if o.Label.Empty() {
			continue
		}
		o.Value = b.number(name+".value", nil)
		b.addOption(q, o)
	}
	for line := range strings.Lines(b.value("options_pasted")) {
		if line = strings.TrimSpace(line); line != "" && len(q.Options) < maxOptions {
			o := library.Option{Label: library.Text{NL: line}}
			if b.Main() == "en" {
				o.Label = library.Text{EN: line}
			}
			b.addOption(q, o)
		}
	}
	if b.typed["options_pasted"] != nil {
		b.typed["options_pasted"] = nil
	}
}

func (b *Builder) addOption(q *library.Question, o library.Option) {
	o.ID = freeID("o", func(id string) bool {
		return slices.ContainsFunc(q.Options, func(o library.Option) bool { return o.ID == id })
	})
	q.Options = append(q.Options, o)
}

// readColumns takes the columns of the form over: known ones by their place, then the empty row when it was filled in.
func (b *Builder) readColumns(q *library.Question) {
	if _, sent := b.typed["columns"]; !sent {
		return
	}
	for i := range maxColumns {
		name := "columns." + strconv.Itoa(i)
		if i >= len(q.Columns) {
			c := library.Column{Type: library.FieldShort}
			b.readColumn(name, &c)
			if c.Label.Empty() {
				continue
			}
			c.ID = freeID("c", func(id string) bool { _, taken := q.Column(id); return taken })
			q.Columns = append(q.Columns, c)
			continue
		}
		b.readColumn(name, &q.Columns[i])
	}
}

func (b *Builder) readColumn(name string, c *library.Column) {
	b.line(name+".label", &c.Label)
	c.Type = library.FieldType(known(b.value(name+".type"), string(c.Type), columnTypes...))
	if _, asked := b.typed[name+".min"]; asked {
		c.Min, c.Max = b.number(name+".min", c.Min), b.number(name+".max", c.Max)
	}
	b.readColumnOptions(name+".options", c)
}

// readColumnOptions reads the choices of a column, a line each. A line that was there before keeps its id, so that answers
// and measures go on meaning the same.
func (b *Builder) readColumnOptions(name string, c *library.Column) {
	lines := map[string][]string{}
	for _, lang := range []string{"nl", "en"} {
		v, asked := b.typed[name+"."+lang]
		if !asked {
			continue
		}
		lines[lang] = []string{}
		for line := range strings.Lines(v[0]) {
			if line = strings.TrimSpace(line); line != "" && len(lines[lang]) < maxOptions {
				lines[lang] = append(lines[lang], line)
			}
		}
	}
	main := b.Main()
	if lines[main] == nil {
		return
	}
	old, used := c.Options, map[string]bool{}
	c.Options = nil
	for i, line := range lines[main] {
		o := matching(old, used, lines[main], i, main)
		if o.ID == "" {
			o.ID = freeID("o", func(id string) bool {
				return used[id] || slices.ContainsFunc(old, func(o library.Option) bool { return o.ID == id })
			})
		}
		used[o.ID] = true
		for lang, at := range map[string]*string{"nl": &o.Label.NL, "en": &o.Label.EN} {
			switch {
			case lang == main:
				*at = line
			case lines[lang] != nil && i < len(lines[lang]):
				*at = lines[lang][i]
			case lines[lang] != nil:
				*at = ""
			}
		}
		c.Options = append(c.Options, o)
	}
}

// matching finds the choice that a line stands for: the one with the same words, or else the one in the same place, when
// its own words are nowhere any more.
func matching(old []library.Option, used map[string]bool, lines []string, i int, lang string) library.Option {
	for _, o := range old {
		if textIn(o.Label, lang) == lines[i] && !used[o.ID] {
			return o
		}
	}
	if i < len(old) && !used[old[i].ID] && !slices.Contains(lines, textIn(old[i].Label, lang)) {
		return old[i]
	}
	return library.Option{}
}

func textIn(t library.Text, lang string) string {
	if lang == "en" {
		return t.EN
	}
	return t.NL
}

// changeRows adds, moves or takes out a choice or a column, and gives the id of the row to go on with.
func (b *Builder) changeRows(q *library.Question, act, about string) string {
	list, number, _ := strings.Cut(about, "-")
	at, _ := strconv.Atoi(number)
	var to int
	switch act {
	case "up":
		to = max(at-1, 0)
	case "down":
		to = at + 1
	case "remove":
		to = max(at-1, 0)
	case "add":
		return list + "-" + strconv.Itoa(max(len(q.Options), len(q.Columns)))
	default:
		return about
	}
	by := to - at
	switch {
	case list == "options" && act == "remove":
		q.Options = remove(q.Options, at)
	case list == "options":
		q.Options = move(q.Options, at, by)
	case list == "columns" && act == "remove":
		q.Columns = remove(q.Columns, at)
	case list == "columns":
		q.Columns = move(q.Columns, at, by)
	}
	return list + "-" + strconv.Itoa(min(to, max(len(q.Options), len(q.Columns), 1)-1))
}

// OptionRow is one choice in the form: its place, its words and its number.
type OptionRow struct {
	Index int
	Name  string
	library.Option
	Known bool // it is there already; the others are empty rows.
	Last  bool
}

// OptionRows are the choices of the question, and an empty row to add one; three for a question that has none.
func (d QuestionPage) OptionRows() []OptionRow {
	var out []OptionRow
	empty := 1
	if len(d.Q.Options) == 0 {
		empty = 3
	}
	for i := range min(len(d.Q.Options)+empty, maxOptions) {
		row := OptionRow{Index: i, Name: "options." + strconv.Itoa(i)}
		if i < len(d.Q.Options) {
			row.Option, row.Known, row.Last = d.Q.Options[i], true, i == len(d.Q.Options)-1
		}
		out = append(out, row)
	}
	return out
}

// ColumnRow is one column of rows in the form.
type ColumnRow struct {
	Index int
	Name  string
	library.Column
	Known  bool
	Last   bool
	NL, EN string // the choices of the column, a line each.
}

// ColumnRows are the columns of the question, and an empty row to add one; two for a question that has none.
func (d QuestionPage) ColumnRows() []ColumnRow {
	var out []ColumnRow
	empty := 1
	if len(d.Q.Columns) == 0 {
		empty = 2
	}
	for i := range min(len(d.Q.Columns)+empty, maxColumns) {
		row := ColumnRow{Index: i, Name: "columns." + strconv.Itoa(i), Column: library.Column{Type: library.FieldShort}}
		if i < len(d.Q.Columns) {
			row.Column, row.Known, row.Last = d.Q.Columns[i], true, i == len(d.Q.Columns)-1
			var nl, en []string
			for _, o := range row.Options {
				nl, en = append(nl, o.Label.NL), append(en, o.Label.EN)
			}
			row.NL, row.EN = strings.Join(nl, "\n"), strings.Join(en, "\n")
		}
		out = append(out, row)
	}
	return out
}
