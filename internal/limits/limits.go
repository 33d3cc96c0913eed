// Package limits bounds tries for all processes together, in Redis, and connects to Redis however it is set up.
package limits

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// Limiter counts tries in Redis. It is safe for concurrent use.
type Limiter struct{ client redis.UniversalClient }

// New makes a limiter on a connection.
func New(client redis.UniversalClient) *Limiter { return &Limiter{client: client} }

// patience is how long an answer may take: a sign-in waits for it.
const patience = 2 * time.Second

// count adds one try and gives the tries of the window and what is left of it, in one step, so that many processes at the
// same moment cannot get past the limit. A window starts with its first try; tries beyond the limit do not prolong it.
var count = redis.NewScript(`
local n = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if n == 1 or left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {n, left}`)

// Allow counts one try on key and tells whether it stays within limit a window; if not, how long to wait. The key is
// stored as a hash: Redis learns no address. An error means that it cannot tell.
func (l *Limiter) Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	sum := sha256.Sum256([]byte(key))
	got, err := count.Run(ctx, l.client, []string{"limits:" + hex.EncodeToString(sum[:16])}, window.Milliseconds()).Int64Slice()
	if err != nil {
		return false, 0, err
	}
	if len(got) != 2 {
		return false, 0, errors.New("limits: an unknown answer")
	}
	if got[0] <= int64(limit) {
		return true, 0, nil
	}
	return false, time.Duration(got[1]) * time.Millisecond, nil
}
