package chart

// SVG gives the chart as one <svg> element for a page, size in CSS pixels; the viewBox lets a style sheet scale it. The
// id begins the ids of title and description and is unique on the page.
func SVG(width, height float64, c Chart, id string) string { return "" }
