package reports

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
)

// Two fifths of a usual report are the two fonts that every report has. Where reports are kept they are left out, and put
// back before anybody reads the file (ADR 0037).

// Font is a font file as it stands in documents.
type Font struct {
	Sum    FontSum
	Octets []byte
}

// FontSum is the SHA-256 of a font file's octets.
type FontSum [sha256.Size]byte

// leanMark is how a document without its fonts begins; a whole one begins with %PDF.
const leanMark = "\x00lean1"

// errLean says that what was kept of a document cannot be made whole.
var errLean = errors.New("a document whose fonts cannot be put back")

// everyones are the fonts that all documents share. What else is in a document says something of its words: it stays there.
var everyones = sync.OnceValues(func() ([]Font, error) {
	set, err := fonts()
	if err != nil {
		return nil, err
	}
	var out []Font
	for _, s := range set.narrow {
		if !slices.ContainsFunc(out, func(f Font) bool { return bytes.Equal(f.Octets, s.packed) }) {
			out = append(out, Font{sha256.Sum256(s.packed), s.packed})
		}
	}
	return out, nil
})

// Lean gives a document without the fonts that all documents share, and those fonts, each once. FontsOf and Whole read it. A
// document that has none of them is given as it is.
func Lean(pdf []byte) (lean []byte, left []Font, err error) {
	shared, err := everyones()
	if err != nil {
		return nil, nil, err
	}
	type place struct {
		from, to int
		font     Font
	}
	var places []place
	for _, f := range shared {
		if at := bytes.Index(pdf, f.Octets); at >= 0 {
			places, left = append(places, place{at, at + len(f.Octets), f}), append(left, f)
		}
	}
	if len(places) == 0 {
		return pdf, nil, nil
	}
	slices.SortFunc(places, func(a, b place) int { return a.from - b.from })
	size := len(pdf)
	for _, p := range places {
		size -= len(p.font.Octets)
	}
	lean = append(make([]byte, 0, size+128), leanMark...)
	at := 0
	for _, p := range places {
		lean = append(binary.AppendUvarint(lean, uint64(p.from-at)), pdf[at:p.from]...) // #nosec G115 -- in order, so never below zero.
		lean, at = append(lean, p.font.Sum[:]...), p.to
	}
	lean = append(binary.AppendUvarint(lean, uint64(len(pdf)-at)), pdf[at:]...) // #nosec G115 -- as above.
	return lean, left, nil
}

// FontsOf gives the sums of the fonts that Whole needs for what Lean gave; none for a whole document.
func FontsOf(lean []byte) ([]FontSum, error) {
	var sums []FontSum
	err := walkLean(lean, func([]byte) {}, func(sum FontSum) error {
		sums = append(sums, sum)
		return nil
	})
	return sums, err
}

// Whole gives the document that Lean made lean, with the fonts' octets by their sums. A whole document is given as it is.
func Whole(lean []byte, octets map[FontSum][]byte) ([]byte, error) {
	if !bytes.HasPrefix(lean, []byte(leanMark)) {
		return lean, nil
	}
	size := len(lean)
	for _, f := range octets {
		size += len(f)
	}
	out := bytes.NewBuffer(make([]byte, 0, size))
	err := walkLean(lean, func(piece []byte) { out.Write(piece) }, func(sum FontSum) error {
		f, ok := octets[sum]
		if !ok {
			return errLean
		}
		out.Write(f)
		return nil
	})
	return out.Bytes(), err
}

// walkLean goes through a lean document: its own pieces, and the fonts between them.
func walkLean(lean []byte, piece func([]byte), font func(sum FontSum) error) error {
	rest, ok := bytes.CutPrefix(lean, []byte(leanMark))
	if !ok {
		return nil
	}
	for {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) { // #nosec G115 -- n is at most what there is.
			return errLean
		}
		rest = rest[n:]
		piece(rest[:size])
		if rest = rest[size:]; len(rest) == 0 {
			return nil
		}
		if len(rest) < sha256.Size {
			return errLean
		}
		if err := font(FontSum(rest[:sha256.Size])); err != nil {
			return err
		}
		rest = rest[sha256.Size:]
	}
}
