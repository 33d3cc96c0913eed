package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
)

//go:embed static
var staticFiles embed.FS

// assets are the static files in memory, under one address that changes with their content, so that a browser may keep
// them for ever.
type assets struct {
	version string
	files   map[string]asset
}

type asset struct {
	body   []byte
	packed []byte // the same, gzipped; nil where that gains nothing.
	kind   string
}

func newAsset(body []byte, kind string) asset {
	a := asset{body: body, kind: kind}
	if strings.HasPrefix(kind, "text/") || strings.Contains(kind, "svg") {
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err == nil {
			_, err = w.Write(body)
		}
		if err == nil && w.Close() == nil {
			a.packed = packed.Bytes()
		}
	}
	return a
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
	".woff2": "font/woff2", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}

// loadAssets reads the embedded files; the style sheets below css/ become one app.css in the order of their names.
func loadAssets() *assets {
	a := &assets{files: map[string]asset{}}
	sum := sha256.New()
	var css []byte
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		_, _ = sum.Write([]byte(name))
		_, _ = sum.Write(body)
		short := strings.TrimPrefix(name, "static/")
		if strings.HasPrefix(short, "css/") {
			css = append(css, body...)
			return nil
		}
		a.files[short] = newAsset(body, kinds[path.Ext(short)])
		return nil
	})
	if err != nil {
		panic(err) // Embedded: a file that cannot be read is a broken build.
	}
	a.files["app.css"] = newAsset(css, kinds[".css"])
	a.version = hex.EncodeToString(sum.Sum(nil))[:12]
	return a
}

// url gives the address of a static file; an unknown name panics, at boot or in a test, because templates name them.
func (a *assets) url(name string) string {
	if _, ok := a.files[name]; !ok {
		panic("web: no static file " + name)
	}
	return "/static/" + a.version + "/" + name
}

// favicon answers browsers that ask for one without having read the page.
func (s *Site) favicon(c *fiber.Ctx) error {
	f := s.handout.files["icon-192.png"]
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	c.Set(fiber.HeaderContentType, f.kind)
	return c.Send(f.body)
}

// static hands out a file. A page of the previous release may still ask with its own version: it gets the present file,
// which is then not kept.
func (s *Site) static(c *fiber.Ctx) error {
	f, ok := s.handout.files[c.Params("*")]
	if !ok {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.Status(fiber.StatusNotFound).SendString("")
	}
	keep := "public, max-age=60"
	if c.Params("version") == s.handout.version {
		keep = "public, max-age=31536000, immutable"
	}
	c.Set(fiber.HeaderCacheControl, keep)
	c.Set(fiber.HeaderContentType, f.kind)
	if f.packed != nil {
		c.Vary(fiber.HeaderAcceptEncoding)
		if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
			c.Set(fiber.HeaderContentEncoding, "gzip")
			return c.Send(f.packed)
		}
	}
	return c.Send(f.body)
}
