package reports

import (
	"bytes"
	"image"
	_ "image/jpeg" // a logo that care has encoded.
	_ "image/png"

	"github.com/jung-kurt/gofpdf"

	"tussentijds/internal/chart"
)

// Brand is the practice's own look. All of it may be empty: then a report has ours.
type Brand struct {
	Colour string `json:"colour,omitempty"` // #rrggbb.
	LogoID string `json:"logo_id,omitempty"`
	// Logo is the picture, a PNG or JPEG that was decoded and encoded by us. A stored snapshot holds its id alone: the
	// picture stands in the PDF already.
	Logo []byte `json:"-"`
}

// Shown is the practice's colour as it is shown: dark enough to be read. Empty for ours.
func (b Brand) Shown() string {
	hex, ok := chart.Hex(b.Colour)
	if !ok {
		return ""
	}
	return chart.Readable(hex)
}

// colours are those of the parts that a practice may give its own colour.
type colours struct{ title, accent colour }

// colours gives the practice's colour, dark enough to be read, or ours.
func (b Brand) colours() colours {
	hex := b.Shown()
	if hex == "" {
		return colours{title: deepColour, accent: accentColour}
	}
	r, g, blue := chart.RGB(hex)
	own := colour{r, g, blue}
	return colours{title: own, accent: own}
}

// tone gives the colour in which a part is drawn.
func (p *sheet) tone(c colour) colour {
	switch c {
	case deepColour:
		return p.own.title
	case accentColour:
		return p.own.accent
	}
	return c
}

// logo draws the practice's logo within a box, centred, and tells whether there was one that can be drawn.
func (p *sheet) logo(b Brand, x, y, width, height float64) bool {
	config, kind, err := image.DecodeConfig(bytes.NewReader(b.Logo))
	if err != nil || config.Width < 1 || config.Height < 1 {
		return false
	}
	w, h := fitted(config, width, height)
	const margin = 3.0
	p.pdf.SetFillColor(255, 255, 255)
	p.pdf.RoundedRect(x+(width-w)/2-margin, y+(height-h)/2-margin, w+2*margin, h+2*margin, 2, "1234", "F")
	p.picture(b, kind, x+(width-w)/2, y+(height-h)/2, w, h)
	return true
}

// smallLogo draws the practice's logo at the left of a low head, on the bare paper, and gives the height that it took.
func (p *sheet) smallLogo(b Brand, x, y, width, height float64) float64 {
	config, kind, err := image.DecodeConfig(bytes.NewReader(b.Logo))
	if err != nil || config.Width < 1 || config.Height < 1 {
		return 0
	}
	w, h := fitted(config, width, height)
	p.picture(b, kind, x, y, w, h)
	return h
}

// fitted is how large a picture is within a box.
func fitted(config image.Config, width, height float64) (w, h float64) {
	scale := min(width/float64(config.Width), height/float64(config.Height))
	return float64(config.Width) * scale, float64(config.Height) * scale
}

func (p *sheet) picture(b Brand, kind string, x, y, w, h float64) {
	options := gofpdf.ImageOptions{ImageType: kind}
	p.pdf.RegisterImageOptionsReader("logo", options, bytes.NewReader(b.Logo))
	p.pdf.ImageOptions("logo", x, y, w, h, false, options, 0, "")
}
