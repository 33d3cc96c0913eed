package care

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/internal/outbound"
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
	case status == 410:
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
	at := strconv.FormatInt(s.Clock.Now().Unix(), 10)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	return outbound.Post(ctx, url, map[string]string{
		"Content-Type": "application/json", "User-Agent": "Tussentijds-Webhooks/1",
		"webhook-id": id, "webhook-timestamp": at, "webhook-signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	}, body, s.Demo)
}
