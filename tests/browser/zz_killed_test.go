package browser

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"
)

// call is one request of the JSON API; a status that is not wanted ends the test.
func (d *demo) call(t *testing.T, method, path, token string, in any, want int) map[string]any {
	t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(method, d.base+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	out := map[string]any{}
	_ = json.NewDecoder(resp.Body).Decode(&out)
	if resp.StatusCode != want {
		t.Fatalf("%s %s: %d, not %d: %v", method, path, resp.StatusCode, want, out["code"])
	}
	return out
}

func (d *demo) token(t *testing.T, email string) string {
	t.Helper()
	out := d.call(t, "POST", "/api/v1/auth/tokens", "", map[string]string{"email": email, "password": "Tussentijds-demo-1"}, 201)
	token, _ := out["token"].(string)
	return token
}

// TestBrowserKilled kills the whole demo right after writes were acknowledged, and starts it again on the same folder. It
// is the last test of this package: its file name comes last.
func TestBrowserKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the whole program")
	}
	d := start(t)
	noor := d.token(t, "noor@debrug.example")
	var acknowledged []string
	for range 10 {
		out := d.call(t, "POST", "/api/v1/couples", noor, map[string]any{"partners": []map[string]string{
			{"name": "Ida", "email": "ida-" + time.Now().Format("150405.000000000") + "@client.example"},
			{"name": "Jip", "email": "jip-" + time.Now().Format("150405.000000000") + "@client.example"},
		}}, 201)
		id, _ := out["id"].(string)
		acknowledged = append(acknowledged, id)
	}
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait()
	http.DefaultClient.CloseIdleConnections()
	began := time.Now()
	d.launch(t)
	t.Logf("ready again %s after kill -9", time.Since(began).Round(time.Millisecond))
	noor = d.token(t, "noor@debrug.example")
	for _, id := range acknowledged {
		d.call(t, "GET", "/api/v1/couples/"+id, noor, nil, 200)
	}
	t.Logf("%d writes acknowledged before the kill, 0 missing after it", len(acknowledged))
}
