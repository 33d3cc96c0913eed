package tests

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// world is two practices with three files, and everybody who tries the doors.
type world struct {
	*house
	own, other, foreign *file
	unknown             map[string]string
	roles               []role
	sharing             sync.Mutex
	shared              [11]*file
}

type role struct {
	name  string
	actor *care.Actor
	who   *visitor
}

// roleNames is the order of the letters of a verdict.
var roleNames = []string{"owner", "therapist", "trainee", "colleague", "office", "partner A", "partner B", "stranger", "foreign therapist", "foreign partner", "signed out"}

const (
	owner = iota
	therapist
	trainee
	colleague
	office
	partnerA
	partnerB
	stranger
	foreignTherapist
	foreignPartner
	signedOut
)

func newWorld(t *testing.T) *world {
	t.Helper()
	k := testkit.New(t)
	w := &world{house: open(t, k), unknown: map[string]string{}}
	w.own = newCouple(t, k, k.Therapist, &k.Trainee, k.Office).fill()
	w.other = newCouple(t, k, k.Colleague, nil, k.Office).fill()
	w.foreign = newCouple(t, k, k.ForeignTherapist, nil).fill()
	own, err := json.Marshal(must(k.Library.Exercise("appreciation")))
	require.NoError(t, err)
	for _, f := range []*file{w.own, w.other, w.foreign} {
		e, err := k.Service.AddExercise(k.Ctx, f.therapist, own)
		require.NoError(t, err)
		f.ids["exercise"] = e.Exercise.ID
		hidden, err := k.Service.AddExercise(k.Ctx, f.therapist, own)
		require.NoError(t, err)
		_, err = k.Service.ShareExercise(k.Ctx, f.therapist, uuid.MustParse(hidden.Exercise.ID), false, 1)
		require.NoError(t, err)
		f.ids["private"] = hidden.Exercise.ID
		f.ids["question"] = "q" + random(8) // Of no other exercise.
		made, err := k.Service.AddExercise(k.Ctx, f.therapist, []byte(`{"kind": "instrument", "title": {"nl": "Zelf gemaakt"}, "summary": {"nl": "Kort."}, "steps": [{"nl": "Doen."}], "who": "each", "minutes": 5,
			"schedule": {"kind": "once"}, "questions": [{"id": "`+f.ids["question"]+`", "type": "scale", "label": {"nl": "Hoe was het?"}, "audience": "therapist"}], "scoring": {"max": 10, "max_missing": 0, "caveat": {"nl": "Geen test."}}}`))
		require.NoError(t, err)
		f.ids["made"] = made.Exercise.ID
	}
	for name := range w.own.ids {
		w.unknown[name] = uuid.Must(uuid.NewV7()).String()
	}
	w.own.ids["token"], w.other.ids["token"], w.foreign.ids["token"], w.unknown["token"] = "niets", "niemand", "nergens", "nooit"
	w.unknown["programme"] = "honesty" // The library's programmes are everybody's who treats.
	for _, ids := range []map[string]string{w.own.ids, w.other.ids, w.foreign.ids, w.unknown} {
		ids["one"], ids["month"] = "1", "2026-10" // The first revision of a report, and a month of everybody's.
	}
	w.own.ids["file"], w.other.ids["file"], w.foreign.ids["file"], w.unknown["file"] = "app.css", "app.css", "app.css", "app.css"
	for i, a := range []*care.Actor{&k.Owner, &k.Therapist, &k.Trainee, &k.Colleague, &k.Office, &w.own.a, &w.own.b, &w.other.a, &w.foreign.therapist, &w.foreign.a, nil} {
		w.roles = append(w.roles, role{roleNames[i], a, w.signIn(a)})
	}
	return w
}

func must[T any](v T, ok bool) T {
	if !ok {
		panic("tests: not in the library")
	}
	return v
}

var (
	parameter  = regexp.MustCompile(`\{[a-z]+\}|:[a-z]+|\*`)
	formTokens = regexp.MustCompile(`name="csrf" value="[^"]+"`)
)

// at fills a route's parameters with the ids of the things, in order.
func at(path string, ids []string) string {
	i := -1
	return parameter.ReplaceAllStringFunc(path, func(string) string { i++; return ids[i] })
}

// pick takes things from a file.
func pick(ids map[string]string, things []string) []string {
	out := make([]string, len(things))
	for i, thing := range things {
		out[i] = ids[thing]
	}
	return out
}

// try sends one request with a body that would do.
func (w *world) try(who *visitor, route string, ids []string, f *file) reply {
	w.t.Helper()
	method, path, _ := strings.Cut(route, " ")
	path = at(path, ids)
	if method == "GET" {
		return who.get(path + queries[route])
	}
	body, known := bodies[route]
	assert.True(w.t, known, "no body for %s", route)
	fill := strings.NewReplacer("{couple}", f.ids["couple"], "{partner}", f.ids["partner"], "{member}", f.ids["member"], "{random}", random(12))
	if form, ok := body.(form); ok {
		values := url.Values{}
		for name, value := range form {
			values.Set(name, fill.Replace(value))
		}
		return who.do(method, path, who.form(values))
	}
	if body == nil {
		return who.do(method, path, nil)
	}
	raw, err := json.Marshal(body)
	require.NoError(w.t, err)
	return who.do(method, path, fill.Replace(string(raw)))
}

// letter says what a reply comes to.
func letter(r reply) byte {
	switch {
	case r.status == 401, r.status == 303 && r.header.Get("Location") == "/" && !strings.Contains(strings.Join(r.header.Values("Set-Cookie"), " "), "web.flash.signed_out"):
		return 's'
	case r.status == 403:
		return 'f'
	case r.status == 404:
		return '.'
	case r.status < 400:
		return '+'
	case r.status == 409, r.status == 412, r.status == 422:
		return '~'
	}
	return '!'
}

// face is a reply without what is new each time: request ids, form tokens and the ids that were asked for.
func face(r reply, ids []string) string {
	body := formTokens.ReplaceAllString(r.body, "")
	for _, id := range ids {
		if len(id) > 2 { // A number would be found in every other id.
			body = strings.ReplaceAll(body, id, "ID")
		}
	}
	var p map[string]any
	if json.Unmarshal([]byte(body), &p) == nil {
		delete(p, "instance")
		delete(p, "request_id")
		raw, _ := json.Marshal(p)
		body = string(raw)
	}
	return fmt.Sprintf("%d %s %s\n%s", r.status, r.header.Get("Location"), r.header.Get("Content-Type"), body)
}

// in says which column of a row holds for a role on somebody else's file: a colleague is to the other couple what the
// therapist is to the own one.
var (
	onOther   = [...]int{owner, colleague, colleague, therapist, office, stranger, stranger, partnerA, foreignTherapist, foreignPartner, signedOut}
	onForeign = [...]int{foreignTherapist, foreignTherapist, foreignTherapist, foreignTherapist, foreignTherapist, foreignPartner, foreignPartner, foreignPartner, therapist, partnerA, signedOut}
)

// Every route, for every role, with ids of the own file, of the other partner, of another couple, of another practice and
// of nothing: who may, may; to everybody else what they may not know of and what does not exist are one and the same.
func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var requests, leaks atomic.Int64
	var mu sync.Mutex
	wrong := func(format string, args ...any) {
		leaks.Add(1)
		mu.Lock()
		defer mu.Unlock()
		assert.Fail(t, fmt.Sprintf(format, args...))
	}
	canaries := slices.Concat(w.own.canaries, w.other.canaries, w.foreign.canaries)
	check := func(ro role, route, whose string, r reply, extra ...canary) {
		requests.Add(1)
		if r.status >= 500 {
			wrong("%s as %s on %s: %d", route, ro.name, whose, r.status)
		}
		for _, c := range slices.Concat(canaries, extra) {
			if (ro.actor == nil || !c.readers[ro.actor.ID]) && strings.Contains(r.body, c.text) {
				wrong("%s as %s on %s shows %s", route, ro.name, whose, c.what)
			}
		}
	}
	try := func(row row, i int) byte {
		ro := w.roles[i]
		writes := !strings.HasPrefix(row.route, "GET ") || row.route == "GET /quick-exit" // which signs out.
		things := strings.FieldsFunc(row.things, func(r rune) bool { return r == '/' })
		blind := strings.HasSuffix(row.verdicts, " blind")
		want := row.verdicts[i]

		// On the own file; what changes something gets a file of its own.
		f, who, extra := w.own, ro.who, []canary(nil)
		if writes && (want == '+' || want == '?') {
			f, who, extra = w.fresh(i, row.route)
		}
		own := w.try(who, row.route, pick(f.ids, things), f)
		check(ro, row.route, "the own file", own, extra...)
		got := letter(own)
		if got == '~' && writes && want == '+' {
			got = '+'
		}
		if len(things) == 0 {
			return got
		}

		nothing := w.try(ro.who, row.route, pick(w.unknown, things), w.own)
		check(ro, row.route, "nothing", nothing)
		missing := face(nothing, pick(w.unknown, things))
		if letter(nothing) != '.' && letter(nothing) != want && !blind {
			wrong("%s as %s on nothing: %d", row.route, ro.name, nothing.status)
		}
		hidden := func(whose string, ids []string, f *file) {
			r := w.try(ro.who, row.route, ids, f)
			check(ro, row.route, whose, r)
			if face(r, ids) != missing {
				wrong("%s as %s tells %s from nothing:\n%s\n%s", row.route, ro.name, whose, face(r, ids), missing)
			}
		}
		if got == '.' {
			if face(own, pick(f.ids, things)) != missing {
				wrong("%s as %s tells a hidden %s from nothing:\n%s\n%s", row.route, ro.name, row.things, face(own, pick(f.ids, things)), missing)
			}
		}
		for _, near := range []struct {
			whose  string
			f      *file
			column int
		}{{"another couple's", w.other, onOther[i]}, {"another practice's", w.foreign, onForeign[i]}} {
			expect := row.verdicts[near.column]
			if i == foreignTherapist && near.f == w.foreign && row.verdicts[owner] == '+' {
				expect = '+' // There, the therapist is the owner too.
			}
			switch {
			case blind, expect == '.':
				hidden(near.whose, pick(near.f.ids, things), near.f)
			case expect == '+' && writes: // Whose file it is may do so; that is tried with the own one.
			default:
				r := w.try(ro.who, row.route, pick(near.f.ids, things), near.f)
				check(ro, row.route, near.whose, r)
				if letter(r) != expect {
					wrong("%s as %s on %s: %d, not %q", row.route, ro.name, near.whose, r.status, expect)
				}
			}
		}
		if len(things) == 2 && !blind { // The own couple in the path does not open what is another's.
			mixed := []string{w.own.ids[things[0]], w.unknown[things[1]]}
			r := w.try(ro.who, row.route, mixed, w.own)
			check(ro, row.route, "nothing below the own", r)
			none := face(r, mixed)
			for _, below := range []struct {
				f      *file
				column int
			}{{w.other, onOther[i]}, {w.foreign, onForeign[i]}} {
				expect := row.verdicts[below.column]
				if expect == '+' { // It is theirs, whatever couple the path names.
					continue
				}
				mixed := []string{w.own.ids[things[0]], below.f.ids[things[1]]}
				r := w.try(ro.who, row.route, mixed, below.f)
				check(ro, row.route, "another's below the own", r)
				if face(r, mixed) != none && (expect != 'f' || letter(r) != 'f') {
					wrong("%s as %s tells another's below the own from nothing:\n%s\n%s", row.route, ro.name, face(r, mixed), none)
				}
			}
		}
		return got
	}

	for _, row := range matrix {
		require.GreaterOrEqual(t, len(row.verdicts), len(roleNames), row.route)
	}
	var only *regexp.Regexp
	if narrow := os.Getenv("MATRIX_ONLY"); narrow != "" {
		only = regexp.MustCompile(narrow)
	}
	var wait sync.WaitGroup
	busy := make(chan struct{}, 4)
	for _, row := range matrix {
		if only != nil && !only.MatchString(row.route) {
			continue
		}
		busy <- struct{}{}
		wait.Go(func() {
			defer func() { <-busy }()
			got := make([]byte, len(roleNames))
			for i := range roleNames {
				got[i] = try(row, i)
			}
			if want := row.verdicts[:len(roleNames)]; want != string(got) {
				wrong("{%q, %q, %q}, not %q", row.route, row.things, got, want)
			}
		})
	}
	wait.Wait()
	for _, line := range strings.Split(w.log.String(), "\n") {
		if strings.Contains(line, `"level":"ERROR"`) {
			wrong("the log: %s", line)
		}
	}
	t.Logf("%d routes, %d roles, %d requests, %d leaks", routes(), len(roleNames), requests.Load(), leaks.Load())
}

// destroys are the routes after which a file is of no more use to the next one.
var destroys = regexp.MustCompile(`taking-back|withdrawal|/pause|sign-out|tokens/current|^DELETE|^PATCH /api/v1/couples|/settings$|/hold$|cancellation`)

// fresh is a file that may be changed, seen as the role. Routes that leave it whole share one.
func (w *world) fresh(i int, route string) (*file, *visitor, []canary) {
	switch i {
	case owner, colleague, foreignTherapist, signedOut:
		return w.own, w.signIn(w.roles[i].actor), nil // They may change nothing of the couple: what they may change is no couple's.
	case stranger:
		return w.own, w.signIn(&newCouple(w.t, w.k, w.k.Colleague, nil, w.k.Office).a), nil
	case foreignPartner:
		return w.own, w.signIn(&newCouple(w.t, w.k, w.k.ForeignTherapist, nil).a), nil
	}
	w.sharing.Lock()
	f := w.shared[i]
	if f == nil || destroys.MatchString(route) {
		// Therapist, trainee and office keep who they are; the partners are those of the new couple.
		f = newCouple(w.t, w.k, w.k.Therapist, &w.k.Trainee, w.k.Office).fill()
		for _, name := range []string{"exercise", "private", "made", "question", "token"} {
			f.ids[name] = w.own.ids[name]
		}
		if !destroys.MatchString(route) {
			w.shared[i] = f
		}
	}
	w.sharing.Unlock()
	actor := w.roles[i].actor
	switch i {
	case partnerA:
		actor = &f.a
	case partnerB:
		actor = &f.b
	}
	var theirs []canary
	for _, c := range f.canaries {
		if !c.readers[actor.ID] {
			c.readers = nil
			theirs = append(theirs, c)
		}
	}
	return f, w.signIn(actor), theirs
}

func routes() int {
	seen := map[string]bool{}
	for _, row := range matrix {
		seen[row.route] = true
	}
	return len(seen)
}

// The matrix lists what the app has, and nothing else.
func TestTheMatrixIsWhole(t *testing.T) {
	t.Parallel()
	h := open(t, testkit.New(t))
	var have, listed []string
	for _, r := range h.app.GetRoutes(true) {
		path := r.Path
		if r.Method == "HEAD" || r.Method == "CONNECT" || r.Method == "TRACE" || r.Method == "OPTIONS" {
			continue
		}
		have = append(have, r.Method+" "+path)
	}
	for _, row := range matrix {
		listed = append(listed, strings.NewReplacer("{", ":", "}", "").Replace(row.route))
	}
	slices.Sort(have)
	slices.Sort(listed)
	have, listed = slices.Compact(have), slices.Compact(listed)
	require.Greater(t, len(have), 150)
	assert.Equal(t, have, listed)
}
