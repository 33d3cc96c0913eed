package library

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tussentijds/internal/fault"
)

// form holds one question of every type.
func form() *Exercise {
	options := []Option{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	three := 3.0
	return &Exercise{ID: "form", Questions: []Question{
		{ID: "scale", Type: FieldScale},
		{ID: "yes_no", Type: FieldYesNo},
		{ID: "choice", Type: FieldChoice, Options: options},
		{ID: "multi", Type: FieldMulti, Options: options},
		{ID: "short", Type: FieldShort},
		{ID: "long", Type: FieldLong},
		{ID: "number", Type: FieldNumber},
		{ID: "timer", Type: FieldTimer},
		{ID: "counter", Type: FieldCounter, Max: &three},
		{ID: "date", Type: FieldDate},
		{ID: "time", Type: FieldTime},
		{ID: "checklist", Type: FieldChecklist, Options: options},
		{ID: "signature", Type: FieldSignature},
		{ID: "rows", Type: FieldRows, MaxRows: 3, Columns: []Column{
			{ID: "what", Type: FieldShort},
			{ID: "story", Type: FieldLong},
			{ID: "done", Type: FieldYesNo},
			{ID: "many", Type: FieldNumber, Max: &three},
			{ID: "pick", Type: FieldChoice, Options: options},
			{ID: "on", Type: FieldDate},
			{ID: "at", Type: FieldTime},
			{ID: "much", Type: FieldScale},
		}},
	}}
}

func decode(t *testing.T, raw string) Answers {
	t.Helper()
	a := Answers{}
	if err := json.Unmarshal([]byte(raw), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestCheckNormalises(t *testing.T) {
	for in, want := range map[string]string{
		`{"scale":"7"}`: `{"scale":7}`, `{"scale":0}`: `{"scale":0}`, `{"scale":" 10 "}`: `{"scale":10}`,
		`{"number":"7,5"}`: `{"number":7.5}`, `{"number":"7.5"}`: `{"number":7.5}`, `{"counter":"3"}`: `{"counter":3}`,
		`{"timer":"10:05"}`: `{"timer":605}`, `{"timer":600}`: `{"timer":600}`, `{"timer":"0:00"}`: `{"timer":0}`,
		`{"yes_no":"yes"}`: `{"yes_no":"yes"}`, `{"choice":"b"}`: `{"choice":"b"}`,
		`{"multi":["c","a","c"]}`: `{"multi":["a","c"]}`, `{"checklist":"b"}`: `{"checklist":["b"]}`,
		`{"short":"  hé 👩‍👩‍👧 <b>x</b> "}`: `{"short":"hé 👩‍👩‍👧 <b>x</b>"}`, `{"short":"שלום עליכם"}`: `{"short":"שלום עליכם"}`,
		`{"long":"een\r\ntwee\rdrie\tvier\n"}`:                                                            `{"long":"een\ntwee\ndrie\tvier"}`,
		`{"date":"2028-02-29"}`:                                                                           `{"date":"2028-02-29"}`,
		`{"time":"08:30"}`:                                                                                `{"time":"08:30"}`,
		`{"signature":{"name":" Sam ","agreed":true}}`:                                                    `{"signature":{"name":"Sam","agreed":true}}`,
		`{"rows":[{},{"what":"x","many":"2"},null,{"what":" "}]}`:                                         `{"rows":[{"what":"x","many":2}]}`,
		`{"rows":[{"what":"x","on":"2026-01-02","at":"","much":"4"}]}`:                                    `{"rows":[{"what":"x","on":"2026-01-02","much":4}]}`,
		`{"scale":{"declined":true},"rows":{"declined":true,"x":1}}`:                                      `{"scale":{"declined":true},"rows":{"declined":true}}`,
		`{"long":{"declined":false},"short":"","multi":[],"rows":[],"date":null,"signature":{"name":""}}`: `{}`,
	} {
		got, fields := form().Check(decode(t, in), false)
		if len(fields) > 0 || !reflect.DeepEqual(got, decode(t, want)) {
			t.Errorf("%s gives %v %v, want %s", in, got, fields, want)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	long := func(n int) string { return strings.Repeat("é", n) }
	for in, want := range map[string]string{
		`{"scale":11}`: "error.field.number", `{"scale":-1}`: "error.field.number", `{"scale":7.5}`: "error.field.number",
		`{"scale":"veel"}`: "error.field.number", `{"scale":"NaN"}`: "error.field.number", `{"scale":true}`: "error.field.number",
		`{"scale":[7]}`: "error.field.number", `{"number":"0x10"}`: "error.field.number", `{"number":"1e3"}`: "error.field.number",
		`{"number":1e300}`: "error.field.number", `{"counter":4}`: "error.field.number", `{"timer":"10:60"}`: "library.field.timer",
		`{"timer":"soon"}`: "library.field.timer", `{"timer":90000}`: "error.field.number", `{"timer":1.5}`: "error.field.number",
		`{"yes_no":true}`: "error.field.choice", `{"yes_no":"ja"}`: "error.field.choice", `{"choice":"d"}`: "error.field.choice",
		`{"choice":["a"]}`: "error.field.choice", `{"multi":["a","d"]}`: "error.field.choice", `{"multi":[1]}`: "error.field.choice",
		`{"multi":{"a":1}}`: "error.field.choice", `{"short":"een\ntwee"}`: "error.field.control",
		`{"short":"een\r\nBcc: x"}`: "error.field.control", `{"short":"x\u0000y"}`: "error.field.control",
		`{"short":"x\u2028y"}`: "error.field.control", `{"short":5}`: "error.field.control", `{"short":"` + long(201) + `"}`: "error.field.too_long",
		`{"long":"` + long(10_001) + `"}`: "error.field.too_long", `{"long":"` + long(100_000) + `"}`: "error.field.too_long",
		`{"long":"x\u0007y"}`: "error.field.control", `{"date":"2027-02-29"}`: "error.field.date", `{"date":"02-03-2026"}`: "error.field.date",
		`{"date":20260203}`: "error.field.date", `{"date":"0001-01-01"}`: "error.field.date", `{"time":"24:00"}`: "error.field.time",
		`{"time":"8:30"}`: "error.field.time", `{"time":"08:30:00"}`: "error.field.time",
		`{"signature":"Sam"}`: "library.field.signature", `{"signature":{"name":"Sam"}}`: "library.field.signature",
		`{"signature":{"agreed":true}}`: "library.field.signature", `{"signature":{"name":"Sam","agreed":"yes"}}`: "library.field.signature",
		`{"signature":{"name":"S\nam","agreed":true}}`: "error.field.control", `{"signature":{"declined":true}}`: "library.field.signature",
		`{"rows":"x"}`: "library.field.rows", `{"rows":[1]}`: "library.field.rows", `{"rows":[{"ghost":1}]}`: "error.field.unknown",
		`{"rows":[{"many":4}]}`: "error.field.number", `{"rows":[{"pick":"d"}]}`: "error.field.choice",
		`{"rows":[{"what":"1"},{"what":"2"},{"what":"3"},{"what":"4"}]}`: "library.field.too_many_rows",
		`{"scale":{"x":1}}`: "error.field.number", `{"ghost":1}`: "error.field.unknown",
	} {
		short := in[:min(len(in), 60)]
		got, fields := form().Check(decode(t, in), false)
		if len(fields) != 1 || fields[0].Key != want {
			t.Errorf("%s: %v, want %s", short, fields, want)
			continue
		}
		id := strings.SplitN(in, `"`, 3)[1]
		if fields[0].Location != "answers."+id {
			t.Errorf("%s is located at %s", short, fields[0].Location)
		}
		if len(got) != 0 {
			t.Errorf("%s: the wrong answer was kept", short)
		}
	}
	_, fields := form().Check(decode(t, `{"scale":11,"short":"`+long(201)+`","rows":[{"what":"x"},{"many":4}]}`), false)
	if len(fields) != 3 {
		t.Fatalf("wrong fields %v", fields)
	}
	for i, want := range []map[string]any{
		{"Min": int64(0), "Max": int64(10)}, {"Max": 200}, {"Min": int64(0), "Max": int64(3), "Row": 2, "Column": "many"},
	} {
		if !reflect.DeepEqual(fields[i].Args, want) {
			t.Errorf("arguments %v, want %v", fields[i].Args, want)
		}
	}
}

func TestCheckRequired(t *testing.T) {
	e := form()
	for i := range e.Questions {
		e.Questions[i].Required = true
	}
	if _, fields := e.Check(Answers{}, true); len(fields) != 0 {
		t.Errorf("a draft may be empty, but %v", fields)
	}
	_, fields := e.Check(Answers{"long": "   ", "multi": []any{}}, false)
	if len(fields) != len(e.Questions) {
		t.Fatalf("%d of %d questions are missed", len(fields), len(e.Questions))
	}
	for i, f := range fields {
		if f.Key != "error.field.required" || f.Location != "answers."+e.Questions[i].ID {
			t.Errorf("field %d is %v", i, f)
		}
	}
	declined := Answers{}
	for _, q := range e.Questions {
		declined[q.ID] = Decline()
	}
	_, fields = e.Check(declined, false)
	if len(fields) != 1 || fields[0].Location != "answers.signature" {
		t.Errorf("everything but a signature can be declined, but %v", fields)
	}
}

func TestCheckDoesNotEchoAMadeUpQuestion(t *testing.T) {
	_, fields := form().Check(Answers{"x\r\nSet-Cookie: <script>" + strings.Repeat("y", 500): 1}, false)
	if len(fields) != 1 || len(fields[0].Location) > 60 || strings.ContainsAny(fields[0].Location, "\r\n<>: ") {
		t.Errorf("fields %v", fields)
	}
}

func TestADraftSignatureIsKept(t *testing.T) {
	for _, in := range []string{`{"signature":{"name":"Sam","agreed":false}}`, `{"signature":{"agreed":true}}`} {
		got, fields := form().Check(decode(t, in), true)
		if len(fields) > 0 || !reflect.DeepEqual(got, decode(t, in)) {
			t.Errorf("%s gives %v %v", in, got, fields)
		}
	}
}

// anyJSON draws any value that JSON can hold, with a leaning to what nearly fits a form.
func anyJSON(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Float64().AsAny(), rapid.String().AsAny(), rapid.IntRange(-2, 12).AsAny(),
		rapid.SampledFrom([]any{"yes", "no", "a", "b", "7", "7,5", "-0", "10:00", "2026-02-28", "20:15", "", " ", "a\nb", "\xff"}),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	keys := rapid.SampledFrom([]string{"declined", "name", "agreed", "what", "story", "done", "many", "pick", "on", "at", "much", "ghost"})
	return rapid.OneOf(append(leaves,
		rapid.SliceOfN(anyJSON(depth-1), 0, 4).AsAny(),
		rapid.MapOfN(keys, anyJSON(depth-1), 0, 4).AsAny(),
		rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 4).AsAny(),
	)...)
}

func TestCheckNeverPanicsAndIsStable(t *testing.T) {
	e := form()
	names := []string{"ghost"}
	for _, q := range e.Questions {
		names = append(names, q.ID)
	}
	exercises := append(lib(t).List(), e)
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(exercises).Draw(t, "exercise")
		ids := names
		if e.ID != "form" {
			ids = []string{"ghost"}
			for _, q := range e.Questions {
				ids = append(ids, q.ID)
			}
		}
		in := Answers(rapid.MapOfN(rapid.SampledFrom(ids), anyJSON(2), 0, 8).Draw(t, "answers"))
		partial := rapid.Bool().Draw(t, "partial")
		out, _ := e.Check(in, partial)
		again, fields := e.Check(out, true)
		if len(fields) > 0 || !reflect.DeepEqual(out, again) {
			t.Fatalf("normalised %v becomes %v with %v", out, again, fields)
		}
		raw, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		back := Answers{}
		if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(out, back) {
			t.Fatalf("normalised %v comes back from JSON as %v (%v)", out, back, err)
		}
		e.MeasuresOf(out)
		e.Score(out)
		e.MeasuresOf(in) // Unchecked answers give odd numbers at worst, never a panic.
	})
}

func TestFromForm(t *testing.T) {
	values := map[string][]string{
		"csrf": {"x"}, "q.scale": {"7"}, "q.yes_no": {"no"}, "q.choice": {"b"}, "q.multi": {"a", "c"}, "q.checklist": {"b"},
		"q.short": {"hé"}, "q.long": {"een\r\ntwee"}, "q.number": {"2,5"}, "q.timer": {"12:30"}, "q.counter": {"2"},
		"q.date": {"2026-03-29"}, "q.time": {"20:00"}, "q.signature.name": {"Sam"}, "q.signature.agreed": {"1"},
		"q.rows.0.what": {"eerst"}, "q.rows.0.done": {"yes"}, "q.rows.2.what": {"laatst"}, "q.rows.10.what": {""}, "q.rows.x.what": {"weg"},
	}
	got, fields := form().Check(FromForm(form(), values), false)
	want := decode(t, `{"scale":7,"yes_no":"no","choice":"b","multi":["a","c"],"checklist":["b"],"short":"hé","long":"een\ntwee",
		"number":2.5,"timer":750,"counter":2,"date":"2026-03-29","time":"20:00","signature":{"name":"Sam","agreed":true},
		"rows":[{"what":"eerst","done":"yes"},{"what":"laatst"}]}`)
	if len(fields) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("form gives %v\n%v, want\n%v", fields, got, want)
	}
}

func TestFromFormCorners(t *testing.T) {
	check := func(values map[string][]string, partial bool) (Answers, []fault.Field) {
		return form().Check(FromForm(form(), values), partial)
	}
	if got, _ := check(map[string][]string{"q.long": {"iets"}, "q.long.declined": {"1"}, "q.rows.0.what": {"x"}, "q.rows.declined": {"1"}}, false); !got.Declined("long") || !got.Declined("rows") {
		t.Errorf("declining goes before what was typed, but %v", got)
	}
	if got, fields := check(map[string][]string{"q.scale.declined": {"0"}, "q.short": {""}, "q.timer": {""}, "q.multi": {""}, "q.date": {}}, false); len(got) != 0 || len(fields) != 0 {
		t.Errorf("an empty form gives %v %v", got, fields)
	}
	if got, _ := check(map[string][]string{"q.timer": {"10"}}, false); got["timer"] != 600.0 {
		t.Errorf("ten minutes are %v seconds", got["timer"])
	}
	if _, fields := check(map[string][]string{"q.timer": {"a while"}, "q.ghost": {"x"}}, true); len(fields) != 2 {
		t.Errorf("wrong fields %v", fields)
	}
	if got, _ := check(map[string][]string{"q.signature.name": {"Sam"}, "q.signature.declined": {"1"}}, true); got.Declined("signature") {
		t.Error("a signature was declined")
	}
	if _, fields := check(map[string][]string{"q.signature.name": {"Sam"}, "q.signature.agreed": {"0"}}, false); len(fields) != 1 {
		t.Errorf("a name without a tick: %v", fields)
	}
}
