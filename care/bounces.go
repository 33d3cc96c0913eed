package care

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/hmac"
	"encoding/base32"
	"strings"

	"github.com/google/uuid"

	"tussentijds/internal/bounce"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// A bounce token stands in the envelope's sender of every mail to one address of one person: whoever returns the mail says
// with it whose it was, and nothing has to be stored for that. To a stranger it is noise. Its parts:
//
//	16 octets  the person's id, enciphered as one block (an id is a block, and no two are alike)
//	 6 octets  a MAC of that: shows at the door that we made it, before anything is looked up
//	 4 octets  a MAC of that with the practice: finds the practice among all
//	 8 octets  a MAC of all with the address: a report on an address that has changed since is no longer ours
//
// 34 octets are 55 letters of base32, so that bounce+token stays within the 64 that a mailbox name may have (RFC 5321,
// 4.5.3.1.1) and survives servers that change its case.
const (
	tokenDoor     = 16
	tokenPractice = tokenDoor + 6
	tokenAddress  = tokenPractice + 4
	tokenLength   = tokenAddress + 8
)

var bounceLetters = base32.StdEncoding.WithPadding(base32.NoPadding)

// bounceToken makes the token for mail to a person's address.
func (s *Service) bounceToken(practiceID uuid.UUID, kind string, person uuid.UUID, address string) string {
	id := person
	id[6] &= 0x0f // The nibble of the version, always 7, tells the kind instead.
	if kind == "partner" {
		id[6] |= 0x10
	}
	token := make([]byte, 16, tokenLength)
	block, err := aes.NewCipher(s.Master.Derive("bounce-person"))
	if err != nil {
		panic(err) // 32 octets are a key.
	}
	block.Encrypt(token, id[:])
	token = append(token, s.Master.MAC("bounce-door", token)[:tokenPractice-tokenDoor]...)
	token = append(token, s.bouncePractice(token, practiceID)...)
	return strings.ToLower(bounceLetters.EncodeToString(append(token, s.bounceAddress(token, practiceID, address)...)))
}

func (s *Service) bouncePractice(token []byte, practiceID uuid.UUID) []byte {
	return s.Master.MAC("bounce-practice", append(bytes.Clone(token[:tokenDoor]), practiceID[:]...))[:tokenAddress-tokenPractice]
}

func (s *Service) bounceAddress(token []byte, practiceID uuid.UUID, address string) []byte {
	bound := append(bytes.Clone(token[:tokenAddress]), practiceID[:]...)
	return s.Master.MAC("bounce-address", append(bound, strings.ToLower(strings.TrimSpace(address))...))[:tokenLength-tokenAddress]
}

// OwnBounce tells whether we made a token, without looking anything up.
func (s *Service) OwnBounce(token string) bool {
	_, ok := s.readBounce(token)
	return ok
}

func (s *Service) readBounce(token string) ([]byte, bool) {
	if len(token) != bounceLetters.EncodedLen(tokenLength) {
		return nil, false
	}
	raw, err := bounceLetters.DecodeString(strings.ToUpper(token))
	if err != nil || len(raw) != tokenLength {
		return nil, false
	}
	return raw, hmac.Equal(raw[tokenDoor:tokenPractice], s.Master.MAC("bounce-door", raw[:tokenDoor])[:tokenPractice-tokenDoor])
}

// NoteBounce notes what a mail server told of a mail that we sent (the worker's role only): a failure counts against the
// address, and a wrong address is given up. A token that is not ours, or of an address that is the person's no more, is
// nobody's: nil. Faults: unavailable, internal; then the server tells it again later.
func (s *Service) NoteBounce(ctx context.Context, token string, r bounce.Report) error {
	raw, ours := s.readBounce(token)
	if !ours || !r.Failed() {
		return nil
	}
	block, err := aes.NewCipher(s.Master.Derive("bounce-person"))
	if err != nil {
		return fault.Wrap(fault.Internal, err)
	}
	var person uuid.UUID
	block.Decrypt(person[:], raw[:tokenDoor])
	kind := "member"
	if person[6]&0xf0 == 0x10 {
		kind = "partner"
	}
	person[6] = person[6]&0x0f | 0x70
	practices, err := s.Practices(ctx)
	if err != nil {
		return err
	}
	for _, id := range practices {
		if !hmac.Equal(raw[tokenPractice:tokenAddress], s.bouncePractice(raw, id)) {
			continue
		}
		err := s.inPractice(ctx, System(id), func(t *txn) error {
			address, err := t.mailAddress(kind, person)
			if err != nil || address == "" || !hmac.Equal(raw[tokenAddress:], s.bounceAddress(raw, id, address)) {
				return err
			}
			return t.noteBounce(kind, person, channelMail, r.Reason(), r.Permanent())
		})
		if err != nil && !fault.Is(err, fault.NotFound) { // Another practice may have the same four octets.
			return err
		}
	}
	return nil
}

// mailAddress opens a person's address; empty for one who was erased. Faults: not_found.
func (t *txn) mailAddress(kind string, person uuid.UUID) (string, error) {
	if kind == "partner" {
		p, err := models.FindPartner(t.DB, person)
		if err != nil {
			return "", err
		}
		return t.openText(partnerEmail(p), p.Email)
	}
	m, err := models.FindMember(t.DB, person)
	if err != nil {
		return "", err
	}
	return t.openText(memberEmail(m), m.Email)
}
