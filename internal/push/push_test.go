package push_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/push"
	"tussentijds/internal/push/pushtest"
)

func keys(t *testing.T) push.Keys {
	t.Helper()
	k, err := push.NewKeys()
	require.NoError(t, err)
	require.True(t, k.Fit())
	return k
}

func note(to push.Target) push.Note {
	return push.Note{Target: to, Title: "Tussentijds", Body: "Er staat iets voor je klaar – één zin", Lang: "nl", Open: "/portal", Topic: "abcDEF-_0123", TTL: 2 * time.Hour}
}

func TestABrowserReadsWhatWasSent(t *testing.T) {
	t.Parallel()
	service := pushtest.Start(t)
	k := keys(t)
	s := push.New(push.Config{Contact: "post@praktijk.example", Loopback: true})
	first, second := service.Device(), service.Device()
	urgent := note(second)
	urgent.Urgent, urgent.TTL = true, 0
	require.Equal(t, []error{nil, nil}, s.Send(t.Context(), k, []push.Note{note(first), urgent}))
	got := service.Notes()
	require.Len(t, got, 2)
	for _, n := range got {
		require.Equal(t, "Tussentijds", n.Title)
		require.Equal(t, "Er staat iets voor je klaar – één zin", n.Body)
		require.Equal(t, "nl", n.Lang)
		require.Equal(t, "/portal", n.Open)
		require.Equal(t, "abcDEF-_0123", n.Topic)
		require.Equal(t, "mailto:post@praktijk.example", n.Contact)
		require.Equal(t, k.Public, n.Public)
		var fields map[string]any
		require.NoError(t, json.Unmarshal([]byte(n.Raw), &fields))
		require.Len(t, fields, 4, "nothing else travels along")
		switch {
		case strings.HasSuffix(first.Endpoint, n.Device):
			require.Equal(t, []string{"7200", "normal"}, []string{n.TTL, n.Urgency})
		default:
			require.Equal(t, []string{"60", "high"}, []string{n.TTL, n.Urgency})
		}
	}
	require.Equal(t, got[0].Size, got[1].Size, "the size tells nothing of the words")
}

func TestGoneAndLaterAreToldApart(t *testing.T) {
	t.Parallel()
	service := pushtest.Start(t)
	s := push.New(push.Config{Contact: "post@praktijk.example", Loopback: true})
	for code, want := range map[int][2]bool{ // gone, permanent.
		http.StatusNotFound: {true, true}, http.StatusGone: {true, true},
		http.StatusBadRequest: {false, true}, http.StatusRequestEntityTooLarge: {false, true}, http.StatusFound: {false, true},
		http.StatusForbidden: {}, http.StatusUnauthorized: {}, http.StatusTooManyRequests: {}, http.StatusInternalServerError: {}, http.StatusServiceUnavailable: {},
	} {
		service.Answer(func(string) int { return code })
		var failure *push.Error
		require.ErrorAs(t, s.Send(t.Context(), keys(t), []push.Note{note(service.Device())})[0], &failure, code)
		require.Equal(t, [2]bool{failure.Gone, failure.Permanent}, want, code)
		require.Equal(t, code, failure.Code)
		require.Equal(t, "push: not accepted", failure.Error(), "what may be logged names nobody")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	var failure *push.Error
	require.ErrorAs(t, s.Send(ended, keys(t), []push.Note{note(service.Device())})[0], &failure)
	require.Equal(t, push.Error{}, push.Error{Gone: failure.Gone, Permanent: failure.Permanent, Code: failure.Code}, "an answer that did not come may come later")
	require.True(t, errors.Is(failure, context.Canceled))
}

func TestTargetsAreBrowsersOnTheOpenInternet(t *testing.T) {
	t.Parallel()
	good := pushtest.Start(t).Device()
	require.NoError(t, good.Check(true))
	require.ErrorIs(t, good.Check(false), push.ErrEndpoint, "this machine is no push service")
	good.Endpoint = "https://push.services.example/wpush/v2/gAAAA"
	require.NoError(t, good.Check(false))
	padded := good
	padded.P256dh, padded.Auth = good.P256dh+"=", good.Auth+"=="
	require.NoError(t, padded.Check(false))
	for _, endpoint := range []string{
		"", "x", "http://push.services.example/x", "https://10.0.0.1/x", "https://169.254.169.254/latest", "https://localhost/x", "https://[::1]/x", "https://user:p@push.example/x",
		"https://push.example/\r\nx", "https://push.example/" + strings.Repeat("a", 1000), "javascript:alert(1)",
	} {
		bad := good
		bad.Endpoint = endpoint
		require.ErrorIs(t, bad.Check(false), push.ErrEndpoint, endpoint)
		var failure *push.Error
		require.ErrorAs(t, push.New(push.Config{}).Send(t.Context(), keys(t), []push.Note{note(bad)})[0], &failure, endpoint)
		require.True(t, failure.Gone)
	}
	for name, change := range map[string]func(*push.Target){
		"no point":    func(b *push.Target) { b.P256dh = "BAAA" },
		"off curve":   func(b *push.Target) { b.P256dh = "B" + strings.Repeat("A", 86) },
		"no base64":   func(b *push.Target) { b.P256dh = "%%%" },
		"long":        func(b *push.Target) { b.P256dh = strings.Repeat("A", 300) },
		"short auth":  func(b *push.Target) { b.Auth = "AAAA" },
		"empty":       func(b *push.Target) { b.Auth, b.P256dh = "", "" },
		"other pair":  func(b *push.Target) { b.Auth = b.P256dh },
		"std letters": func(b *push.Target) { b.Auth = "++++++++++++++++++++++" },
	} {
		bad := good
		change(&bad)
		require.ErrorIs(t, bad.Check(false), push.ErrKeys, name)
	}
}

func TestKeysThatDoNotBelongTogether(t *testing.T) {
	t.Parallel()
	a, b := keys(t), keys(t)
	require.False(t, push.Keys{Public: a.Public, Private: b.Private}.Fit())
	require.False(t, push.Keys{}.Fit())
	require.False(t, push.Keys{Public: a.Public, Private: "x"}.Fit())
}
