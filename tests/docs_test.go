// Package tests_test holds the documents to the code: what they name exists, and what must be named is.
package tests_test

import (
	"encoding/xml"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/config"
)

const root = ".."

// documents gives path, from the root of the repository, to text.
func documents(t *testing.T) map[string]string {
	t.Helper()
	names := []string{"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "THIRD_PARTY_NOTICES.md", "web/README.md", "bench/README.md"}
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			path, err = filepath.Rel(root, path)
			names = append(names, filepath.ToSlash(path))
		}
		return err
	})
	require.NoError(t, err)
	out := map[string]string{}
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		out[name] = string(raw)
	}
	require.Greater(t, len(out), 10)
	return out
}

// source gives the text of every Go file, by its path from the root.
func source(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "node_modules" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		raw, err := os.ReadFile(path)
		out[filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))] = string(raw)
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, out)
	return out
}

func all(texts map[string]string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString(text)
	}
	return b.String()
}

var (
	link    = regexp.MustCompile(`(?:\]\(|src=")([^)\s"]+)[)"]`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	fenced  = regexp.MustCompile("(?s)```.*?```")
)

// anchors gives the names by which a page's headings are linked to.
func anchors(text string) []string {
	var out []string
	for _, h := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		out = append(out, strings.Map(func(r rune) rune {
			switch {
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			case r == ' ':
				return '-'
			}
			return -1
		}, h[1]))
	}
	return out
}

func TestLinksLeadSomewhere(t *testing.T) {
	pages := documents(t)
	found := 0
	for name, text := range pages {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			found++
			target, anchor, _ := strings.Cut(m[1], "#")
			path := name
			if target != "" {
				path = filepath.ToSlash(filepath.Join(filepath.Dir(name), target))
			}
			if _, err := os.Stat(filepath.Join(root, path)); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
				continue
			}
			if anchor != "" && !slices.Contains(anchors(pages[path]), anchor) {
				t.Errorf("%s links to %s, and %s has no such heading", name, m[1], path)
			}
		}
	}
	require.Greater(t, found, 30)
}

// settings are the keys that the program knows, and whether each is a secret.
func settings() map[string]bool {
	out := map[string]bool{}
	of := reflect.TypeFor[config.Config]()
	for i := range of.NumField() {
		out[config.Prefix+of.Field(i).Tag.Get("env")] = of.Field(i).Type == reflect.TypeFor[config.Secret]()
	}
	return out
}

func TestEverySettingIsExplainedAndNoOtherIs(t *testing.T) {
	known := settings()
	operations := documents(t)["docs/operations.md"]
	for key := range known {
		if !strings.Contains(operations, "| `"+key+"` |") {
			t.Errorf("docs/operations.md has no row for %s", key)
		}
	}
	named := regexp.MustCompile(config.Prefix + `[A-Z_]*[A-Z]`)
	for name, text := range documents(t) {
		for _, key := range named.FindAllString(text, -1) {
			_, whole := known[key]
			if secret := known[strings.TrimSuffix(key, "_FILE")]; !whole && !secret {
				t.Errorf("%s names the setting %s, which the program refuses", name, key)
			}
		}
	}
}

func TestEveryMakeTargetNamedExists(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	named := regexp.MustCompile("(?m)(?:`|^ *)make ([a-z][a-z0-9-]*)")
	found := 0
	for name, text := range documents(t) {
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			found++
			if !regexp.MustCompile(`(?m)^` + m[1] + `:`).Match(makefile) {
				t.Errorf("%s names make %s, which is not there", name, m[1])
			}
		}
	}
	require.Greater(t, found, 5)
	explained := all(documents(t))
	for _, m := range regexp.MustCompile(`(?m)^([a-z0-9-]+):.*##`).FindAllStringSubmatch(string(makefile), -1) {
		if !strings.Contains(explained, "make "+m[1]) {
			t.Errorf("no document tells of make %s", m[1])
		}
	}
}

func TestEveryTestNamedExists(t *testing.T) {
	code := all(source(t))
	found := 0
	for name, text := range documents(t) {
		text = regexp.MustCompile(`(?m)^    .*$`).ReplaceAllString(text, "") // An example makes names up.
		for _, m := range regexp.MustCompile(`\b((?:Test|Benchmark)[A-Z]\w+)`).FindAllStringSubmatch(text, -1) {
			found++
			if !strings.Contains(code, "func "+m[1]+"(") {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
	}
	require.Greater(t, found, 20)
}

// Every file, folder and subcommand that a document names in code type is there.
func TestEveryPlaceNamedExists(t *testing.T) {
	rooms := `cmd|api|web|worker|care|models|reports|library|migrations|internal|tests|scripts|docs|bench`
	place := regexp.MustCompile("`((?:" + rooms + `)/[\w./-]*)` + "`")
	main, err := os.ReadFile(filepath.Join(root, "cmd/tussentijds/main.go"))
	require.NoError(t, err)
	command := regexp.MustCompile("`tussentijds ([a-z]+)")
	files, commands := 0, 0
	for name, text := range documents(t) {
		for _, m := range place.FindAllStringSubmatch(text, -1) {
			files++
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s names %s, which is not there", name, m[1])
			}
		}
		for _, m := range command.FindAllStringSubmatch(text, -1) {
			commands++
			if !regexp.MustCompile("(?mi)^\\s+" + m[1] + `\s+\w+\s+.cmd:""`).Match(main) {
				t.Errorf("%s names the command %s, which is not there", name, m[1])
			}
		}
	}
	require.Greater(t, files, 30)
	require.Greater(t, commands, 5)
}

// What is true of one machine alone, and who wrote it, has no place in a document.
func TestDocumentsNameNoMachine(t *testing.T) {
	for name, text := range documents(t) {
		for _, word := range []string{"/" + "root/", "/" + "work/", "/" + "home/", "localhost:3", "TODO", "FIXME"} {
			if strings.Contains(text, word) {
				t.Errorf("%s says %s", name, word)
			}
		}
	}
}

// Comments cite design decisions by number: each is there to be read.
func TestEveryDecisionCitedIsListed(t *testing.T) {
	decisions := documents(t)["docs/decisions.md"]
	found := 0
	for name, text := range source(t) {
		for _, m := range regexp.MustCompile(`[Dd]esign\s+(?://\s+)?decisions?\s+(?://\s+)?(\d+)`).FindAllStringSubmatch(text, -1) {
			found++
			if !strings.Contains(decisions, "\n"+m[1]+". ") {
				t.Errorf("%s cites design decision %s, which docs/decisions.md does not list", name, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`\bADR (\d{4})`).FindAllStringSubmatch(text, -1) {
			if !strings.Contains(documents(t)["docs/adr/README.md"], "["+m[1]+"](") {
				t.Errorf("%s cites ADR %s, which is not there", name, m[1])
			}
		}
	}
	require.Greater(t, found, 20)
}

// Every module that the code imports itself is named with its licence.
func TestEveryModuleIsNamed(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	direct, _, _ := strings.Cut(string(raw), "// indirect")
	code, notices := all(source(t)), documents(t)["THIRD_PARTY_NOTICES.md"]
	found := 0
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(direct, -1) {
		if strings.Contains(code, `"`+m[1]+`"`) || strings.Contains(code, `"`+m[1]+"/") {
			found++
			if !strings.Contains(notices, "**"+m[1]+"**") {
				t.Errorf("THIRD_PARTY_NOTICES.md does not name %s", m[1])
			}
		}
	}
	require.Greater(t, found, 20)
}

func TestThePictureIsWellFormed(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root, "docs/architecture.svg"))
	require.NoError(t, err)
	var picture struct {
		Title string `xml:"title"`
		Desc  string `xml:"desc"`
	}
	require.NoError(t, xml.Unmarshal(raw, &picture))
	require.NotEmpty(t, picture.Title)
	require.NotEmpty(t, picture.Desc, "for who cannot see it")
	require.NotContains(t, string(raw), "<script")
}
