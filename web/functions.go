package web

import (
	"fmt"
	"html/template"
	"regexp"
	"strconv"
	"strings"

	"tussentijds/models"
)

// functions are what templates may call beside the methods of Page.
func functions(a *assets) template.FuncMap {
	icons := drawIcons(a)
	urls := map[string]string{}
	for name := range a.files {
		urls[name] = a.url(name)
	}
	return template.FuncMap{
		"asset": func(name string) (string, error) {
			if url, ok := urls[name]; ok {
				return url, nil
			}
			return "", fmt.Errorf("no static file %s", name)
		},
		// icon draws one of static/icons.svg; it is decoration, the words stand beside it.
		"icon": func(name string) (template.HTML, error) {
			if icon, ok := icons[name]; ok {
				return icon, nil
			}
			return "", fmt.Errorf("no icon %s", name)
		},
		"mark": func() template.HTML { return mark },
		// args hands a component its arguments: the page first, then name and value in turn.
		"args": func(p *Page, pairs ...any) (map[string]any, error) {
			out := map[string]any{"P": p}
			for i := 0; i+1 < len(pairs); i += 2 {
				name, ok := pairs[i].(string)
				if !ok {
					return nil, fmt.Errorf("args: %v is no name", pairs[i])
				}
				out[name] = pairs[i+1]
			}
			if len(pairs)%2 != 0 {
				return nil, fmt.Errorf("args: a value is missing")
			}
			return out, nil
		},
		"list":     func(items ...any) []any { return items },
		"under":    func(current, start string) bool { return current == start || strings.HasPrefix(current, start+"/") },
		"text":     textOf,
		"add":      func(a, b int) int { return a + b },
		"percent":  func(part, whole int) int { return percent(part, whole) },
		"option":   func(value, label string) Choice { return Choice{Value: value, Label: label} },
		"audience": audienceIcon,
		// statusTone picks the tone of an agreement's badge: 0 good, 1 attention, 2 plain.
		"statusTone": func(status string) int {
			switch status {
			case "active":
				return 0
			case "proposed":
				return 1
			}
			return 2
		},
	}
}

// Choice is one option of a select or a group of radio buttons.
type Choice struct{ Value, Label, Hint string }

const mark template.HTML = `<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path class="left" d="M14.6 7.3A9.7 9.7 0 1 0 14.6 24.7 10.6 10.6 0 0 1 14.6 7.3Z"/><path class="right" d="M17.4 7.3A9.7 9.7 0 1 1 17.4 24.7 10.6 10.6 0 0 0 17.4 7.3Z"/></svg>`

var symbol = regexp.MustCompile(`<symbol id="([a-z0-9-]+)"`)

// drawIcons makes the markup of every icon once.
func drawIcons(a *assets) map[string]template.HTML {
	sprite := a.url("icons.svg")
	icons := map[string]template.HTML{}
	for _, m := range symbol.FindAllSubmatch(a.files["icons.svg"].body, -1) {
		name := string(m[1])
		icons[name] = template.HTML(`<svg class="icon" aria-hidden="true" focusable="false"><use href="` + sprite + `#` + name + `"/></svg>`) //nolint:gosec // our own names.
	}
	return icons
}

func percent(part, whole int) int {
	if whole <= 0 {
		return 0
	}
	return part * 100 / whole
}

var audienceIcons = map[string]string{"me": "lock", "therapist": "armchair", "reveal": "hourglass", "in_session": "message-circle", "both": "users"}

func audienceIcon(audience any) string {
	if name, ok := audienceIcons[fmt.Sprint(audience)]; ok {
		return name
	}
	return "lock"
}

// textOf gives what stands in a field for a value: texts as they are, numbers without an exponent, days as ISO dates.
func textOf(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case *string:
		if x == nil {
			return ""
		}
		return *x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case int:
		return strconv.Itoa(x)
	case bool:
		return strconv.FormatBool(x)
	case models.Day:
		return string(x)
	}
	return fmt.Sprint(v)
}
