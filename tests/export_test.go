package tests

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// export writes one person's data as somebody and gives what is in the file, by name; PDFs as their text.
func export(t testing.TB, k *testkit.Kit, actor care.Actor, in care.ExportInput) map[string]string {
	t.Helper()
	e, err := k.Service.BeginExport(k.Ctx, actor, in)
	require.NoError(t, err)
	var file bytes.Buffer
	require.NoError(t, e.Write(k.Ctx, &file))
	return unzip(t, file.Bytes())
}

func unzip(t testing.TB, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		out[f.Name] = string(body)
		switch {
		case strings.HasSuffix(f.Name, ".pdf"):
			out[f.Name] = pdfText(t, string(body))
		case strings.HasSuffix(f.Name, ".json"):
			require.True(t, json.Valid(body), f.Name)
		}
	}
	return out
}

// allOf is all that is in a file.
func allOf(parts map[string]string) string {
	var out strings.Builder
	for name, text := range parts {
		out.WriteString(name + "\n" + text + "\n")
	}
	return out.String()
}

// One person's export holds all that is that person's and the joint file, and nothing of what the other keeps, of the notes, or of
// what only the therapists read. What a therapist hands over holds no more than a therapist may read.
func TestOnesExportIsOnesOwnAndNothingElse(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	f := newCouple(t, k, k.Therapist, &k.Trainee).fill().deepen()
	for _, a := range []*care.Actor{&f.a, &f.b, &f.therapist} {
		a.FreshAt = k.Clock.Now()
	}
	_, err := k.Service.SendScreening(k.Ctx, k.Therapist, f.couple, care.SendScreeningInput{})
	require.NoError(t, err)
	own := export(t, k, f.a, care.ExportInput{})
	desk := export(t, k, f.therapist, care.ExportInput{PartnerID: f.a.ID, Reason: "op verzoek"})
	text, readable, handed := allOf(own), own["leesbaar.pdf"]+own["person.json"], allOf(desk)
	found, hits := 0, 0
	for _, c := range f.canaries {
		if !c.readers[f.a.ID] {
			for name, part := range map[string]string{"A's export": text, "what the practice hands A": handed} {
				if !assert.False(t, strings.Contains(part, c.text), "%s holds %s", name, c.what) {
					hits++
				}
			}
			continue
		}
		if !c.readers[f.therapist.ID] {
			assert.False(t, strings.Contains(handed, c.text), "what the practice hands over holds %s", c.what)
		}
		if c.what == "the name of a partner" {
			continue // The other's stands where the other signed or wrote.
		}
		if assert.True(t, strings.Contains(text, c.text), "A's export lacks %s", c.what) {
			found++
		}
		assert.True(t, strings.Contains(readable, c.text), "nobody can read %s without a program", c.what)
	}
	require.Greater(t, found, 20)
	t.Logf("%d canaries: %d of A's and of both in A's export, %d of others in any", len(f.canaries), found, hits)

	// The private questions come along when the person asks, and only the own.
	for _, who := range []care.Actor{f.a, f.b} {
		task := f.task(who, "safety-screening")
		_, err := k.Service.CompleteTask(k.Ctx, who, task.ID, testkit.Fill(task.Exercise, "x"))
		require.NoError(t, err)
	}
	const private = `"exercise": "safety-screening"`
	require.False(t, strings.Contains(allOf(export(t, k, f.a, care.ExportInput{})), private))
	whole := export(t, k, f.a, care.ExportInput{Private: true})["homework.json"]
	require.Equal(t, 1, strings.Count(whole, private), "the own, when asked for, and not the other's")
	system := care.System(f.a.PracticeID)
	require.True(t, strings.Contains(allOf(export(t, k, system, care.ExportInput{PartnerID: f.a.ID, Private: true})), private))
	require.False(t, strings.Contains(allOf(export(t, k, f.therapist, care.ExportInput{PartnerID: f.a.ID, Reason: "op verzoek"})), private))

	// It is on the record of A alone.
	require.Equal(t, 6, k.Count("audit_events where act = 'export' and object_kind = 'file' and partner_id = $1", f.a.ID))
	seen, err := k.Service.ListAudit(k.Ctx, f.b, care.Page{Limit: 100})
	require.NoError(t, err)
	for _, e := range seen.Data {
		require.NotEqual(t, "export", e.Act, "B hears that A took the own data out")
	}

	stale := f.a
	stale.FreshAt = k.Clock.Now().Add(-6 * time.Minute)
	reason := care.ExportInput{PartnerID: f.a.ID, Reason: "op verzoek"}
	for name, refused := range map[string]struct {
		who  care.Actor
		in   care.ExportInput
		code fault.Code
	}{
		"the other partner":         {f.b, reason, fault.NotFound},
		"a sign-in of a while ago":  {stale, care.ExportInput{}, fault.Forbidden},
		"a trainee":                 {k.Trainee, reason, fault.Forbidden},
		"the office":                {k.Office, reason, fault.Forbidden},
		"a colleague":               {k.Colleague, reason, fault.NotFound},
		"the owner":                 {k.Owner, reason, fault.NotFound},
		"another practice":          {k.ForeignTherapist, reason, fault.NotFound},
		"nobody known":              {k.Therapist, care.ExportInput{PartnerID: uuid.New(), Reason: "op verzoek"}, fault.NotFound},
		"a therapist, no reason":    {k.Therapist, care.ExportInput{PartnerID: f.a.ID, Reason: " "}, fault.Invalid},
		"a therapist, private ones": {k.Therapist, care.ExportInput{PartnerID: f.a.ID, Reason: "op verzoek", Private: true}, fault.Forbidden},
	} {
		_, err := k.Service.BeginExport(k.Ctx, refused.who, refused.in)
		require.Equal(t, refused.code, fault.From(err).Code, name)
	}
	k.SQL(`update keys.wrapped_keys set wrapped = null, destroyed_at = now() where owner_id = $1`, f.b.ID)
	_, err = k.Service.BeginExport(k.Ctx, system, care.ExportInput{PartnerID: f.b.ID})
	require.True(t, fault.Is(err, fault.Conflict), "of somebody who was erased")
}
