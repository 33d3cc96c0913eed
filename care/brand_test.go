package care_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// noise is a picture that packs badly.
func noise(width, height int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewPCG(1, 2)) // a picture, and the same each time.
	for y := range height {
		for x := range width {
			v := r.Uint32()
			m.SetNRGBA(x, y, color.NRGBA{uint8(v), uint8(v >> 8), uint8(v >> 16), uint8(v >> 24)}) // any octet will do.
		}
	}
	return m
}

// bomb is a small file of a large picture: all black, with so many bits a colour.
func bomb(t *testing.T, width, height, bits int) []byte {
	t.Helper()
	var out, data bytes.Buffer
	chunk := func(kind string, body []byte) {
		require.NoError(t, binary.Write(&out, binary.BigEndian, uint32(len(body)))) // a chunk is small.
		both := append([]byte(kind), body...)
		out.Write(both)
		require.NoError(t, binary.Write(&out, binary.BigEndian, crc32.ChecksumIEEE(both)))
	}
	z, err := zlib.NewWriterLevel(&data, zlib.BestSpeed)
	require.NoError(t, err)
	row := make([]byte, 1+width*3*bits/8)
	for range height {
		_, err := z.Write(row)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	out.WriteString("\x89PNG\r\n\x1a\n")
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, uint32(width)), uint32(height)) // of a test.
	chunk("IHDR", append(head, byte(bits), 2, 0, 0, 0))                                                      // two: red, green and blue.
	chunk("IDAT", data.Bytes())
	chunk("IEND", nil)
	return out.Bytes()
}

// hourly counts what was asked for within an hour, as Redis does.
type hourly map[string]int

func (h hourly) Allow(_ context.Context, key string, limit int, _ time.Duration) (bool, time.Duration, error) {
	h[key]++
	return h[key] <= limit, time.Minute, nil
}

// What a picture would take is judged by its head: the bomb is refused for its pixels, not after they were made.
func TestALogoIsNoBomb(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	limits := hourly{}
	deps := k.Service.Deps
	deps.Limiter = limits
	svc := care.New(deps)
	version, sent := 0, 0
	send := func(file []byte) error {
		sent++
		b, err := svc.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Logo: file, Version: version})
		if err == nil {
			version = b.Version
		}
		return err
	}
	for _, file := range [][]byte{bomb(t, 2000, 2000, 16), bomb(t, 2500, 2500, 8)} {
		require.Less(t, len(file), 200<<10)
		err := send(file)
		requireCode(t, fault.Invalid, err)
		require.Equal(t, "brand.logo.pixels", fault.From(err).Fields[0].Key)
	}
	require.NoError(t, send(bomb(t, 700, 500, 16)), "what is of a usual size is no bomb")
	small := asPNG(t, noise(9, 9))
	for sent < 20 {
		require.NoError(t, send(small))
	}
	requireCode(t, fault.RateLimited, send(small))
	_, err := svc.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Colour: "#123456", Version: version})
	require.NoError(t, err, "a colour costs nothing")
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, m))
	return out.Bytes()
}

func TestAPracticeGivesItsReportsALook(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b, err := k.Service.Brand(k.Ctx, k.Owner)
	require.NoError(t, err)
	require.Equal(t, care.BrandView{}, b)
	_, _, err = k.Service.Logo(k.Ctx, k.PartnerA)
	requireCode(t, fault.NotFound, err)

	file := append(asPNG(t, noise(640, 480)), "<script>canary</script>"...)
	b, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Colour: " #FFD400 ", Logo: file})
	require.NoError(t, err)
	require.Equal(t, "#ffd400", b.Colour)
	require.True(t, b.Adjusted(), "yellow words cannot be read on white")
	require.True(t, b.HasLogo)
	data, kind, err := k.Service.Logo(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.LessOrEqual(t, len(data), 40<<10)
	require.NotContains(t, string(data), "canary", "only pixels are kept")
	small, format, err := image.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, kind, "image/"+format)
	require.LessOrEqual(t, small.Bounds().Dx(), 520)

	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	pdf, _, err := k.Service.ReportPDF(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Contains(t, string(pdf), "/Subtype /Image")
	require.Less(t, len(pdf), 150<<10)
	doc, err := k.Service.ReadReport(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Equal(t, "#ffd400", doc.Snapshot.Brand.Colour)
	require.NotEmpty(t, doc.Snapshot.Brand.LogoID)
	require.Empty(t, doc.Snapshot.Brand.Logo, "the picture stands in the PDF and not in every snapshot")

	_, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Colour: "#000000"})
	requireCode(t, fault.Stale, err)
	b, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{RemoveLogo: true, Version: b.Version})
	require.NoError(t, err)
	require.Equal(t, care.BrandView{Version: 2}, b)
}

func TestOnlyTheOwnerAndOnlyPictures(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for _, who := range []care.Actor{k.Therapist, k.Trainee, k.Office} {
		_, err := k.Service.ChangeBrand(k.Ctx, who, care.ChangeBrandInput{Colour: "#123456"})
		requireCode(t, fault.Forbidden, err)
		_, err = k.Service.Brand(k.Ctx, who)
		requireCode(t, fault.Forbidden, err)
	}
	_, err := k.Service.Brand(k.Ctx, k.PartnerA)
	requireCode(t, fault.NotFound, err)
	logo := asPNG(t, noise(40, 20))
	_, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Logo: logo})
	require.NoError(t, err)
	_, _, err = k.Service.Logo(k.Ctx, k.ForeignTherapist)
	requireCode(t, fault.NotFound, err)

	var anim, photo bytes.Buffer
	require.NoError(t, gif.Encode(&anim, noise(9, 9), nil))
	require.NoError(t, jpeg.Encode(&photo, noise(300, 900), nil))
	huge := bytes.Clone(logo)
	copy(huge[16:], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // A header that says 65,536 pixels square.
	for name, file := range map[string][]byte{
		"brand.logo.kind": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "brand.logo.large": make([]byte, care.MaxLogoUpload+1),
	} {
		_, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Logo: file, Version: 1})
		requireCode(t, fault.Invalid, err)
		require.Equal(t, name, fault.From(err).Fields[0].Key)
	}
	for _, file := range [][]byte{anim.Bytes(), huge, logo[:len(logo)/2], []byte("%PDF-1.4")} {
		_, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Logo: file, Version: 1})
		requireCode(t, fault.Invalid, err)
	}
	_, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Colour: "rood", Version: 1})
	requireCode(t, fault.Invalid, err)
	_, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Logo: photo.Bytes(), Version: 1})
	require.NoError(t, err)
	require.Equal(t, 1, k.Count("practice_brands where practice_id = $1", k.Practice))
}
