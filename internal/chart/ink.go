package chart

import "strings"

// ink is how a role looks: colours as #rrggbb (empty for none), widths and dashes in ems so that they grow with the text.
type ink struct {
	stroke, fill string
	width        float64
	dash         []float64
	strong       bool    // text only: semibold.
	size         float64 // text only: in ems; zero is 1.
}

// The looks of the roles on paper. A page's style sheet may override each of them through the class of the same name: set
// stroke for lines, fill for text and areas. A line carries "chart-line" and a mark "chart-marker" before its series'
// class, so that a rule for one does not fill the other; the open marks (chart-b, chart-before) are filled with the page's
// own colour.
var inks = map[string]ink{
	"chart-grid":      {stroke: "#e6dfd2", width: 0.06},
	"chart-axis":      {stroke: "#a89f8e", width: 0.08},
	"chart-a":         {stroke: "#1f5c54", fill: "#1f5c54", width: 0.16},
	"chart-b":         {stroke: "#b4532a", fill: "#ffffff", width: 0.16, dash: []float64{0.55, 0.35}},
	"chart-c":         {stroke: "#6a4c7d", fill: "#6a4c7d", width: 0.16, dash: []float64{0.14, 0.3}},
	"chart-bar-of":    {stroke: "#a89f8e", fill: "#f3ede2", width: 0.07},
	"chart-bar-done":  {stroke: "#1f5c54", fill: "#1f5c54", width: 0.07},
	"chart-band-1":    {fill: "#f3e6d6"},
	"chart-band-2":    {fill: "#e9e6d3"},
	"chart-band-3":    {fill: "#d5e1d1"},
	"chart-band-4":    {fill: "#bad3c8"},
	"chart-band-5":    {fill: "#9cc2b7"},
	"chart-mark":      {stroke: "#1f5c54", fill: "#8fb8a4", width: 0.09},
	"chart-now":       {stroke: "#17443e", fill: "#17443e", width: 0.14},
	"chart-before":    {stroke: "#77827c", fill: "#ffffff", width: 0.1},
	"chart-label":     {fill: "#33433f"},
	"chart-tick":      {fill: "#666a63", size: 0.9},
	"chart-value":     {fill: "#17443e", strong: true},
	"chart-band-name": {fill: "#666a63", size: 0.92},
	"chart-band-here": {fill: "#17443e", size: 0.92, strong: true},
}

// look gives the ink of the last class that has one: "chart-line chart-a" looks like chart-a. A marker's outline is
// never dashed and is thinner than its line.
func look(class string) ink {
	var out ink
	for _, name := range strings.Fields(class) {
		if i, ok := inks[name]; ok {
			out = i
		}
	}
	switch {
	case strings.HasPrefix(class, "chart-marker"):
		out.dash, out.width = nil, 0.12
	case strings.HasPrefix(class, "chart-line"):
		out.fill = ""
	}
	if out.size == 0 {
		out.size = 1
	}
	return out
}
