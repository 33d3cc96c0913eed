package care

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/internal/push"
	"tussentijds/internal/seal"
	"tussentijds/models"
)

// DeviceView is a browser on which one lets oneself be told that something is ready.
type DeviceView struct {
	ID        uuid.UUID  `json:"id"`
	Device    string     `json:"device"` // android, iphone, ipad, mac, windows, linux, other.
	CreatedAt time.Time  `json:"created_at"`
	LastOkAt  *time.Time `json:"last_ok_at,omitempty"`
	// Mark lets the browser itself recognise its line, without learning whether it is somebody else's: the SHA-256 of its
	// address in base64url.
	Mark string `json:"mark"`
}

// DevicesView is one's browsers, and the key that a new one has to know.
type DevicesView struct {
	PublicKey string       `json:"public_key"` // applicationServerKey of the Push API.
	Devices   []DeviceView `json:"devices"`
}

// SubscribeInput is a browser's PushSubscription.
type SubscribeInput struct {
	Endpoint  string `json:"endpoint" form:"endpoint"`
	P256dh    string `json:"p256dh" form:"p256dh"`
	Auth      string `json:"auth" form:"auth"`
	UserAgent string `json:"-" form:"-"`
}

// maxDevices is how many browsers a person has; one more takes the place of the oldest.
const maxDevices = 10

// goneMemory is how long a browser that is no longer there is kept.
const goneMemory = 30 * 24 * time.Hour

// Devices lists the actor's own browsers.
func (s *Service) Devices(ctx context.Context, actor Actor) (DevicesView, error) {
	out := DevicesView{Devices: []DeviceView{}}
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return out, fault.Missing()
	}
	keys, err := s.pushKeys(ctx)
	if err != nil {
		return out, err
	}
	out.PublicKey = keys.Public
	err = s.inPractice(ctx, actor, func(t *txn) error {
		rows, err := models.SubscriptionsOf(t.DB, []uuid.UUID{actor.ID})
		if err != nil {
			return err
		}
		targets, err := t.openTargets(rows)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if to, ok := targets[row.ID]; ok {
				out.Devices = append(out.Devices, deviceView(row, to))
			}
		}
		return nil
	})
	return out, err
}

func deviceView(row models.PushSubscription, to push.Target) DeviceView {
	sum := sha256.Sum256([]byte(to.Endpoint))
	return DeviceView{ID: row.ID, Device: row.Device, CreatedAt: row.CreatedAt.UTC(), LastOkAt: inUTC(row.LastOkAt), Mark: base64.RawURLEncoding.EncodeToString(sum[:])}
}

// inUTC gives an optional moment as views carry it.
func inUTC(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	utc := at.UTC()
	return &utc
}

// Subscribe lets the actor be told on a browser that something is ready. A browser that somebody else had turned on is the
// actor's from now on, and the answer does not tell. Faults: invalid (fields endpoint, p256dh).
func (s *Service) Subscribe(ctx context.Context, actor Actor, in SubscribeInput) (DeviceView, error) {
	var out DeviceView
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return out, fault.Missing()
	}
	to := push.Target{Endpoint: strings.TrimSpace(in.Endpoint), P256dh: strings.TrimRight(strings.TrimSpace(in.P256dh), "="), Auth: strings.TrimRight(strings.TrimSpace(in.Auth), "=")}
	switch err := to.Check(s.Demo); {
	case errors.Is(err, push.ErrEndpoint):
		return out, fault.Fieldf("endpoint", "channels.field.endpoint", nil)
	case err != nil:
		return out, fault.Fieldf("p256dh", "channels.field.push_keys", nil)
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		row := models.PushSubscription{
			Row: models.NewRow(t.PracticeID), PersonKind: actor.Kind, PersonID: actor.ID, Device: deviceOf(in.UserAgent), CreatedAt: t.now,
			EndpointHash: s.Master.MAC("push-endpoint", []byte(to.Endpoint)),
		}
		var err error
		if row.Target, err = t.sealJSON(targetPlace(row), to); err != nil {
			return err
		}
		if err := models.PutSubscription(t.DB, row); err != nil {
			return err
		}
		if err := models.DropOldSubscriptions(t.DB, actor.Kind, actor.ID, maxDevices); err != nil {
			return err
		}
		t.noteOwn("create", "device", row.ID)
		out = deviceView(row, to)
		return nil
	})
	return out, err
}

// Unsubscribe ends it for one of the actor's browsers. Faults: not_found.
func (s *Service) Unsubscribe(ctx context.Context, actor Actor, id uuid.UUID) error {
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return fault.Missing()
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		found, err := models.DropSubscription(t.DB, actor.Kind, actor.ID, id)
		if err != nil {
			return err
		}
		if !found {
			return fault.Missing()
		}
		t.noteOwn("delete", "device", id)
		return t.recallReminders(actor.ID)
	})
}

// noteOwn puts an act on the actor's own things on the record: a partner's stands in that partner's own file.
func (t *txn) noteOwn(verb, object string, id uuid.UUID) {
	a := act{verb: verb, object: object, objectID: id}
	if t.actor.Partner() {
		a.partnerID = t.actor.ID
	}
	t.note(a)
}

// targetPlace is where a browser's address and keys stand: under the person's key, a member's under the practice's.
func targetPlace(row models.PushSubscription) place {
	if row.PersonKind == "partner" {
		return place{keyPerson, row.PersonID, "push_subscriptions", "target", row.ID}
	}
	return place{keyPractice, row.PracticeID, "push_subscriptions", "target", row.ID}
}

// openTargets opens browsers' addresses and keys, with one statement for all their keys. Those of erased people are left out.
func (t *txn) openTargets(rows []models.PushSubscription) (map[uuid.UUID]push.Target, error) {
	sealed := make([]models.Sealed, len(rows))
	for i, row := range rows {
		sealed[i] = row.Target
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]push.Target, len(rows))
	for _, row := range rows {
		var to push.Target
		ok, err := t.openJSON(targetPlace(row), row.Target, &to)
		if err != nil {
			return nil, err
		}
		if ok {
			out[row.ID] = to
		}
	}
	return out, nil
}

// deviceOf tells the kind of device from what a browser says of itself. It is for people to tell their own devices apart, so
// a wrong guess does no harm.
func deviceOf(userAgent string) string {
	for _, kind := range []struct{ word, device string }{
		{"iPhone", "iphone"}, {"iPad", "ipad"}, {"Android", "android"}, {"Windows", "windows"}, {"Macintosh", "mac"}, {"Linux", "linux"}, {"CrOS", "other"},
	} {
		if strings.Contains(userAgent, kind.word) {
			return kind.device
		}
	}
	return "other"
}

// pushKeyring keeps the installation's keys once they were read: they never change.
type pushKeyring struct {
	mu   sync.Mutex
	keys push.Keys
}

// pushBinding is where the private half stands.
var pushBinding = seal.Binding{Table: "installation_keys", Column: "private_key:push"}

// pushKeys gives the keys that sign this installation's pushes, and makes them the first time.
func (s *Service) pushKeys(ctx context.Context) (push.Keys, error) {
	s.pushing.mu.Lock()
	defer s.pushing.mu.Unlock()
	if s.pushing.keys.Public != "" {
		return s.pushing.keys, nil
	}
	var row models.InstallationKey
	err := s.DB.Global(ctx, func(tx *db.Tx) error {
		var err error
		if row, err = models.FindInstallationKey(tx.DB, "push"); err == nil || !fault.Is(db.Translate(err), fault.NotFound) {
			return err
		}
		made, err := s.newPushKeys()
		if err != nil {
			return err
		}
		if err := models.AddInstallationKey(tx.DB, made); err != nil {
			return err
		}
		row, err = models.FindInstallationKey(tx.DB, "push")
		return err
	})
	if err != nil {
		return push.Keys{}, err
	}
	private, err := s.Master.Key().Open(row.PrivateKey, pushBinding)
	if err != nil {
		return push.Keys{}, fault.Wrap(fault.Internal, err)
	}
	keys := push.Keys{Public: row.PublicKey, Private: string(private)}
	if !keys.Fit() {
		return push.Keys{}, fault.Wrap(fault.Internal, errors.New("push: the installation's two keys do not belong to each other"))
	}
	s.pushing.keys = keys
	return keys, nil
}

func (s *Service) newPushKeys() (models.InstallationKey, error) {
	keys, err := push.NewKeys()
	if err != nil {
		return models.InstallationKey{}, err
	}
	sealed, err := s.Master.Key().Seal([]byte(keys.Private), pushBinding)
	return models.InstallationKey{Purpose: "push", PublicKey: keys.Public, PrivateKey: sealed, CreatedAt: s.Clock.Now()}, err
}

// CheckPushKeys tells whether pushes can be signed: the installation's keys are there, or can be made, and open under the
// master key. Faults: internal, unavailable.
func (s *Service) CheckPushKeys(ctx context.Context) error {
	_, err := s.pushKeys(ctx)
	return err
}
