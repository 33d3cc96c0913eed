package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"tussentijds/internal/fault"
)

// Match is the version that a change was made on (RFC 9110, 13.1.1).
type Match struct {
	IfMatch string `header:"If-Match" doc:"The ETag of the version you saw, or * for whichever there is. Another one answers 412."`
}

// Tag is the version that an answer shows.
type Tag struct {
	ETag string `header:"ETag" doc:"The version, for If-Match."`
}

func tagged(version int) Tag { return Tag{ETag: `"` + strconv.Itoa(version) + `"`} }

// needed gives the version that a change was made on. Without If-Match it is 428 (RFC 6585): overwriting unseen is not
// on offer. current tells the version there is, for If-Match: *; nil where no single reading exists.
func (m Match) needed(ctx context.Context, current func() (int, error)) (int, error) {
	if strings.TrimSpace(m.IfMatch) == "" {
		return 0, statusProblem(callOf(ctx), http.StatusPreconditionRequired)
	}
	return m.given(ctx, current)
}

// given is as needed, but takes whichever version there is when the request names none.
func (m Match) given(ctx context.Context, current func() (int, error)) (int, error) {
	raw := strings.TrimSpace(m.IfMatch)
	if raw == "" || raw == "*" {
		if current == nil {
			return 0, statusProblem(callOf(ctx), http.StatusPreconditionRequired)
		}
		return current()
	}
	return m.version()
}

// version reads the ETag. One that we never gave cannot be the present one: stale.
func (m Match) version() (int, error) {
	raw := strings.TrimPrefix(strings.TrimSpace(m.IfMatch), "W/")
	quoted, ok := strings.CutPrefix(raw, `"`)
	quoted, closed := strings.CutSuffix(quoted, `"`)
	n, err := strconv.Atoi(quoted)
	if !ok || !closed || err != nil || n < 0 { // Nought is a thing of which nothing was ever set.
		return 0, fault.New(fault.Stale, "")
	}
	return n, nil
}

// Made says where a new thing is.
type Made struct {
	Location string `header:"Location" doc:"Where it is."`
}

func madeAt(parts ...string) Made { return Made{Location: Prefix + "/" + strings.Join(parts, "/")} }
