package api_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
)

// Papers come as files under names that tell nobody's, in the right media type, and are kept by no cache; one person's data as a
// ZIP that opens.
func TestPapersAreFiles(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	s := serve(t, k.Service)
	noor, sam, joost := tokenOf(k, k.Therapist), tokenOf(k, k.PartnerA), tokenOf(k, k.Colleague)
	k.Assign("weekly-checkin", "both", "once")
	couple, partner, task := k.Couple.String(), k.PartnerA.ID.String(), k.FirstTask(k.PartnerA, "weekly-checkin").ID.String()
	file := func(a answer, kind, name string) []byte {
		t.Helper()
		a.is(http.StatusOK)
		require.Equal(t, kind, a.header.Get("Content-Type"))
		require.Equal(t, "no-store", a.header.Get("Cache-Control"))
		require.Equal(t, `attachment; filename="`+name+`"`, a.header.Get("Content-Disposition"))
		return a.raw
	}
	for path, name := range map[string]string{
		"/couples/" + couple + "/preparation/pdf": "voorbereiding.pdf", "/couples/" + couple + "/year/pdf": "jaaroverzicht.pdf",
		"/couples/" + couple + "/year/pdf?audience=partner&partner_id=" + partner: "jaaroverzicht.pdf",
		"/couples/" + couple + "/partners/" + partner + "/homework/pdf":           "huiswerk-op-papier.pdf",
	} {
		require.True(t, strings.HasPrefix(string(file(s.get(noor, path), "application/pdf", name)), "%PDF-"), path)
		s.get(joost, path).problem(http.StatusNotFound, "not_found")
	}
	for _, path := range []string{"/me/homework/pdf", "/tasks/" + task + "/pdf"} {
		require.True(t, strings.HasPrefix(string(file(s.get(sam, path), "application/pdf", "huiswerk-op-papier.pdf")), "%PDF-"), path)
		s.get(noor, path).problem(http.StatusNotFound, "not_found")
	}
	s.get(noor, "/couples/"+couple+"/preparation/pdf?session_id="+k.OtherCouple.String()).problem(http.StatusNotFound, "not_found")

	day := k.Clock.Now().In(k.Zone).Format(time.DateOnly)
	for token, path := range map[string]string{sam: "/me/export", noor: "/couples/" + couple + "/partners/" + partner + "/export"} {
		body := map[string]any{"private": false}
		if token == noor {
			s.post(noor, path, map[string]any{"reason": " "}).problem(http.StatusUnprocessableEntity, "invalid")
			s.post(noor, "/couples/"+k.OtherCouple.String()+"/partners/"+partner+"/export", map[string]any{"reason": "Op verzoek"}).problem(http.StatusNotFound, "not_found")
			body = map[string]any{"reason": "Op verzoek"}
		}
		raw := file(s.post(token, path, body), "application/zip", "mijn-gegevens-"+day+".zip")
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		require.NoError(t, err)
		require.Greater(t, len(z.File), 5)
	}
	s.post(noor, "/me/export", nil).problem(http.StatusNotFound, "not_found")
	k.Clock.Add(10 * time.Minute)
	s.post(sam, "/me/export", nil).problem(http.StatusForbidden, "forbidden")
}

// The owner sets colour and logo at the version that was seen; what is left out stays as it is.
func TestTheLookOfAPracticeOverTheAPI(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	s := serve(t, k.Service)
	sh := newShapes(t, s)
	owner, noor, sam := tokenOf(k, k.Owner), tokenOf(k, k.Therapist), tokenOf(k, k.PartnerA)
	change := func(token, match string, body map[string]any) answer {
		headers := map[string]string{}
		if match != "" {
			headers["If-Match"] = match
		}
		return s.do(request{method: "PATCH", path: "/practice/brand", token: token, body: body, headers: headers})
	}
	first := s.get(owner, "/practice/brand")
	sh.fit("GET /practice/brand", first)
	require.Equal(t, `"0"`, first.header.Get("ETag"))
	s.get(sam, "/practice/brand/logo").problem(http.StatusNotFound, "not_found")
	change(owner, "", map[string]any{"colour": "#ffd400"}).problem(http.StatusPreconditionRequired, "precondition_required")
	change(noor, "*", map[string]any{"colour": "#ffd400"}).problem(http.StatusForbidden, "forbidden")

	var logo bytes.Buffer
	require.NoError(t, png.Encode(&logo, image.NewGray(image.Rect(0, 0, 40, 20))))
	set := change(owner, `"0"`, map[string]any{"colour": "#ffd400", "logo": logo.Bytes()})
	sh.fit("PATCH /practice/brand", set)
	require.Equal(t, true, set.is(http.StatusOK)["has_logo"])
	change(owner, `"0"`, map[string]any{"colour": "#000000"}).problem(http.StatusPreconditionFailed, "stale")
	change(owner, `"1"`, map[string]any{"logo": []byte("<svg/>")}).problem(http.StatusUnprocessableEntity, "invalid")
	shown := s.get(sam, "/practice/brand/logo")
	shown.is(http.StatusOK)
	require.Equal(t, "image/png", shown.header.Get("Content-Type"))
	require.Equal(t, "no-store", shown.header.Get("Cache-Control"))
	gone := change(owner, "*", map[string]any{"remove_logo": true}).is(http.StatusOK)
	require.Equal(t, []any{"#ffd400", false}, []any{gone["colour"], gone["has_logo"]}, "the colour was left out, and stays")
}
