// Package pushtest is a push service for tests: it plays both ends that we never see, the service of the browser's maker and
// the browser behind it, which decrypts what came.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tussentijds/internal/push"
)

// Note is what a browser was shown.
type Note struct {
	Device  string // the path of its endpoint.
	Title   string `json:"t"`
	Body    string `json:"b"`
	Lang    string `json:"l"`
	Open    string `json:"u"`
	TTL     string
	Topic   string
	Urgency string
	Contact string // who signed.
	Public  string // with which key.
	Raw     string // the whole payload, for a search of what must not be in it.
	Size    int    // octets on the wire.
}

// Server is the push service with its browsers.
type Server struct {
	t       testing.TB
	http    *httptest.Server
	mu      sync.Mutex
	devices map[string]device
	notes   []Note
	status  func(device string) int
}

type device struct {
	private *ecdh.PrivateKey
	auth    []byte
}

// Start starts a service on this machine; it stops with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, devices: map[string]device{}}
	s.http = httptest.NewServer(http.HandlerFunc(s.take))
	t.Cleanup(s.http.Close)
	return s
}

// Device is a new browser that lets itself be pushed to.
func (s *Server) Device() push.Target {
	s.t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	auth := make([]byte, 16)
	if _, err := rand.Read(auth); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	path := fmt.Sprintf("/device/%d-%s", len(s.devices), base64.RawURLEncoding.EncodeToString(auth))
	s.devices[path] = device{private, auth}
	return push.Target{
		Endpoint: s.http.URL + path, P256dh: base64.RawURLEncoding.EncodeToString(private.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(auth),
	}
}

// Answer makes the service answer a device with a status instead of taking the note; nil takes all again.
func (s *Server) Answer(status func(device string) int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// Notes gives what the browsers were shown, in order.
func (s *Server) Notes() []Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Note{}, s.notes...)
}

func (s *Server) take(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	status, d, known := s.status, s.devices[r.URL.Path], false
	if d.private != nil {
		known = true
	}
	s.mu.Unlock()
	if status != nil {
		if code := status(r.URL.Path); code != 0 {
			w.WriteHeader(code)
			return
		}
	}
	if !known || r.Method != http.MethodPost {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	note, err := d.open(r, "http://"+r.Host)
	if err != nil {
		s.t.Errorf("a push that a browser could not read: %v", err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.notes = append(s.notes, note)
	s.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
}

// open checks the signature and decrypts, as the service and the browser do between them.
func (d device) open(r *http.Request, audience string) (Note, error) {
	n := Note{Device: r.URL.Path, TTL: r.Header.Get("TTL"), Topic: r.Header.Get("Topic"), Urgency: r.Header.Get("Urgency")}
	var err error
	if n.Contact, n.Public, err = signed(r.Header.Get("Authorization"), audience); err != nil {
		return n, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return n, err
	}
	n.Size = len(body)
	if r.Header.Get("Content-Encoding") != "aes128gcm" {
		return n, errors.New("not aes128gcm")
	}
	plain, err := d.decrypt(body)
	if err != nil {
		return n, err
	}
	n.Raw = string(plain)
	return n, json.Unmarshal(plain, &n)
}

// decrypt is RFC 8291 as the browser does it, on one record of RFC 8188.
func (d device) decrypt(body []byte) ([]byte, error) {
	if len(body) < 21 || len(body) < 21+int(body[20]) {
		return nil, errors.New("too short")
	}
	salt, size, sender := body[:16], binary.BigEndian.Uint32(body[16:20]), body[21:21+int(body[20])]
	record := body[21+int(body[20]):]
	if uint64(len(record)) > uint64(size) {
		return nil, errors.New("more than one record")
	}
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, err
	}
	secret, err := d.private.ECDH(public)
	if err != nil {
		return nil, err
	}
	ikm, err := hkdf.Key(sha256.New, secret, d.auth, "WebPush: info\x00"+string(d.private.PublicKey().Bytes())+string(sender), 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := box.Open(nil, nonce, record, nil)
	if err != nil {
		return nil, err
	}
	text := strings.TrimRight(string(plain), "\x00")
	last, ok := strings.CutSuffix(text, "\x02")
	if !ok {
		return nil, errors.New("no end of the last record")
	}
	return []byte(last), nil
}

// signed checks a VAPID header: a JWT signed with the key beside it, for this service, that ends within a day.
func signed(header, audience string) (contact, public string, err error) {
	rest, ok := strings.CutPrefix(header, "vapid t=")
	token, public, ok2 := strings.Cut(rest, ", k=")
	parts := strings.Split(token, ".")
	if !ok || !ok2 || len(parts) != 3 {
		return "", "", errors.New("no VAPID header")
	}
	raw, err := base64.RawURLEncoding.DecodeString(public)
	if err != nil {
		return "", "", err
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return "", "", err
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return "", "", errors.New("no ES256 signature")
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return "", "", errors.New("a signature of another key")
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", "", err
	}
	var c struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(claims, &c); err != nil {
		return "", "", err
	}
	if c.Aud != audience || c.Exp > time.Now().Add(24*time.Hour).Unix() || c.Exp < time.Now().Unix() {
		return "", "", errors.New("not for this service, or not now")
	}
	return c.Sub, public, nil
}
