package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/bounce"
	"tussentijds/internal/push/pushtest"
	"tussentijds/internal/sms"
	"tussentijds/internal/testkit"
)

var (
	removal    = regexp.MustCompile(`action="(/[a-z/]+/devices/[0-9a-f-]{36}/removal)"`)
	calendarAt = regexp.MustCompile(`value="http://localhost:8080(/calendar/[^"]+\.ics)"`)
)

func TestNotificationsAreTurnedOnAndOff(t *testing.T) {
	t.Parallel()
	k := testkit.New(t, func(d *care.Deps) { d.Demo = true })
	service := pushtest.Start(t)
	for _, who := range []struct {
		actor care.Actor
		base  string
	}{{k.PartnerA, portalDevices}, {k.Therapist, deskDevices}, {k.Office, deskDevices}} {
		b := as(t, k, who.actor)
		b.get(who.base).is(200).has("data-push=", "/static/", "Er staat nog geen toestel aan.", "beginscherm")
		to := service.Device()
		form := map[string][]string{"endpoint": {to.Endpoint}, "p256dh": {to.P256dh}, "auth": {to.Auth}}
		b.send(who.base, form).goes(who.base)
		page := b.get(who.base).is(200).has("Ander toestel", "data-device=")
		page.hasNot(to.Endpoint, to.Auth)
		off := removal.FindStringSubmatch(page.html)
		require.NotNil(t, off)
		as(t, k, k.PartnerB).get("/portal/settings")
		other := as(t, k, k.PartnerB)
		other.get(portalDevices).hasNot("data-device=")
		if who.base == portalDevices {
			other.send(off[1], nil).is(404)
		}
		b.send(off[1], nil).goes(who.base)
		b.get(who.base).hasNot("data-device=")
		form["endpoint"] = []string{"https://10.0.0.1/x"}
		b.send(who.base, form).is(422).has("Dit toestel kan geen meldingen krijgen.")
	}
	as(t, k, k.PartnerA).get(deskDevices).is(404)
}

func TestACalendarIsFetchedByItsAddress(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	starts := k.Clock.Now().Add(48 * time.Hour)
	_, err := k.Service.PlanSession(k.Ctx, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Kind: "conjoint", StartsAt: starts, EndsAt: starts.Add(time.Hour), Room: "Kamer van Noor"})
	require.NoError(t, err)
	b := as(t, k, k.PartnerA)
	b.get(portalDevices).is(200).hasNot("/calendar/").has("Afspraak · Tussentijds")
	b.send(portalDevices+"/calendar", nil).goes(portalDevices)
	found := calendarAt.FindStringSubmatch(b.get(portalDevices).is(200).html)
	require.NotNil(t, found)

	anybody := newBrowser(t, k)
	fetch := func(path string, headers ...string) shown {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		return anybody.do(req)
	}
	file := fetch(found[1]).is(200).has("BEGIN:VCALENDAR\r\n", "SUMMARY:Afspraak", "TZID=Europe/Amsterdam:").hasNot("Sam", "Robin", "Noor", "Kamer")
	require.Equal(t, "text/calendar; charset=utf-8", file.header.Get("Content-Type"))
	require.Equal(t, "no-store", file.header.Get("Cache-Control"))
	require.Contains(t, file.header.Get("X-Robots-Tag"), "noindex")
	require.Empty(t, file.header.Values("Set-Cookie"), "a program gets no cookie")
	tag, changed := file.header.Get("ETag"), file.header.Get("Last-Modified")
	require.NotEmpty(t, tag)
	require.Empty(t, fetch(found[1], "If-None-Match", `W/"x", W/`+tag).is(304).html)
	fetch(found[1], "If-None-Match", `"x"`, "If-Modified-Since", changed).is(200)
	fetch(found[1], "If-Modified-Since", changed).is(304)
	fetch(found[1], "If-Modified-Since", "yesterday").is(200)
	for _, path := range []string{"/calendar/x.ics", "/calendar/" + strings.Repeat("A", 76) + ".ics", found[1][:len(found[1])-8] + ".ics"} {
		require.Empty(t, fetch(path).is(404).html)
	}

	// On a phone that lies open for longer the address is not shown, and no new one made.
	k.Clock.Add(6 * time.Minute)
	page := b.get(portalDevices).is(200).has(portalDevices + "?show=calendar")
	require.Nil(t, calendarAt.FindStringSubmatch(page.html))
	b.get(portalDevices + "?show=calendar").goes("/sign-in/fresh?to=" + portalDevices)
	b.send(portalDevices+"/calendar", nil).goes("/sign-in/fresh?to=" + portalDevices)
	fetch(found[1]).is(200)
	b.send(portalDevices+"/calendar/end", nil).goes(portalDevices)
	fetch(found[1]).is(404)
}

func TestANumberIsChangedAndAnAddressTriedAgain(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b, office := as(t, k, k.PartnerA), as(t, k, k.Office)
	b.get(portalDevices).is(200)
	b.send(portalDevices+"/phone", map[string][]string{"phone": {"06 123"}}).is(422).has("06 123", "f-phone-error")
	b.send(portalDevices+"/phone", map[string][]string{"phone": {"06 12345678"}}).goes(portalDevices)
	b.get(portalDevices).has("31612345678")
	couple := "/desk/couples/" + k.Couple.String()
	office.get(couple + "/contact").is(200).has("31612345678").hasNot("E-mail komt terug")
	sam := couple + "/partners/" + k.PartnerA.ID.String()
	office.send(sam+"/phone", map[string][]string{"phone": {"x"}}).is(422).has(`id="f-phone"`, "f-phone-error")
	office.send(sam+"/phone", map[string][]string{"phone": {"+32 470 12 34 56"}}).goes(couple + "/contact")
	office.get(couple + "/contact").has("32470123456")
	as(t, k, k.Colleague).get("/desk/settings").is(200)

	v, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	token := strings.Repeat("a", 55)
	k.SQL(`insert into delivery_states (practice_id, id, person_kind, person_id, channel, bounces, reason, bounced_at, dead_at) values ($1, $2, 'partner', $2, 'mail', 1, 'unknown', now(), now())`, k.Practice, k.PartnerA.ID)
	require.NoError(t, k.Worker.NoteBounce(context.Background(), token, bounce.Report{Action: "failed", Status: "5.1.1"}))
	office.get(couple+"/contact").is(200).has("E-mail komt terug", "Het adres bestaat niet", v.Partners[0].Email)
	b.get(portalDevices).has("Berichten naar je e-mailadres komen terug")
	as(t, k, k.PartnerB).get(portalDevices).hasNot("komen terug")
	office.send(sam+"/address", map[string][]string{"channel": {"mail"}}).goes(couple + "/contact")
	office.get(couple + "/contact").hasNot("E-mail komt terug")
	k.SQL(`update delivery_states set dead_at = now() where person_id = $1`, k.PartnerA.ID)
	b.get(portalDevices).has("komen terug")
	b.send(portalDevices+"/address", map[string][]string{"channel": {"mail"}}).goes(portalDevices)
	b.get(portalDevices).hasNot("komen terug")
	b.send(portalDevices+"/address", map[string][]string{"channel": {"x"}}).is(422)
}

func TestAGatewayTellsWithItsSignatureAlone(t *testing.T) {
	t.Parallel()
	gateway, err := sms.New(sms.Config{URL: "http://127.0.0.1:1"})
	require.NoError(t, err)
	k := testkit.New(t, func(d *care.Deps) { d.Texter, d.ReceiptSecret = gateway, "een lang geheim van de poort" })
	b := newBrowser(t, k)
	tell := func(body, signature string) shown {
		req := httptest.NewRequest(http.MethodPost, "/hooks/sms", strings.NewReader(body))
		at := strconv.FormatInt(k.Clock.Now().Unix(), 10)
		if signature == "" {
			signature = sms.Sign([]byte("een lang geheim van de poort"), "msg_1", at, []byte(body))
		}
		for name, value := range map[string]string{"Content-Type": "application/json", "webhook-id": "msg_1", "webhook-timestamp": at, "webhook-signature": signature} {
			req.Header.Set(name, value)
		}
		return b.do(req)
	}
	tell(`{"id":"x","status":"delivered"}`, "v1,x").is(401)
	tell(`{"id":"x","status":"delivered"}`, "").is(422)
	b.do(httptest.NewRequest(http.MethodPost, "/hooks/sms", nil)).is(401)
	plain := newBrowser(t, testkit.New(t))
	plain.do(httptest.NewRequest(http.MethodPost, "/hooks/sms", nil)).is(404)
}

// The script at the root keeps nothing, answers for no page, and opens nothing but the two start pages.
func TestTheServiceWorkerKeepsNothing(t *testing.T) {
	t.Parallel()
	resp, body := ask(t, newApp(t, "https://tussentijds.example"), get("/push-worker.js"))
	require.Equal(t, 200, resp.StatusCode)
	require.Equal(t, "text/javascript; charset=utf-8", resp.Header.Get("Content-Type"))
	require.Equal(t, "no-cache", resp.Header.Get("Cache-Control"))
	for _, word := range []string{"caches", `"fetch"`, "indexedDB", "importScripts", "innerHTML", "eval("} {
		require.NotContains(t, body, word)
	}
	require.Contains(t, body, `["/portal", "/desk"]`)
	for _, name := range []string{"push.js", "app.js", "desk.js"} {
		script, err := os.ReadFile("static/" + name)
		require.NoError(t, err)
		for _, word := range []string{"localStorage", "sessionStorage", "indexedDB", "caches."} {
			require.NotContains(t, string(script), word, name)
		}
	}
	manifest, err := os.ReadFile("static/manifest.webmanifest")
	require.NoError(t, err)
	require.Contains(t, string(manifest), `"name": "Tussentijds"`)
	require.Contains(t, string(manifest), `"id": "/"`)
}
