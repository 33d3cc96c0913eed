package reports

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
)

// What of a TrueType file a PDF has no use for is left out before it is cut: more than a third of it. PDF readers set outlines
// as they are, so that neither the programs that fit them to a grid of pixels (hinting) nor the layout tables are ever read
// (ISO 32000-1, 9.9), and of the names only who made the font and what it is called stay.

// errSlim says that a font cannot be read.
var errSlim = errors.New("the font's tables cannot be read")

// keptTables are those that gofpdf and PDF readers read.
var keptTables = []string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"}

// keptNames are the copyright, the family, the style, the whole name, and the PostScript name (OpenType 1.9, "name").
var keptNames = []uint16{0, 1, 2, 4, 6}

// slim gives a TrueType font without hinting, layout and most names. Its outlines and widths are the same.
func slim(ttf []byte) (out []byte, err error) {
	defer func() {
		if recover() != nil { // Past the end of a table.
			out, err = nil, errSlim
		}
	}()
	ttf = slices.Clip(ttf)
	tables := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(ttf[4:])) {
		record := ttf[12+16*i:]
		from, size := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint32(record[12:])
		if name := string(record[:4]); slices.Contains(keptTables, name) {
			tables[name] = slices.Clone(ttf[from : from+size])
		}
	}
	if len(tables) != len(keptTables) {
		return nil, errSlim
	}
	tables["glyf"], tables["loca"] = withoutPrograms(tables["glyf"], tables["loca"], binary.BigEndian.Uint16(tables["head"][50:]) == 1)
	binary.BigEndian.PutUint16(tables["head"][50:], 1) // loca has 32-bit offsets.
	// The widths no longer hang on a program, nor does anything on the size.
	flags := binary.BigEndian.Uint16(tables["head"][16:])
	binary.BigEndian.PutUint16(tables["head"][16:], flags&^(1<<2|1<<4))
	clear(tables["maxp"][16:28]) // What programs need: memory, functions, length.
	tables["name"] = fewNames(tables["name"])
	return assemble(tables), nil
}

// withoutPrograms takes the programs out of all outlines (OpenType 1.9, "glyf"); loca comes back with 32-bit offsets.
func withoutPrograms(glyf, loca []byte, long bool) (outlines, offsets []byte) {
	at := func(i int) int {
		if long {
			return int(binary.BigEndian.Uint32(loca[4*i:]))
		}
		return 2 * int(binary.BigEndian.Uint16(loca[2*i:]))
	}
	n := len(loca)/2 - 1
	if long {
		n = len(loca)/4 - 1
	}
	for i := range n {
		offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(outlines))) // #nosec G115 -- a font of ours is far smaller.
		outlines = append(outlines, withoutProgram(glyf[at(i):at(i+1)])...)
		outlines = append(outlines, make([]byte, -len(outlines)&3)...)
	}
	return outlines, binary.BigEndian.AppendUint32(offsets, uint32(len(outlines))) // #nosec G115 -- as above.
}

// The flags of a part of an outline that is put together from others.
const (
	partWords   = 1 << 0
	partScale   = 1 << 3
	partMore    = 1 << 5
	partXY      = 1 << 6
	partMatrix  = 1 << 7
	partProgram = 1 << 8
)

func withoutProgram(outline []byte) []byte {
	if len(outline) == 0 {
		return nil // A space.
	}
	contours := int(int16(binary.BigEndian.Uint16(outline))) // #nosec G115 -- signed in the file.
	if contours >= 0 {
		head := 10 + 2*contours
		program := int(binary.BigEndian.Uint16(outline[head:]))
		return slices.Concat(outline[:head], []byte{0, 0}, outline[head+2+program:])
	}
	out := slices.Clone(outline)
	for at := 10; ; {
		flags := binary.BigEndian.Uint16(out[at:])
		binary.BigEndian.PutUint16(out[at:], flags&^partProgram)
		at += 6
		if flags&partWords != 0 {
			at += 2
		}
		switch {
		case flags&partScale != 0:
			at += 2
		case flags&partXY != 0:
			at += 4
		case flags&partMatrix != 0:
			at += 8
		}
		if flags&partMore == 0 {
			return out[:at]
		}
	}
}

// fewNames keeps few of a font's names, those for Windows in English.
func fewNames(table []byte) []byte {
	type name struct {
		id   uint16
		text []byte
	}
	var kept []name
	texts := table[binary.BigEndian.Uint16(table[4:]):]
	for i := range int(binary.BigEndian.Uint16(table[2:])) {
		record := table[6+12*i:]
		field := func(n int) uint16 { return binary.BigEndian.Uint16(record[2*n:]) }
		if field(0) == 3 && field(1) == 1 && field(2) == 0x409 && slices.Contains(keptNames, field(3)) {
			kept = append(kept, name{field(3), texts[field(5) : field(5)+field(4)]})
		}
	}
	out := binary.BigEndian.AppendUint16(nil, 0)
	out = binary.BigEndian.AppendUint16(out, uint16(len(kept)))      // #nosec G115 -- a handful.
	out = binary.BigEndian.AppendUint16(out, uint16(6+12*len(kept))) // #nosec G115 -- a handful.
	var strings []byte
	for _, k := range kept {
		for _, v := range []int{3, 1, 0x409, int(k.id), len(k.text), len(strings)} {
			out = binary.BigEndian.AppendUint16(out, uint16(v)) // #nosec G115 -- as they were.
		}
		strings = append(strings, k.text...)
	}
	return append(out, strings...)
}

// assemble writes a font file of tables (OpenType 1.9, "Organization of an OpenType Font").
func assemble(tables map[string][]byte) []byte {
	n := len(tables)
	power := 1 << (bits.Len(uint(n)) - 1)
	out := []byte{0, 1, 0, 0}
	for _, v := range []int{n, 16 * power, bits.Len(uint(n)) - 1, 16 * (n - power)} {
		out = binary.BigEndian.AppendUint16(out, uint16(v)) // #nosec G115 -- ten tables.
	}
	var data []byte
	head := 0
	clear(tables["head"][8:12])
	for _, name := range keptTables { // Which stand in order.
		table := tables[name]
		if name == "head" {
			head = 12 + 16*n + len(data)
		}
		padded := append(table, make([]byte, -len(table)&3)...)
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, sumOf(padded))
		out = binary.BigEndian.AppendUint32(out, uint32(12+16*n+len(data))) // #nosec G115 -- as above.
		out = binary.BigEndian.AppendUint32(out, uint32(len(table)))        // #nosec G115 -- as above.
		data = append(data, padded...)
	}
	out = append(out, data...)
	binary.BigEndian.PutUint32(out[head+8:], 0xB1B0AFBA-sumOf(out))
	return out
}

// sumOf adds up 32-bit words, as font files check themselves.
func sumOf(words []byte) (sum uint32) {
	for i := 0; i < len(words); i += 4 {
		sum += binary.BigEndian.Uint32(words[i:])
	}
	return sum
}
