package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"tussentijds/internal/chart"
	"tussentijds/internal/locale"
	"tussentijds/reports"
)

// peers measures the report against Chromium printing the same content, in a tab that is open already.
func peers(ctx context.Context, set settings) ([]result, error) {
	dir, err := os.MkdirTemp("", "tussentijds-peers")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	page := filepath.Join(dir, "report.html")
	if err := os.WriteFile(page, []byte(reportPage()), 0o600); err != nil {
		return nil, err
	}
	node := exec.CommandContext(ctx, "node", "bench/peers.mjs", page) // #nosec G204 -- our own script on our own page.
	node.Stderr = os.Stderr
	in, err := node.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := node.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := node.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = in.Close()
		_ = node.Wait()
	}()
	lines := bufio.NewScanner(out)
	g := reportGroup(set)
	g.name, g.targets = "report and a browser", map[string]float64{"usual / warm Chromium tab": 1.0 / 25, "names outside cp1252 / warm Chromium tab": 1.0 / 10}
	g.floors = []side{{"warm Chromium tab", func(context.Context) (float64, error) { return printOnce(in, lines) }}}
	return g.run(ctx, set.rounds)
}

func printOnce(in io.Writer, lines *bufio.Scanner) (float64, error) {
	if _, err := io.WriteString(in, "print\n"); err != nil {
		return 0, err
	}
	if !lines.Scan() {
		return 0, errors.Join(errors.New("the browser gave no answer"), lines.Err())
	}
	return strconv.ParseFloat(lines.Text(), 64)
}

// reportPage is the sample report as a plain page: the same texts, tables and charts.
func reportPage() string {
	s, loc := reports.SampleSnapshot(locale.NL), locale.For(locale.NL)
	var b strings.Builder
	tag := func(name, text string) { fmt.Fprintf(&b, "<%s>%s</%s>", name, template.HTMLEscapeString(text), name) }
	b.WriteString(`<!doctype html><meta charset="utf-8"><style>body{font:11pt sans-serif}h1,h2{color:#3d6b5c}td,th{padding:2pt 6pt;text-align:left}` +
		`polyline{fill:none;stroke:#3d6b5c}text{font-size:12px}</style>`)
	cover := s.Cover(loc)
	tag("h1", cover.Title+" "+cover.Month)
	for _, line := range append([]string{cover.Practice, cover.For, cover.Private}, cover.Lines...) {
		tag("p", line)
	}
	for i, section := range s.Outline(loc) {
		tag("h2", section.Title)
		for j, block := range section.Blocks {
			tag("h3", block.Heading)
			for _, fact := range append(block.Figures, block.Facts...) {
				tag("p", fact.Label+": "+fact.Value)
			}
			for _, text := range block.Paragraphs {
				tag("p", text)
			}
			if block.Chart != nil {
				b.WriteString(chart.SVG(640, 220, block.Chart, fmt.Sprintf("c%d-%d", i, j)))
			}
			b.WriteString("<table>")
			for _, row := range append([][]string{block.Header}, block.Rows...) {
				b.WriteString("<tr>")
				for _, cell := range row {
					tag("td", cell)
				}
				b.WriteString("</tr>")
			}
			b.WriteString("</table>")
			for _, item := range block.Items {
				tag("p", item.Text+" "+item.Meta)
			}
			tag("small", block.Note)
		}
	}
	return b.String()
}
