package care

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"

	quick "github.com/goccy/go-json"
	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"
	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/internal/seal"
	"tussentijds/models"
)

// Owners of keys (design decision 5): answers, names and contact are the person's; agreements, couple reports and
// snapshots the couple's; notes and therapist reports the practice's.
const (
	keyPractice = "practice"
	keyPerson   = "person"
	keyCouple   = "couple"
)

// place is where a sealed document stands; with the practice it is what a ciphertext is bound to.
type place struct {
	kind   string // key owner's kind.
	owner  uuid.UUID
	table  string
	column string
	row    uuid.UUID
}

func (t *txn) binding(p place) seal.Binding {
	return seal.Binding{Practice: t.PracticeID, Owner: p.owner, Table: p.table, Column: p.column, Row: p.row}
}

// seal encrypts text for its place, making the owner's key when there is none yet.
func (t *txn) seal(p place, plain []byte) (models.Sealed, error) {
	key, err := t.liveKey(p.kind, p.owner)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, t.binding(p))
}

func (t *txn) sealJSON(p place, v any) (models.Sealed, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return t.seal(p, raw)
}

// packer and unpacker make large documents small before they are sealed: after that nothing can. They are safe for use by many.
var (
	packer = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(256<<10))
	})
	unpacker = sync.OnceValues(func() (*zstd.Decoder, error) { return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxUnpacked)) })
)

// maxUnpacked is the size that a packed document may have, in octets; ours have some tens of thousands.
const maxUnpacked = 64 << 20

// packedMark is how a packed document begins (RFC 8878, 3.1.1).
var packedMark = []byte{0x28, 0xb5, 0x2f, 0xfd}

// sealPacked is sealJSON for a large document; openJSON reads both.
func (t *txn) sealPacked(p place, v any) (models.Sealed, error) {
	small, err := packed(v)
	if err != nil {
		return nil, err
	}
	return t.seal(p, small)
}

// packed writes a document as encoding/json does, octet for octet, in a third of its time.
func packed(v any) ([]byte, error) {
	raw, err := quick.Marshal(v)
	if err != nil {
		return nil, err
	}
	pack, err := packer()
	if err != nil {
		return nil, err
	}
	return pack.EncodeAll(raw, make([]byte, 0, len(raw)/2)), nil
}

// readJSON reads a document, packed or not. Faults: internal when it cannot be unpacked.
func readJSON(plain []byte, v any) error {
	if bytes.HasPrefix(plain, packedMark) {
		unpack, err := unpacker()
		if err == nil {
			plain, err = unpack.DecodeAll(plain, nil)
		}
		if err != nil {
			return fault.Wrap(fault.Internal, err)
		}
	}
	return json.Unmarshal(plain, v)
}

// open decrypts a document. A document whose owner's key was destroyed gives ok false: that person was erased.
func (t *txn) open(p place, sealed models.Sealed) (plain []byte, ok bool, err error) {
	if len(sealed) == 0 {
		return nil, true, nil
	}
	id, err := seal.KeyID(sealed)
	if err != nil {
		return nil, false, fault.Wrap(fault.Internal, err)
	}
	if _, known := t.keys[id]; !known {
		if err := t.warm(sealed); err != nil {
			return nil, false, err
		}
	}
	key := t.keys[id]
	if key == nil {
		return nil, false, nil
	}
	plain, err = key.Open(sealed, t.binding(p))
	if err != nil {
		return nil, false, fault.Wrap(fault.Internal, err)
	}
	return plain, true, nil
}

func (t *txn) openText(p place, sealed models.Sealed) (string, error) {
	plain, _, err := t.open(p, sealed)
	return string(plain), err
}

func (t *txn) openJSON(p place, sealed models.Sealed, v any) (bool, error) {
	plain, ok, err := t.open(p, sealed)
	if err != nil || !ok || len(plain) == 0 {
		return ok, err
	}
	return true, readJSON(plain, v)
}

// warm reads the keys of many documents in one statement, so that opening them costs none.
func (t *txn) warm(sealed ...models.Sealed) error {
	var missing []uuid.UUID
	seen := map[uuid.UUID]bool{}
	for _, s := range sealed {
		if len(s) == 0 {
			continue
		}
		id, err := seal.KeyID(s)
		if err != nil {
			return fault.Wrap(fault.Internal, err)
		}
		if _, known := t.keys[id]; !known && !seen[id] {
			seen[id] = true
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if t.DB == nil { // A batch brought all keys that live: the others open nothing.
		for _, id := range missing {
			t.keys[id] = nil
		}
		return nil
	}
	rows, err := models.KeysByID(t.DB, missing)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := t.unwrap(row); err != nil {
			return err
		}
	}
	for _, id := range missing {
		if _, found := t.keys[id]; !found {
			t.keys[id] = nil
		}
	}
	return nil
}

// unwrap opens a key row into the transaction's key ring; a destroyed key stands there as nil.
func (t *txn) unwrap(row models.WrappedKey) error {
	if row.DestroyedAt != nil {
		t.keys[row.ID] = nil
		return nil
	}
	if key := t.s.keys.get(row.ID, row.Wrapped, t.now); key != nil {
		t.keys[row.ID], t.byOwner[row.OwnerID] = key, row.ID
		return nil
	}
	wrapper := t.s.Master.Key()
	if row.OwnerKind != keyPractice {
		var err error
		if wrapper, err = t.practiceKey(); err != nil {
			return err
		}
	}
	key, err := wrapper.Unwrap(row.ID, row.Wrapped, t.PracticeID, row.OwnerID)
	if err != nil {
		return fault.Wrap(fault.Internal, err)
	}
	t.s.keys.put(row.ID, row.Wrapped, key, t.now)
	t.keys[row.ID], t.byOwner[row.OwnerID] = key, row.ID
	return nil
}

func (t *txn) practiceKey() (*seal.Key, error) { return t.liveKey(keyPractice, t.PracticeID) }

// liveKey gives the owner's key, and makes it when the owner never had one. An erased owner gets no new key.
func (t *txn) liveKey(kind string, owner uuid.UUID) (*seal.Key, error) {
	if id, ok := t.byOwner[owner]; ok && t.keys[id] != nil {
		return t.keys[id], nil
	}
	if t.DB == nil { // A batch brought all keys that live: this owner's was destroyed.
		return nil, fault.New(fault.Conflict, "error.erased")
	}
	row, err := models.KeyOfOwner(t.DB, kind, owner)
	switch {
	case err == nil:
		if row.DestroyedAt != nil {
			return nil, fault.New(fault.Conflict, "error.erased")
		}
		if err := t.unwrap(row); err != nil {
			return nil, err
		}
		return t.keys[row.ID], nil
	case !errors.Is(err, gorm.ErrRecordNotFound):
		return nil, err
	}
	wrapper := t.s.Master.Key()
	if kind != keyPractice {
		if wrapper, err = t.practiceKey(); err != nil {
			return nil, err
		}
	}
	key, err := seal.NewKey()
	if err != nil {
		return nil, err
	}
	wrapped, err := wrapper.Wrap(key, t.PracticeID, owner)
	if err != nil {
		return nil, err
	}
	made, err := models.AddKey(t.DB, models.WrappedKey{Row: models.Row{PracticeID: t.PracticeID, ID: key.ID}, OwnerKind: kind, OwnerID: owner, Wrapped: wrapped, CreatedAt: t.now})
	if err != nil {
		return nil, err
	}
	if !made { // Another transaction was first: its key is the owner's.
		return t.liveKey(kind, owner)
	}
	t.keys[key.ID], t.byOwner[owner] = key, key.ID
	return key, nil
}
