// Package outbound posts to addresses that people typed, and to the open internet alone: a webhook must not become a way
// into the network that this program stands in.
package outbound

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Post posts a body and gives the status of the answer, which is read no further. It follows no redirect and waits at most
// twenty seconds. Its errors may hold the address.
func Post(ctx context.Context, to string, headers map[string]string, body []byte, loopback bool) (status int, err error) {
	if !Allowed(to, loopback) {
		return 0, errInside
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := client(loopback).Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	return resp.StatusCode, nil
}

var errInside = errors.New("outbound: not an address of the open internet")

// client uses no proxy and looks at the very address it connects to, so that a name that resolves to the inside of our
// network leads nowhere.
func client(loopback bool) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if public(to.Addr()) || loopback && to.Addr().Unmap().IsLoopback() {
			return nil
		}
		return errInside
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// NewClient is a client with the same guards for whoever sends much to few hosts: it keeps its connections and refuses every
// request to an address that is not Allowed. It waits at most twenty seconds for an answer.
func NewClient(loopback bool) *http.Client {
	c := client(loopback)
	transport := c.Transport.(*http.Transport)
	transport.DisableKeepAlives, transport.IdleConnTimeout, transport.MaxIdleConnsPerHost = false, 45*time.Second, 8
	c.Transport, c.Timeout = guarded{transport, loopback}, 20*time.Second
	return c
}

// guarded looks at the address of each request before it goes.
type guarded struct {
	next     http.RoundTripper
	loopback bool
}

// RoundTrip refuses what is not Allowed.
func (g guarded) RoundTrip(req *http.Request) (*http.Response, error) {
	if !Allowed(req.URL.String(), g.loopback) {
		return nil, errInside
	}
	return g.next.RoundTrip(req)
}

// Allowed tells whether an address may be posted to: https, and no address of the inside of a network. Names are looked at
// again when they are resolved. With loopback, this very machine may be posted to as well, also without TLS.
func Allowed(raw string, loopback bool) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	ip, err := netip.ParseAddr(host)
	local := host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.Unmap().IsLoopback()
	switch {
	case loopback && local:
		return u.Scheme == "http" || u.Scheme == "https"
	case u.Scheme != "https" || local:
		return false
	}
	return err != nil || public(ip)
}

// insides are the ranges that netip itself does not call private (RFC 6890 and others).
var insides = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"),
	netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
}

// public tells whether an address is on the open internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.Zone() != "" {
		return false
	}
	return !slices.ContainsFunc(insides, func(p netip.Prefix) bool { return p.Contains(ip) })
}
