package reports

import (
	"math"

	"github.com/jung-kurt/gofpdf"
)

// cover draws the head of the first page: a band of warm paper as tall as its texts need.
func (p *sheet) cover(c Cover, brand Brand) {
	const width, coverTop, coverGap = 112.0, 15.0, 7.0
	p.pdf.AddPage()
	practice := p.clipLines(c.Practice, brandLetter, width, 2)
	title := p.clipLines(c.Title, titleLetter, width, 2)
	reader := p.clipLines(c.For, readerLetter, width, 3)
	height := coverTop + float64(len(practice))*brandLetter.height + coverGap + float64(len(title))*titleLetter.height +
		monthLetter.height + 4 + float64(len(reader))*readerLetter.height + 1.5
	var small [][]string
	for _, text := range c.Lines {
		lines := p.clipLines(text, smallLetter, width, 2)
		small = append(small, lines)
		height += float64(len(lines)) * smallLetter.height
	}
	height += 9

	p.fill(paperColour)
	p.pdf.Rect(0, 0, paperWidth, height, "F")
	if !p.logo(brand, 140, height/2-17, 52, 34) {
		p.motif(169, height/2+2)
	}
	p.fill(accentColour)
	p.pdf.Rect(0, height, paperWidth, 0.9, "F")

	p.y = coverTop
	write := func(l letter, lines ...string) {
		p.use(l)
		for _, encoded := range lines {
			p.line(marginSide, p.y, l, encoded)
			p.y += l.height
		}
	}
	write(brandLetter, practice...)
	p.y += coverGap
	write(titleLetter, title...)
	write(monthLetter, p.face.encode(c.Month))
	p.y += 4
	write(readerLetter, reader...)
	p.y += 1.5
	for _, lines := range small {
		write(smallLetter, lines...)
	}
	p.y = height + 7
}

// motif draws two circles that meet: two people, and what is in between.
func (p *sheet) motif(x, y float64) {
	const radius, apart = 19.0, 12.0
	p.fill(leafColour)
	p.pdf.Circle(x-apart, y, radius, "F")
	p.fill(sandColour)
	p.pdf.Circle(x+apart, y, radius, "F")
	half := math.Acos(apart / radius)
	var lens []gofpdf.PointType
	for i := -20; i <= 20; i++ {
		a := half * float64(i) / 20
		lens = append(lens, gofpdf.PointType{X: x - apart + radius*math.Cos(a), Y: y + radius*math.Sin(a)})
	}
	for i := 20; i >= -20; i-- {
		a := half * float64(i) / 20
		lens = append(lens, gofpdf.PointType{X: x + apart - radius*math.Cos(a), Y: y + radius*math.Sin(a)})
	}
	p.fill(lensColour)
	p.pdf.Polygon(lens, "F")
	p.pdf.SetDrawColor(deepColour.r, deepColour.g, deepColour.b)
	p.pdf.SetLineWidth(0.35)
	p.pdf.Circle(x-apart, y, radius, "D")
	p.pdf.Circle(x+apart, y, radius, "D")
}
