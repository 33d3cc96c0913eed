package care

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"tussentijds/reports"
)

// exportFile is the ZIP being written, with what is in it so far.
type exportFile struct {
	*zip.Writer
	at    time.Time
	parts []exportPart
}

// exportPart is one file of an export.
type exportPart struct {
	File  string `json:"file"`
	What  string `json:"what"`
	Count int    `json:"count"`
}

func newExportFile(w io.Writer, at time.Time) *exportFile {
	return &exportFile{Writer: zip.NewWriter(w), at: at}
}

func (z *exportFile) create(name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: z.at})
}

// put writes one whole file.
func (z *exportFile) put(name, what string, count int, body []byte) error {
	w, err := z.create(name)
	if err != nil {
		return err
	}
	z.parts = append(z.parts, exportPart{name, what, count})
	_, err = w.Write(body)
	return err
}

// putJSON writes one value.
func (z *exportFile) putJSON(name, what string, count int, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return z.put(name, what, count, append(raw, '\n'))
}

// exportList is a list that is written while it is read.
type exportList struct {
	z    *exportFile
	w    io.Writer
	name string
	what string
	n    int
}

func (z *exportFile) list(name, what string) (*exportList, error) {
	w, err := z.create(name)
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(w, "[")
	return &exportList{z: z, w: w, name: name, what: what}, err
}

func (l *exportList) add(v any) error {
	raw, err := json.MarshalIndent(v, "  ", "  ")
	if err != nil {
		return err
	}
	lead := ",\n  "
	if l.n == 0 {
		lead = "\n  "
	}
	l.n++
	_, err = fmt.Fprintf(l.w, "%s%s", lead, raw)
	return err
}

func (l *exportList) close() error {
	l.z.parts = append(l.z.parts, exportPart{l.name, l.what, l.n})
	_, err := io.WriteString(l.w, "\n]\n")
	return err
}

// exportBook is what people read of an export, as PDFs: one, or more when there is much, so that none takes long to make.
type exportBook struct {
	e        *Export
	z        *exportFile
	sections []reports.Section
	blocks   int
	volume   int
}

const bookBlocks = 600 // in one PDF: some hundred pages.

// add puts blocks into the book, as a section or as more of the one before; what is too long goes on in the next volume.
func (b *exportBook) add(id, title string, blocks ...reports.Block) error {
	for _, block := range blocks {
		if n := len(b.sections); n == 0 || b.sections[n-1].Title != title {
			b.sections = append(b.sections, reports.Section{ID: id, Title: title})
		}
		last := &b.sections[len(b.sections)-1]
		last.Blocks = append(last.Blocks, block)
		if b.blocks += 1 + len(block.Rows)/8; b.blocks >= bookBlocks {
			if err := b.close(); err != nil {
				return err
			}
		}
	}
	return nil
}

// close writes the volume that is being made.
func (b *exportBook) close() error {
	if len(b.sections) == 0 {
		return nil
	}
	b.volume++
	l := b.e.l()
	at := b.e.at.In(b.e.as.Zone)
	doc := reports.Document{Locale: b.e.as.Locale, BuiltAt: at, Brand: b.e.brand, Sections: b.sections, Cover: reports.Cover{
		Practice: b.e.practice.Name, Title: l.T("export.title"), Month: l.Date(at), For: l.T("sheet.for", "Name", b.e.name),
		Lines: []string{l.T("export.cover." + b.e.whose())}, Private: l.T("export.private"),
	}}
	pdf, err := reports.BuildDocument(doc)
	if err != nil {
		return err
	}
	name := l.T("export.readable")
	if b.volume > 1 {
		name += fmt.Sprintf("-%d", b.volume)
	}
	b.sections, b.blocks = nil, 0
	return b.z.put(name+".pdf", l.T("export.part.readable"), 1, pdf)
}

// whose says for whom the export was made: the person, or the practice on that person's request.
func (e *Export) whose() string {
	if e.who == readerTherapist {
		return "desk"
	}
	return "own"
}

// manifest writes what the file holds, and what it does not hold and why: the same words for everybody, whatever there is.
func (e *Export) manifest(z *exportFile) error {
	l := e.l()
	parts := append([]exportPart{}, z.parts...)
	left := []string{l.T("export.without.other"), l.T("export.without.notes"), l.T("export.without.safety"), l.T("export.without.keys")}
	if !e.private {
		left = append(left, l.T("export.without.private"))
	}
	if e.who == readerTherapist {
		left = append(left, l.T("export.without.own"))
	}
	about := struct {
		Format   string       `json:"format"`
		Version  int          `json:"version"`
		MadeAt   time.Time    `json:"made_at"`
		Practice string       `json:"practice"`
		Person   string       `json:"person"`
		MadeFor  string       `json:"made_for"`
		Parts    []exportPart `json:"parts"`
		LeftOut  []string     `json:"left_out"`
	}{"tussentijds-export", 1, e.at.UTC(), e.practice.Name, e.name, l.T("export.cover." + e.whose()), parts, left}
	if err := z.putJSON("about.json", l.T("export.part.about"), 1, about); err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n%s\n\n%s\n\n", l.T("export.title"), e.practice.Name, l.T("export.readme"))
	for _, p := range z.parts {
		fmt.Fprintf(&text, "%s\n    %s\n", p.File, p.What)
	}
	fmt.Fprintf(&text, "\n%s\n", l.T("export.without"))
	for _, why := range left {
		fmt.Fprintf(&text, "- %s\n", why)
	}
	return z.put(l.T("export.readme.file")+".txt", "", 1, []byte(text.String()))
}
