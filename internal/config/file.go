package config

import (
	"os"
	"strconv"
	"strings"
)

// readFile adds the lines of a settings file to values, where the environment has not already set them. A line is
// KEY=VALUE, empty, or a remark that begins with #; a value may stand in one pair of single or double quotes.
func readFile(file string, values map[string]string, problems *Error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		problems.add(Prefix+"CONFIG_FILE", "%s cannot be read", strconv.Quote(file))
		return
	}
	seen := map[string]bool{}
	for i, line := range strings.Split(string(raw), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		where := file + ":" + strconv.Itoa(i+1)
		key, value, ok := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case !ok:
			problems.add(where, "not a line of the form KEY=VALUE")
		case !known(key) || key == Prefix+"CONFIG_FILE":
			problems.add(where, "%s: unknown setting%s", strconv.Quote(key), suggestion(key))
		case seen[key]:
			problems.add(where, "%s is set a second time", key)
		default:
			seen[key] = true
			if !environmentSays(values, key, seen) {
				values[key] = unquote(value)
			}
		}
	}
}

// environmentSays tells whether key, or its other form with _FILE, is set outside the file.
func environmentSays(values map[string]string, key string, fromFile map[string]bool) bool {
	other, isFile := strings.CutSuffix(key, "_FILE")
	if !isFile {
		other = key + "_FILE"
	}
	_, same := values[key]
	_, otherwise := values[other]
	return same || otherwise && !fromFile[other]
}

func unquote(v string) string {
	if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
		return v[1 : len(v)-1]
	}
	return v
}

// suggestion names the setting that was probably meant: the one that differs least, if it differs little.
func suggestion(key string) string {
	best, least := "", 4
	for _, s := range settings {
		if d := distance(strings.ToUpper(key), s.key); d < least {
			best, least = s.key, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance counts the letters to add, drop or change to make b out of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
