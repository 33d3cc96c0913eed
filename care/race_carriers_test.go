package care_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/push"
	"tussentijds/internal/sms"
	"tussentijds/internal/testkit"
)

// carriers are a push service and a gateway of text messages as far away as real ones are. Neither answers before it has all of a
// request, so its own clock cannot tell when a conversation began; the sender's side keeps when it asked whether the message
// still stands, which it does once the connection is there and before anything of the body goes.
type carriers struct {
	push, text *httptest.Server
	mu         sync.Mutex
	asked      map[string][]question // by a message's name: the path of a browser, or the name of a text.
	arrived    map[string][]conversation
}

// question is one look before a message.
type question struct {
	began, answered time.Time
	yes             bool
}

func startCarriers(t *testing.T) *carriers {
	t.Helper()
	c := &carriers{asked: map[string][]question{}, arrived: map[string][]conversation{}}
	c.push = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return // Nothing of it came: it was dropped.
		}
		c.take(r.URL.Path)
		w.WriteHeader(http.StatusCreated)
	}))
	c.text = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ ID string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.take(body.ID)
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(func() { c.push.Close(); c.text.Close() })
	return c
}

// take has a message, and takes its time to say so.
func (c *carriers) take(name string) {
	now := time.Now()
	<-time.After(time.Duration(rand.IntN(6000)) * time.Microsecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.arrived[name] = append(c.arrived[name], conversation{now, time.Now()})
}

// asking keeps when a message's question was put and answered.
func (c *carriers) asking(name string, before func(context.Context) error) func(context.Context) error {
	if before == nil {
		return nil
	}
	return func(ctx context.Context) error {
		q := question{began: time.Now()}
		err := before(ctx)
		q.answered, q.yes = time.Now(), err == nil
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asked[name] = append(c.asked[name], q)
		return err
	}
}

// watchedPusher is a pusher whose questions are kept.
type watchedPusher struct {
	care.Pusher
	c *carriers
}

// Send hands the notes on.
func (w watchedPusher) Send(ctx context.Context, keys push.Keys, notes []push.Note) []error {
	list := slices.Clone(notes)
	for i, n := range list {
		if u, err := url.Parse(n.Target.Endpoint); err == nil {
			list[i].Before = w.c.asking(u.Path, n.Before)
		}
	}
	return w.Pusher.Send(ctx, keys, list)
}

// watchedTexter is a gateway whose questions are kept.
type watchedTexter struct {
	care.Texter
	c *carriers
}

// Send hands the texts on.
func (w watchedTexter) Send(ctx context.Context, texts []sms.Text) []error {
	list := slices.Clone(texts)
	for i, text := range list {
		list[i].Before = w.c.asking(text.ID, text.Before)
	}
	return w.Texter.Send(ctx, list)
}

// over has all of somebody's messages go over one channel.
func (r *race) over(who care.Actor, channel string) {
	r.t.Helper()
	switch channel {
	case "push":
		in := testkit.Subscription(r.t)
		path := "/" + uuid.NewString()
		in.Endpoint = r.carriers.push.URL + path
		v, err := r.k.Service.Subscribe(r.k.Ctx, who, in)
		require.NoError(r.t, err)
		r.mu.Lock()
		r.browsers[who.ID], r.devices[who.ID] = path, v.ID
		r.mu.Unlock()
	case "sms":
		require.NoError(r.t, r.k.Service.ChangePhone(r.k.Ctx, who, fmt.Sprintf("06 1%07d", r.numbers.Add(1))))
	}
	groups := map[string][]string{}
	for _, group := range care.GroupsOf(who.Kind) {
		groups[group] = []string{channel}
	}
	_, err := r.k.Service.ChangeReminderPreferences(r.k.Ctx, who, care.ChangePreferenceInput{Channels: groups})
	require.NoError(r.t, err)
}

// carried are the conversations about a reminder, over whatever it goes: each with the moment at which its sender asked, as near
// to its beginning as a sender can be.
func (r *race) carried(one *runner, id uuid.UUID) []conversation {
	name, place, last := "", 0, true
	switch one.channel {
	case "push":
		// A browser's notes carry no name: the first is taken for the person's first reminder, and so on.
		at := slices.Index(one.doomed, id)
		for i, person := range one.people {
			if i < at && person == one.people[at] {
				place++
			} else if i > at && person == one.people[at] {
				last = false
			}
		}
		name = r.browsers[one.people[at]]
	case "sms":
		for _, text := range r.texts() {
			if raw, err := base64.RawURLEncoding.DecodeString(text); err == nil && len(raw) >= 32 && uuid.UUID(raw[16:32]) == id {
				name = text
			}
		}
	default:
		return r.smtp.mails[r.name(id)]
	}
	r.carriers.mu.Lock()
	defer r.carriers.mu.Unlock()
	var out []conversation
	asked := r.carriers.asked[name]
	// Two notes that arrive within milliseconds are noted in the order in which the service answered them.
	arrived := slices.SortedFunc(slices.Values(r.carriers.arrived[name]), func(a, b conversation) int { return a.began.Compare(b.began) })
	for _, a := range arrived {
		at := slices.IndexFunc(asked, func(q question) bool { return q.yes && !q.answered.After(a.began) })
		if at < 0 {
			r.t.Errorf("%s: went over %s and nobody had asked whether it stands", one.kind, one.channel)
			continue
		}
		r.gaps = append(r.gaps, a.began.Sub(asked[at].answered))
		out = append(out, conversation{asked[at].began, a.taken})
		asked = slices.Delete(slices.Clone(asked), at, at+1)
	}
	if one.channel != "push" {
		return out
	}
	out = out[min(place, len(out)):]
	if !last {
		out = out[:min(1, len(out))]
	}
	return out
}

// texts are the names of the texts that arrived.
func (r *race) texts() []string {
	r.carriers.mu.Lock()
	defer r.carriers.mu.Unlock()
	var out []string
	for name := range r.carriers.arrived {
		out = append(out, name)
	}
	return out
}

// nearness tells how long after the look the requests were there: half of them, and all but one in a hundred.
func (r *race) nearness() string {
	if len(r.gaps) == 0 {
		return "none"
	}
	slices.Sort(r.gaps)
	return fmt.Sprintf("%d, half within %s, 99 of 100 within %s", len(r.gaps), r.gaps[len(r.gaps)/2], r.gaps[len(r.gaps)*99/100])
}
