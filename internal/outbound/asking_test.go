package outbound_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/outbound"
)

func TestARequestAsksWhenItsConnectionStandsAndNothingHasGone(t *testing.T) {
	var connections, taken atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if raw, err := io.ReadAll(r.Body); err == nil && string(raw) == "content" {
			taken.Add(1)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	errNo := errors.New("it is dropped")
	post := func(before func(context.Context) error) error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("content"))
		require.NoError(t, err)
		answer, err := outbound.Asking{Client: server.Client(), Before: before}.Do(req)
		if err == nil {
			require.NoError(t, answer.Body.Close())
		}
		return err
	}
	require.ErrorIs(t, post(func(context.Context) error {
		require.Eventually(t, func() bool { return connections.Load() == 1 }, 5*time.Second, time.Millisecond, "there is a connection")
		return errNo
	}), errNo)
	require.Zero(t, taken.Load())
	asked := 0
	require.NoError(t, post(func(context.Context) error { asked++; return nil }))
	require.NoError(t, post(nil))
	require.Equal(t, 1, asked)
	require.EqualValues(t, 2, taken.Load())

	// What has no body asks beforehand.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, http.NoBody)
	require.NoError(t, err)
	_, err = outbound.Asking{Client: server.Client(), Before: func(context.Context) error { return errNo }}.Do(req)
	require.ErrorIs(t, err, errNo)
}
