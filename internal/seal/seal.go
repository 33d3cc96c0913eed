// Package seal encrypts what must not be readable in the database: answers, notes, agreements, reports and contact data.
//
// A document is sealed with an AEAD (XChaCha20-Poly1305) under a person's, a couple's or the practice's key; person and
// couple keys are wrapped by the practice's key, that one by the master key. A ciphertext is bound to its practice, its
// owner and its table, column and row: moved to another row it does not open. The ciphertext names its key, so that
// keys can be rotated while the product runs.
package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// Magic starts every ciphertext; the schema's is_sealed check looks for it.
var Magic = []byte("TTs1")

// ErrNotSealed says that the bytes are no ciphertext of ours.
var ErrNotSealed = errors.New("seal: not a sealed document")

// ErrCannotOpen says that key or binding do not fit the ciphertext.
var ErrCannotOpen = errors.New("seal: cannot open")

// Binding is what a ciphertext belongs to. All of it goes into the associated data.
type Binding struct {
	Practice uuid.UUID
	Owner    uuid.UUID // the person, couple or practice whose key it is.
	Table    string
	Column   string
	Row      uuid.UUID
}

func (b Binding) associated() []byte {
	return []byte(strings.Join([]string{b.Practice.String(), b.Owner.String(), b.Table, b.Column, b.Row.String()}, "|"))
}

// Key is an unwrapped key with its id.
type Key struct {
	ID  uuid.UUID
	raw []byte
	box *subtle.XChaCha20Poly1305
}

func keyOf(id uuid.UUID, raw []byte) (*Key, error) {
	box, err := subtle.NewXChaCha20Poly1305(raw)
	if err != nil {
		return nil, err
	}
	return &Key{ID: id, raw: raw, box: box}, nil
}

// NewKey makes a fresh random key of 256 bits.
func NewKey() (*Key, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	return keyOf(id, raw)
}

// Seal encrypts plain for the binding.
func (k *Key) Seal(plain []byte, b Binding) ([]byte, error) {
	ct, err := k.box.Encrypt(plain, b.associated())
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(Magic)+16+len(ct))
	out = append(out, Magic...)
	out = append(out, k.ID[:]...)
	return append(out, ct...), nil
}

// Open decrypts what Seal made under this key for the same binding; ErrCannotOpen otherwise.
func (k *Key) Open(sealed []byte, b Binding) ([]byte, error) {
	id, ct, err := split(sealed)
	if err != nil {
		return nil, err
	}
	if id != k.ID {
		return nil, ErrCannotOpen
	}
	plain, err := k.box.Decrypt(ct, b.associated())
	if err != nil {
		return nil, ErrCannotOpen
	}
	return plain, nil
}

// Wrap encrypts another key under this one, bound to the practice and the owner of the wrapped key.
func (k *Key) Wrap(inner *Key, practice, owner uuid.UUID) ([]byte, error) {
	return k.Seal(inner.raw, wrapBinding(inner.ID, practice, owner))
}

// Unwrap opens a key that Wrap made.
func (k *Key) Unwrap(id uuid.UUID, wrapped []byte, practice, owner uuid.UUID) (*Key, error) {
	raw, err := k.Open(wrapped, wrapBinding(id, practice, owner))
	if err != nil {
		return nil, err
	}
	return keyOf(id, raw)
}

func wrapBinding(id, practice, owner uuid.UUID) Binding {
	return Binding{Practice: practice, Owner: owner, Table: "keys.wrapped_keys", Column: "wrapped", Row: id}
}

// KeyID tells under which key a document was sealed.
func KeyID(sealed []byte) (uuid.UUID, error) {
	id, _, err := split(sealed)
	return id, err
}

func split(sealed []byte) (uuid.UUID, []byte, error) {
	if len(sealed) < len(Magic)+16 || !bytes.HasPrefix(sealed, Magic) {
		return uuid.Nil, nil, ErrNotSealed
	}
	id, err := uuid.FromBytes(sealed[len(Magic) : len(Magic)+16])
	if err != nil {
		return uuid.Nil, nil, ErrNotSealed
	}
	return id, sealed[len(Magic)+16:], nil
}

// Master is the root: it wraps practice keys and derives the keys for look-ups, the audit record and tokens.
type Master struct {
	key     *Key
	secret  []byte
	derived sync.Map // purpose to its key.
}

// masterID marks documents wrapped by the master key itself.
var masterID = uuid.MustParse("00000000-0000-7000-8000-000000000001")

// NewMaster makes the master from 32 secret octets.
func NewMaster(secret []byte) (*Master, error) {
	if len(secret) != 32 {
		return nil, fmt.Errorf("seal: the master key needs 32 octets, it has %d", len(secret))
	}
	raw, err := hkdf.Key(sha256.New, secret, nil, "tussentijds/wrap/1", 32)
	if err != nil {
		return nil, err
	}
	key, err := keyOf(masterID, raw)
	if err != nil {
		return nil, err
	}
	return &Master{key: key, secret: secret}, nil
}

// Key is the key that wraps practice keys.
func (m *Master) Key() *Key { return m.key }

// Derive gives 32 octets for one purpose, e.g. "email-index"; each purpose has its own. The octets are the caller's.
func (m *Master) Derive(purpose string) []byte { return bytes.Clone(m.keyFor(purpose)) }

// keyFor keeps the keys: purposes are few and fixed in the program, and deriving costs more than what is done with them.
func (m *Master) keyFor(purpose string) []byte {
	if key, ok := m.derived.Load(purpose); ok {
		return key.([]byte)
	}
	out, err := hkdf.Key(sha256.New, m.secret, nil, "tussentijds/"+purpose+"/1", 32)
	if err != nil {
		panic(err) // Only an absurd length can fail here.
	}
	key, _ := m.derived.LoadOrStore(purpose, out)
	return key.([]byte)
}

// MAC is HMAC-SHA-256 of data under the key derived for purpose.
func (m *Master) MAC(purpose string, data []byte) []byte {
	h := hmac.New(sha256.New, m.keyFor(purpose))
	h.Write(data)
	return h.Sum(nil)
}

// LoadMaster reads the master key file: 32 octets in base64. With create it makes the file (mode 0600) when it is missing.
func LoadMaster(path string, create bool) (*Master, error) {
	text, err := os.ReadFile(path) // #nosec G304 -- the path is the operator's own setting.
	if errors.Is(err, os.ErrNotExist) && create {
		secret := make([]byte, 32)
		if _, err := rand.Read(secret); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- as above.
		if err != nil {
			return nil, err
		}
		if _, err := f.WriteString(base64.StdEncoding.EncodeToString(secret) + "\n"); err != nil {
			_ = f.Close()
			return nil, err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return nil, err
		}
		return NewMaster(secret)
	}
	if err != nil {
		return nil, fmt.Errorf("master key file: %w", err)
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, errors.New("master key file: not base64")
	}
	return NewMaster(secret)
}
