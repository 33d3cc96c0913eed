package care

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// announce queues what the practice's webhooks want to be told of these events. The sealer calls it when it links them,
// in the same transaction: every event is linked once, so it is announced once.
func (t *txn) announce(events []models.AuditEvent) error {
	events = slices.DeleteFunc(slices.Clone(events), func(e models.AuditEvent) bool { return e.ObjectID == nil || webhookEvent(e) == "" })
	if len(events) == 0 {
		return nil
	}
	hooks, err := models.FindWebhooks(t.DB)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		for _, e := range events {
			kind := webhookEvent(e)
			if !h.Active || !slices.Contains(h.Events.V, kind) || e.At.Before(h.CreatedAt) {
				continue
			}
			// A joint record has a row for each person, of the same moment: they are one event.
			key := strings.Join([]string{kind, e.ObjectID.String(), e.At.UTC().Format(time.RFC3339Nano), h.ID.String()}, "|")
			if err := t.queue(JobWebhook, h.ID, key, t.now); err != nil {
				return err
			}
		}
	}
	return nil
}

// webhookBody is what is told: kind, moment and ids, never content.
type webhookBody struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      struct {
		ID         string `json:"id"`
		PracticeID string `json:"practice_id"`
	} `json:"data"`
}

// deliverWebhook tells one address of one event, signed as Standard Webhooks says. Any answer but a 2xx is tried again
// later; a 410 says that nobody wants to be told any more, and ends the webhook.
func (s *Service) deliverWebhook(ctx context.Context, job models.Job) error {
	parts := strings.Split(job.UniqueKey, "|")
	if len(parts) != 4 {
		return fault.New(fault.Invalid, "")
	}
	var body webhookBody
	body.Type, body.Data.ID, body.Data.PracticeID = parts[0], parts[1], job.PracticeID.String()
	var err error
	if body.Timestamp, err = time.Parse(time.RFC3339Nano, parts[2]); err != nil {
		return fault.Wrap(fault.Invalid, err)
	}
	var hook models.Webhook
	var secret []byte
	err = s.inPractice(ctx, System(job.PracticeID), func(t *txn) error {
		var err error
		if hook, err = models.FindWebhook(t.DB, job.SubjectID); err != nil {
			return err
		}
		secret, _, err = t.open(webhookSecret(hook), hook.Secret)
		return err
	})
	if fault.Is(err, fault.NotFound) || errors.Is(err, gorm.ErrRecordNotFound) || err == nil && (!hook.Active || len(secret) == 0) {
		return nil // Nobody is to be told any more.
	}
	if err != nil {
		return err
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	status, err := s.tell(ctx, hook.URL, "msg_"+job.ID.String(), secret, raw)
	switch {
	case err != nil:
		return fault.Wrap(fault.Unavailable, errors.New("webhook: not reached")) // The cause may hold the practice's address.
	case status == http.StatusGone:
		return s.inPractice(ctx, System(job.PracticeID), func(t *txn) error {
			t.note(act{verb: "end", object: "webhook", objectID: hook.ID})
			return models.EndWebhook(t.DB, hook.ID)
		})
	case status < 200 || status > 299:
		return fault.Wrap(fault.Unavailable, errors.New("webhook: answered "+strconv.Itoa(status)))
	}
	return nil
}

// tell posts the body with the three headers of Standard Webhooks and gives the status of the answer.
func (s *Service) tell(ctx context.Context, url, id string, secret, body []byte) (int, error) {
	if !webhookURL(url, s.Demo) {
		return 0, errors.New("webhook: not an address to tell")
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	at := strconv.FormatInt(s.Clock.Now().Unix(), 10)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Tussentijds-Webhooks/1")
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", at)
	req.Header.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	resp, err := webhookClient(s.Demo).Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	return resp.StatusCode, nil
}

// webhookClient follows no redirect, uses no proxy, and looks at the very address it connects to, so that a name that
// resolves to the inside of our network leads nowhere. The demo may reach its own machine.
func webhookClient(demo bool) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if publicAddr(to.Addr()) || demo && to.Addr().Unmap().IsLoopback() {
			return nil
		}
		return errors.New("webhook: not an address of the open internet")
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
