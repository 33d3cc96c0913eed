package mailer

import (
	"bytes"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestQuotedTextReadsAsItWas(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 2))
	pieces := []string{"a", ".", "=", " ", "\t", "\n", "\r\n", "é", "🌱", "Er staat iets voor je klaar. ", strings.Repeat("x", 74), "..", "\n.", " \n", "--", "\r"}
	for range 3000 {
		var text strings.Builder
		for range random.IntN(40) {
			text.WriteString(pieces[random.IntN(len(pieces))])
		}
		var b bytes.Buffer
		quote(&b, text.String())
		for line := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\r\n"), "\r\n") {
			require.LessOrEqual(t, len(line), 76)
			require.False(t, strings.HasPrefix(line, "."), "SMTP would take it for the end: %q", line)
			require.False(t, strings.HasSuffix(line, " ") || strings.HasSuffix(line, "\t"), "%q loses its end", line)
			require.NotContains(t, line, "\n")
		}
		read, err := io.ReadAll(quotedprintable.NewReader(&b))
		require.NoError(t, err)
		want := strings.ReplaceAll(text.String(), "\r\n", "\n")
		got := strings.ReplaceAll(string(read), "\r\n", "\n")
		require.Equal(t, strings.TrimSuffix(want, "\n"), strings.TrimSuffix(got, "\n"))
	}
}

func TestAMailIsWhatMailProgramsRead(t *testing.T) {
	m, err := New(Config{URL: "smtp://localhost", From: "Tussentijds <noreply@example.test>", BounceDomain: "bounce.example"})
	require.NoError(t, err)
	now := time.Date(2026, 10, 5, 20, 0, 0, 0, time.FixedZone("", 7200))
	long := strings.Repeat("Šárka’s lange onderwerp ", 12)
	w, err := m.write(Message{
		ID: "abc@example.test", FromName: "Praktijk Zoë", To: "sam@client.example", Subject: long, Text: "Hallo\n.\nslot", HTML: "<p>één</p>",
		StopURL: "https://example.test/stop/x", Bounce: "b1",
	}, now)
	require.NoError(t, err)
	require.Equal(t, "bounce+b1@bounce.example", w.from)
	require.True(t, bytes.HasSuffix(w.content, []byte("\r\n")))
	require.NotContains(t, strings.ReplaceAll(string(w.content), "\r\n", ""), "\n")
	require.NotContains(t, "\r\n"+string(w.content), "\r\n.")
	for line := range strings.SplitSeq(string(w.content), "\r\n") {
		require.LessOrEqual(t, len(line), 200)
	}
	read, err := mail.ReadMessage(bytes.NewReader(w.content))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, long, subject)
	date, err := read.Header.Date()
	require.NoError(t, err)
	require.True(t, date.Equal(now))
	kind, options, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/alternative", kind)
	parts := multipart.NewReader(read.Body, options["boundary"])
	for _, want := range []string{"Hallo\r\n.\r\nslot\r\n", "<p>één</p>\r\n"} {
		p, err := parts.NextPart()
		require.NoError(t, err)
		body, err := io.ReadAll(p)
		require.NoError(t, err)
		require.Equal(t, want, string(body))
	}
	_, err = parts.NextPart()
	require.ErrorIs(t, err, io.EOF)

	single, err := m.write(Message{To: "sam@client.example", Subject: "x", Text: "één"}, now)
	require.NoError(t, err)
	read, err = mail.ReadMessage(bytes.NewReader(single.content))
	require.NoError(t, err)
	body, err := io.ReadAll(quotedprintable.NewReader(read.Body))
	require.NoError(t, err)
	require.Equal(t, "één\r\n", string(body))
}
