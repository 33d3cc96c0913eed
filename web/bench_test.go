package web

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"tussentijds/internal/locale"
)

// BenchmarkTodayPage is what the template of the busiest page costs by itself.
func BenchmarkTodayPage(b *testing.B) {
	pages := embeddedPages()
	for _, s := range stories() {
		if s.name != "portal/today" {
			continue
		}
		p := storyPage(locale.NL, "", s.path, nil)
		p.Data = s.data(p)
		b.ReportAllocs()
		for b.Loop() {
			var out fasthttp.Response
			require.NoError(b, pages.render(&out, s.name, p))
		}
	}
}

// BenchmarkLoadPages is what the pages cost at boot.
func BenchmarkLoadPages(b *testing.B) {
	for b.Loop() {
		loadPages(loadAssets())
	}
}
