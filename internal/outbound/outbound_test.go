package outbound

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoConnectionGoesInside: whatever name an address had, it is the address that is connected to that counts.
func TestNoConnectionGoesInside(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(inside.Close)
	_, err := client(false).Get(inside.URL) //nolint:noctx // It fails.
	require.Error(t, err)
	require.Zero(t, reached.Load())
	_, err = NewClient(false).Get(inside.URL) //nolint:noctx // It fails.
	require.ErrorIs(t, err, errInside)
	_, err = NewClient(true).Get("http://example.org/") //nolint:noctx // It fails: no TLS.
	require.ErrorIs(t, err, errInside)

	away := httptest.NewServer(http.RedirectHandler(inside.URL, http.StatusFound))
	t.Cleanup(away.Close)
	resp, err := client(true).Get(away.URL) //nolint:noctx // A test.
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusFound, resp.StatusCode)
	require.Zero(t, reached.Load(), "redirects are not followed")

	for _, ip := range []string{"8.8.8.8", "2a00:1450:4001::1"} {
		require.True(t, public(netip.MustParseAddr(ip)), ip)
	}
	for _, ip := range []string{"127.0.0.1", "::1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.0.1", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "fd00::1", "fe80::1", "::ffff:192.168.0.1", "64:ff9b::a00:1"} {
		require.False(t, public(netip.MustParseAddr(ip)), ip)
	}
}
