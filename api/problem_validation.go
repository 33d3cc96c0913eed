package api

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// validationProblem turns what huma found wrong with a request into our problem: its English words become ours in the
// reader's language, the rejected values are left out, and a location is the plain name of the input.
func validationProblem(k *call, status int, errs []error) *Problem {
	switch status {
	case 0: // huma asks for an example to describe problems by.
		status = http.StatusUnprocessableEntity
	case http.StatusBadRequest: // Unreadable JSON, or no body where there must be one: nothing to blame inside it.
		return statusProblem(k, status)
	}
	p := statusProblem(k, status)
	if p.Status != http.StatusUnprocessableEntity {
		return p
	}
	for _, err := range errs {
		if detailer, ok := err.(huma.ErrorDetailer); ok {
			p.Errors = append(p.Errors, k.field(detailer.ErrorDetail()))
		}
	}
	return p
}

// field translates one complaint.
func (k *call) field(d *huma.ErrorDetail) ProblemField {
	location := plainLocation(d.Location)
	if m := requiredWords.FindStringSubmatch(d.Message); m != nil {
		return ProblemField{Location: strings.TrimPrefix(location+"."+m[1], "."), Message: k.t("error.field.required")}
	}
	for _, w := range words {
		m := w.says.FindStringSubmatch(d.Message)
		if m == nil {
			continue
		}
		args := map[string]any{}
		if len(m) > 1 {
			args[w.arg] = plainNumber(m[1])
		}
		return ProblemField{Location: location, Message: k.t(w.key, args)}
	}
	return ProblemField{Location: location, Message: k.t("error.field.wrong")}
}

// requiredWords is huma's sentence about an input that is not there; it stands at the object around it.
var requiredWords = regexp.MustCompile(`^expected required property (\S+) to be present$`)

// words are huma's sentences with the message that says the same to a person. They are matched from the top.
var words = []struct {
	says *regexp.Regexp
	key  string
	arg  string
}{
	{regexp.MustCompile(`parameter is missing$`), "error.field.required", ""},
	{regexp.MustCompile(`^unexpected property$`), "error.field.unknown", ""},
	{regexp.MustCompile(`^unknown query parameter$`), "error.field.unknown", ""},
	{regexp.MustCompile(`^expected value to be one of`), "error.field.choice", ""},
	{regexp.MustCompile(`^expected length <= (\d+)$`), "error.field.too_long", "Max"},
	{regexp.MustCompile(`^expected length >= (\d+)$`), "error.field.too_short", "Min"},
	{regexp.MustCompile(`^expected array length <= (\d+)$`), "error.field.too_many", "Max"},
	{regexp.MustCompile(`^expected array length >= (\d+)$`), "error.field.too_few", "Min"},
	{regexp.MustCompile(`^expected number >= (\S+)$`), "error.field.at_least", "Min"},
	{regexp.MustCompile(`^expected number <= (\S+)$`), "error.field.at_most", "Max"},
	{regexp.MustCompile(`RFC 3339 date-time$`), "error.field.moment", ""},
	{regexp.MustCompile(`RFC 3339 date$`), "error.field.date", ""},
	{regexp.MustCompile(`^expected string to be RFC 4122 uuid`), "error.field.id", ""},
	{regexp.MustCompile(`^(?:expected integer|invalid integer)$`), "error.field.integer", ""},
	{regexp.MustCompile(`^(?:expected number|invalid float)$`), "error.field.a_number", ""},
	{regexp.MustCompile(`^(?:expected boolean|invalid boolean)$`), "error.field.true_false", ""},
	{regexp.MustCompile(`^expected string$`), "error.field.text", ""},
	{regexp.MustCompile(`^expected array$`), "error.field.list", ""},
	{regexp.MustCompile(`^expected object$`), "error.field.object", ""},
}

// plainLocation turns body.partners[0].email into partners.0.email, as the use cases name their inputs.
func plainLocation(location string) string {
	_, rest, nested := strings.Cut(location, ".")
	if !nested {
		if location == "body" {
			return ""
		}
		return location
	}
	return strings.NewReplacer("[", ".", "]", "").Replace(rest)
}

func plainNumber(s string) string {
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return fmt.Sprint(f)
	}
	return s
}
