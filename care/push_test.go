package care_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/internal/push"
	"tussentijds/internal/push/pushtest"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// pushKit is a kit with a push service on this machine.
func pushKit(t *testing.T) (*testkit.Kit, *pushtest.Server) {
	t.Helper()
	service := pushtest.Start(t)
	return testkit.New(t, func(d *care.Deps) {
		d.Demo, d.Pusher = true, push.New(push.Config{Contact: "post@praktijk.example", Loopback: true})
	}), service
}

func subscribe(t *testing.T, k *testkit.Kit, who care.Actor, to push.Target) care.DeviceView {
	t.Helper()
	v, err := k.Service.Subscribe(k.Ctx, who, care.SubscribeInput{Endpoint: to.Endpoint, P256dh: to.P256dh, Auth: to.Auth, UserAgent: "Mozilla/5.0 (Linux; Android 15) Firefox"})
	require.NoError(t, err)
	return v
}

func endpointsOf(t *testing.T, k *testkit.Kit, practice, person uuid.UUID) []string {
	t.Helper()
	endpoints, _, can, err := k.Worker.Reach(k.Ctx, practice, person)
	require.NoError(t, err)
	require.Equal(t, len(endpoints[person]) > 0, can[person]["push"])
	return endpoints[person]
}

func TestADeviceIsTurnedOnShownAndTurnedOff(t *testing.T) {
	t.Parallel()
	k, service := pushKit(t)
	first, second := service.Device(), service.Device()
	for _, who := range []care.Actor{k.PartnerA, k.Therapist, k.Office, k.ForeignPartner} {
		to := service.Device()
		v := subscribe(t, k, who, to)
		require.Equal(t, "android", v.Device)
		require.Len(t, v.Mark, 43)
		require.Equal(t, []string{to.Endpoint}, endpointsOf(t, k, who.PracticeID, who.ID))
		list, err := k.Service.Devices(k.Ctx, who)
		require.NoError(t, err)
		require.Equal(t, []care.DeviceView{v}, list.Devices)
		require.Len(t, list.PublicKey, 87)
		require.NoError(t, k.Service.Unsubscribe(k.Ctx, who, v.ID))
		require.True(t, fault.Is(k.Service.Unsubscribe(k.Ctx, who, v.ID), fault.NotFound))
		require.Empty(t, endpointsOf(t, k, who.PracticeID, who.ID))
	}
	a := subscribe(t, k, k.PartnerA, first)
	b := subscribe(t, k, k.PartnerB, second)
	for _, who := range []care.Actor{k.PartnerB, k.Therapist, k.ForeignPartner} {
		require.True(t, fault.Is(k.Service.Unsubscribe(k.Ctx, who, a.ID), fault.NotFound), "another's device is not there")
	}
	// Turning it on again is the same device; the oldest gives way to the eleventh.
	again := subscribe(t, k, k.PartnerA, first)
	require.Equal(t, 1, k.Count("push_subscriptions where practice_id = $1 and person_id = $2", k.Practice, k.PartnerA.ID))
	for range 10 {
		k.Clock.Add(time.Minute)
		subscribe(t, k, k.PartnerA, service.Device())
	}
	list, err := k.Service.Devices(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Len(t, list.Devices, 10)
	for _, d := range list.Devices {
		require.NotEqual(t, again.ID, d.ID)
	}
	require.Equal(t, []string{second.Endpoint}, endpointsOf(t, k, k.Practice, k.PartnerB.ID), "the other's devices are the other's")
	require.NotEqual(t, uuid.Nil, b.ID)
	require.Zero(t, k.Count("audit_events where practice_id = $1 and object_kind = 'device' and partner_id = $2 and actor_id <> $2", k.Practice, k.PartnerA.ID))
}

func TestASharedTabletTellsNothingOfTheOther(t *testing.T) {
	t.Parallel()
	k, service := pushKit(t)
	tablet := service.Device()
	alone := subscribe(t, k, k.PartnerB, service.Device())
	subscribe(t, k, k.PartnerA, tablet)
	list, err := k.Service.Devices(k.Ctx, k.PartnerB)
	require.NoError(t, err)
	require.Equal(t, []care.DeviceView{alone}, list.Devices, "that the other turned the tablet on does not show")
	v := subscribe(t, k, k.PartnerB, tablet)
	require.Equal(t, v.CreatedAt, k.Clock.Now())
	require.Nil(t, v.LastOkAt)
	require.Empty(t, endpointsOf(t, k, k.Practice, k.PartnerA.ID), "it belongs to whoever turned it on last")
	require.Contains(t, endpointsOf(t, k, k.Practice, k.PartnerB.ID), tablet.Endpoint)
}

func TestWhatIsNoBrowserIsRefused(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	good := pushtest.Start(t).Device()
	good.Endpoint = "https://push.services.example/x"
	for field, change := range map[string]func(*care.SubscribeInput){
		"endpoint": func(in *care.SubscribeInput) { in.Endpoint = "https://169.254.169.254/latest" },
		"p256dh":   func(in *care.SubscribeInput) { in.P256dh = "x" },
	} {
		in := care.SubscribeInput{Endpoint: good.Endpoint, P256dh: good.P256dh, Auth: good.Auth}
		change(&in)
		_, err := k.Service.Subscribe(k.Ctx, k.PartnerA, in)
		require.True(t, fault.Is(err, fault.Invalid))
		require.Equal(t, field, fault.From(err).Fields[0].Location)
	}
	_, err := k.Service.Subscribe(k.Ctx, care.System(k.Practice), care.SubscribeInput{Endpoint: good.Endpoint, P256dh: good.P256dh, Auth: good.Auth})
	require.True(t, fault.Is(err, fault.NotFound))
	signingIn := k.PartnerA
	signingIn.Stage = "factor"
	_, err = k.Service.Devices(k.Ctx, signingIn)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestAPushSaysNothingAndFindsWhoIsGone(t *testing.T) {
	t.Parallel()
	k, service := pushKit(t)
	stays, goes := service.Device(), service.Device()
	subscribe(t, k, k.PartnerA, stays)
	subscribe(t, k, k.PartnerA, goes)
	service.Answer(func(device string) int {
		if strings.HasSuffix(goes.Endpoint, device) {
			return 410
		}
		return 0
	})
	outcomes, err := k.Worker.PushTo(k.Ctx, k.Practice, k.PartnerA.ID, locale.NL, "De Praktijk", time.Hour)
	require.NoError(t, err)
	require.NoError(t, outcomes[0])
	var refusal *care.SendError
	require.ErrorAs(t, outcomes[1], &refusal)
	require.True(t, refusal.Gone)
	require.Equal(t, []string{stays.Endpoint}, endpointsOf(t, k, k.Practice, k.PartnerA.ID))
	notes := service.Notes()
	require.Len(t, notes, 1)
	n := notes[0]
	require.Equal(t, []string{"De Praktijk", "Er staat iets voor je klaar", "nl", "/portal", "3600"}, []string{n.Title, n.Body, n.Lang, n.Open, n.TTL})
	require.Len(t, n.Topic, 32)
	for _, canary := range []string{"Sam", "Robin", "Noor", k.PartnerA.ID.String(), k.Practice.String()} {
		require.NotContains(t, n.Raw+n.Topic, canary)
	}
	_, err = k.Worker.PushTo(k.Ctx, k.Practice, k.PartnerA.ID, locale.EN, "De Praktijk", time.Hour)
	require.NoError(t, err)
	require.Equal(t, n.Topic, service.Notes()[1].Topic, "the second note takes the place of the first")
	list, err := k.Service.Devices(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Len(t, list.Devices, 1)
	require.Equal(t, k.Clock.Now(), list.Devices[0].LastOkAt.UTC())

	// After a month the hourly tidying forgets it; one that is there stays.
	k.Clock.Add(31 * 24 * time.Hour)
	job := models.NewID()
	k.SQL(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key) values ($1, $2, 'tidy', $1, $3, 'x')`, k.Practice, job, k.Clock.Now())
	require.NoError(t, k.Worker.RunJob(k.Ctx, k.Practice, job))
	require.Equal(t, 1, k.Count("push_subscriptions where practice_id = $1", k.Practice))

	// Turned on again, a device that was gone is back.
	subscribe(t, k, k.PartnerA, goes)
	require.Len(t, endpointsOf(t, k, k.Practice, k.PartnerA.ID), 2)
	// An erased person's devices open to nothing.
	k.SQL(`update keys.wrapped_keys set wrapped = null, destroyed_at = now() where practice_id = $1 and owner_id = $2`, k.Practice, k.PartnerA.ID)
	require.Empty(t, endpointsOf(t, k, k.Practice, k.PartnerA.ID))
}

func TestTheInstallationsKeysAreMadeOnceAndSealed(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	var wait sync.WaitGroup
	var made [8]push.Keys
	for i := range made {
		wait.Go(func() {
			fresh := care.New(k.Service.Deps) // Another process.
			if i%2 == 1 {
				fresh = care.New(k.Worker.Deps)
			}
			keys, err := fresh.PushKeys(k.Ctx)
			if err != nil {
				t.Errorf("keys: %v", err)
			}
			made[i] = keys
		})
	}
	wait.Wait()
	for _, keys := range made {
		require.Equal(t, made[0], keys)
		require.True(t, keys.Fit())
	}
	require.Equal(t, 1, k.Count("installation_keys"))
	require.Equal(t, 1, k.Count("installation_keys where public_key = $1 and position($2::bytea in private_key) = 0", made[0].Public, []byte(made[0].Private)))
	require.NoError(t, k.Service.CheckPushKeys(k.Ctx))
}
