package care

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"sync"

	"tussentijds/internal/fault"
)

// The bounds of a logo: what may be sent, and what is kept. What is kept stands in every report.
const (
	MaxLogoUpload = 2 << 20
	maxLogoSide   = 6000
	maxLogoPixels = 6_000_000
	maxLogoOctets = 24 << 20 // decoded: a picture with sixteen bits a colour has fewer pixels.
	logosAnHour   = 20       // of one practice.
	maxLogoBytes  = 40 << 10
	logoWidth     = 520
	logoHeight    = 340
)

// picture is a picture of our own making.
type picture struct {
	data []byte
	kind string // its media type.
	id   string // its hash.
}

// logoOf reads a PNG or JPEG, lays it on white, makes it no larger than a report needs, and encodes it anew: nothing of the
// file is kept but what can be seen. Faults: invalid, with what is wrong.
func logoOf(file []byte) (picture, *fault.Error) {
	if len(file) > MaxLogoUpload {
		return picture{}, refuse("brand.logo.large", map[string]any{"Megabytes": MaxLogoUpload >> 20})
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || format != "png" && format != "jpeg" {
		return picture{}, refuse("brand.logo.kind", nil)
	}
	if tooManyPixels(config) {
		return picture{}, refuse("brand.logo.pixels", map[string]any{"Megapixels": maxLogoPixels / 1_000_000})
	}
	decoding.Lock()
	defer decoding.Unlock()
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return picture{}, refuse("brand.logo.kind", nil)
	}
	size := img.Bounds().Size()
	scale := min(1, logoWidth/float64(size.X), logoHeight/float64(size.Y))
	small := scaled(img, max(int(float64(size.X)*scale), 1), max(int(float64(size.Y)*scale), 1))
	for {
		if p, ok := encoded(small); ok {
			return p, nil
		}
		size = small.Bounds().Size()
		if size.X <= 1 && size.Y <= 1 {
			break
		}
		small = scaled(small, max(size.X*4/5, 1), max(size.Y*4/5, 1))
	}
	return picture{}, refuse("brand.logo.kind", nil)
}

// decoding lets one picture be decoded at a time: each takes some tens of megabytes for a moment.
var decoding sync.Mutex

// tooManyPixels judges a picture by its head, before it is decoded: a file of some kilobytes can hold a picture of any size.
func tooManyPixels(c image.Config) bool {
	if c.Width < 1 || c.Height < 1 || c.Width > maxLogoSide || c.Height > maxLogoSide || c.Width*c.Height > maxLogoPixels {
		return true
	}
	octets := 4 // a pixel.
	switch c.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		octets = 8
	}
	return c.Width*c.Height*octets > maxLogoOctets
}

func refuse(key string, args map[string]any) *fault.Error {
	return &fault.Error{Code: fault.Invalid, Key: key, Args: args}
}

// encoded gives the picture as a PNG, or as a JPEG when that is too large; ok is false when neither is small enough.
func encoded(img *image.RGBA) (p picture, ok bool) {
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img); err == nil && out.Len() <= maxLogoBytes {
		return pictureOf(out.Bytes(), "image/png"), true
	}
	for _, quality := range []int{88, 78, 68} {
		out.Reset()
		if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err == nil && out.Len() <= maxLogoBytes {
			return pictureOf(out.Bytes(), "image/jpeg"), true
		}
	}
	return p, false
}

func pictureOf(data []byte, kind string) picture {
	sum := sha256.Sum256(data)
	return picture{data: bytes.Clone(data), kind: kind, id: hex.EncodeToString(sum[:8])}
}

// scaled gives the picture on white at another size, each pixel the mean of those it stands for.
func scaled(img image.Image, width, height int) *image.RGBA {
	from := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		top, bottom := part(y, height, from.Dy())
		for x := range width {
			left, right := part(x, width, from.Dx())
			var r, g, b, n uint64
			for v := top; v < bottom; v++ {
				for u := left; u < right; u++ {
					red, green, blue, alpha := img.At(from.Min.X+u, from.Min.Y+v).RGBA()
					white := uint64(0xffff - alpha)
					r, g, b, n = r+uint64(red)+white, g+uint64(green)+white, b+uint64(blue)+white, n+1
				}
			}
			out.SetRGBA(x, y, color.RGBA{eight(r, n), eight(g, n), eight(b, n), 0xff})
		}
	}
	return out
}

// eight gives the mean of n sums of sixteen bits in eight, at most 0xff.
func eight(sum, n uint64) uint8 { return uint8(min(sum/n>>8, 0xff)) }

// part gives which of "of" pixels pixel i of n stands for: at least one.
func part(i, n, of int) (begin, end int) {
	begin = i * of / n
	return begin, max((i+1)*of/n, begin+1)
}
