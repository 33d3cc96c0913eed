package reports

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/klauspost/compress/zlib"

	"tussentijds/internal/locale"
)

// gofpdf ends a document with what it has no call for: it makes a packer of its own for each page, which takes a third of the
// time of a report, and it writes no language. So it leaves its pages unpacked, and finish does both.

// errUnknownPDF says that a document is not as gofpdf ends one.
var errUnknownPDF = errors.New("a PDF that does not end as ours do")

// packer packs a page.
type packer struct {
	*zlib.Writer
	out bytes.Buffer
}

// packers are used again.
var packers = sync.Pool{New: func() any {
	w, err := zlib.NewWriterLevel(nil, zlib.BestSpeed)
	if err != nil {
		panic(err) // The level is one that there is.
	}
	return &packer{Writer: w}
}}

// finish packs the streams of a document that are not packed, and writes its language into the catalogue, so that it is read
// aloud in the right voice (ISO 32000-1, 14.9.2). What moves thereby moves in the table of objects too (7.5.4).
func finish(pdf []byte, lang locale.Lang) ([]byte, error) {
	table, objects, err := tableOf(pdf)
	if err != nil {
		return nil, err
	}
	out := bytes.NewBuffer(make([]byte, 0, len(pdf)*3/4))
	out.Write(pdf[:objects[0].at])
	places := make([]int, len(objects)+1)
	for i, o := range objects {
		end := table
		if i+1 < len(objects) {
			end = objects[i+1].at
		}
		places[o.number] = out.Len()
		if err := finishObject(out, pdf[o.at:end], lang); err != nil {
			return nil, err
		}
	}
	last := out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(places))
	for _, at := range places[1:] {
		fmt.Fprintf(out, "%010d 00000 n \n", at)
	}
	trailer, start := bytes.Index(pdf[table:], []byte("trailer\n")), bytes.LastIndex(pdf, []byte("startxref\n"))
	if trailer < 0 || start < table {
		return nil, errUnknownPDF
	}
	out.Write(pdf[table+trailer : start])
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", last)
	return out.Bytes(), nil
}

// object is where an object of a document begins.
type object struct{ number, at int }

// tableOf finds the table of a document's objects, and these in the order they stand in.
func tableOf(pdf []byte) (at int, objects []object, err error) {
	_, tail, ok := bytes.Cut(pdf[max(0, len(pdf)-64):], []byte("startxref\n"))
	number, _, ended := bytes.Cut(tail, []byte("\n"))
	at, err = strconv.Atoi(string(number))
	if !ok || !ended || err != nil || at <= 0 || at >= len(pdf) {
		return 0, nil, errUnknownPDF
	}
	head, entries, ok := bytes.Cut(bytes.TrimPrefix(pdf[at:], []byte("xref\n0 ")), []byte("\n"))
	n, err := strconv.Atoi(string(head))
	const entry = 20 // octets, of which ten are the place.
	if !ok || err != nil || n < 2 || len(entries) < n*entry {
		return 0, nil, errUnknownPDF
	}
	for i := 1; i < n; i++ {
		place, err := strconv.Atoi(string(entries[i*entry : i*entry+10]))
		if err != nil || place <= 0 || place >= at {
			return 0, nil, errUnknownPDF
		}
		objects = append(objects, object{i, place})
	}
	slices.SortFunc(objects, func(a, b object) int { return a.at - b.at })
	return at, objects, nil
}

// finishObject writes an object, packed and with the language where that applies.
func finishObject(out *bytes.Buffer, whole []byte, lang locale.Lang) error {
	head, rest, ok := bytes.Cut(whole, []byte(" 0 obj\n"))
	if !ok {
		return errUnknownPDF
	}
	out.Write(head)
	out.WriteString(" 0 obj\n")
	if length, stream, ok := plainStream(rest); ok {
		w := packers.Get().(*packer)
		defer packers.Put(w)
		w.out.Reset()
		w.Reset(&w.out)
		if _, err := w.Write(stream[:length]); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		fmt.Fprintf(out, "<</Filter /FlateDecode /Length %d>>\nstream\n", w.out.Len())
		out.Write(w.out.Bytes())
		out.Write(stream[length:])
		return nil
	}
	if before, after, ok := bytes.Cut(rest, []byte("/Type /Catalog\n")); ok && bytes.Equal(before, []byte("<<\n")) {
		out.WriteString("<<\n/Lang (" + string(lang) + ")\n/Type /Catalog\n")
		out.Write(after)
		return nil
	}
	out.Write(rest)
	return nil
}

// plainStream finds the stream of an object that says nothing of it but its length: it is not packed.
func plainStream(body []byte) (length int, stream []byte, ok bool) {
	head, stream, ok := bytes.Cut(body, []byte(">>\nstream\n"))
	number, plain := bytes.CutPrefix(head, []byte("<</Length "))
	if !ok || !plain {
		return 0, nil, false
	}
	length, err := strconv.Atoi(string(number))
	return length, stream, err == nil && length <= len(stream)
}
