package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/valyala/fasthttp"
)

//go:embed pages
var pageFiles embed.FS

// PageName is the name of a page: its file below pages/ without the ending, such as "portal/today". The folder chooses the
// layout: public, portal or desk.
type PageName string

var declared []PageName

// page declares a page that a handler renders. One that is missing or broken makes Mount panic.
func page(name string) PageName {
	declared = append(declared, PageName(name))
	return PageName(name)
}

// renderer holds every page, parsed once.
type renderer struct {
	pages map[PageName]*template.Template
}

// loadBase parses what every page stands on.
func loadBase(a *assets) *template.Template {
	base := template.New("").Funcs(functions(a))
	known := fixed(a)
	for _, dir := range []string{"pages/components", "pages/layouts"} {
		names, err := fs.Glob(pageFiles, dir+"/*.html")
		if err != nil || len(names) == 0 {
			panic(fmt.Sprintf("web: no templates in %s: %v", dir, err))
		}
		for _, name := range names {
			parse(base, name, known)
		}
	}
	return base
}

// parse reads one template file. Addresses of static files and icons are known by now and never change, so they are
// written into the text before it is parsed: a page then need not ask for each of them each time it is shown.
func parse(set *template.Template, name string, known *strings.Replacer) {
	body, err := pageFiles.ReadFile(name)
	if err != nil {
		panic(err)
	}
	template.Must(set.New(name).Parse(known.Replace(string(body))))
}

func fixed(a *assets) *strings.Replacer {
	var pairs []string
	for name, icon := range drawIcons(a) {
		pairs = append(pairs, `{{icon "`+name+`"}}`, string(icon))
	}
	for name := range a.files {
		pairs = append(pairs, `{{asset "`+name+`"}}`, a.url(name))
	}
	return strings.NewReplacer(append(pairs, "{{mark}}", string(mark))...)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// loadPages parses components and layouts once and each page on top of a copy. A page's file defines "main"; it may
// define "head-extra" to put something before the end of the head.
func loadPages(a *assets) *renderer {
	base, known := loadBase(a), fixed(a)
	r := &renderer{pages: map[PageName]*template.Template{}}
	err := fs.WalkDir(pageFiles, "pages", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		short := strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), ".html")
		area, _, _ := strings.Cut(short, "/")
		if area == "components" || area == "layouts" {
			return nil
		}
		set := template.Must(base.Clone())
		parse(set, name, known)
		layout := set.Lookup("layout-" + area)
		if layout == nil || set.Lookup("main") == nil {
			panic("web: page " + short + " has no layout or no main")
		}
		r.pages[PageName(short)] = layout
		return nil
	})
	if err != nil {
		panic(err)
	}
	for _, name := range declared {
		if r.pages[name] == nil {
			panic("web: no page " + string(name))
		}
	}
	return r
}

// render runs the page into a buffer first, so that a failing template never leaves half a page.
func (r *renderer) render(to *fasthttp.Response, name PageName, p *Page) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := r.pages[name].Execute(buf, p); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	to.SetBody(buf.Bytes())
	return nil
}
