package reports

import (
	"testing"

	"tussentijds/internal/locale"
)

// BenchmarkReport is the usual report: Dutch, every character in cp1252.
func BenchmarkReport(b *testing.B) { benchmarkBuild(b, SampleSnapshot(locale.NL)) }

// BenchmarkReportForeign is a report with names that take fonts besides the usual ones.
func BenchmarkReportForeign(b *testing.B) {
	s := SampleSnapshot(locale.NL)
	s.CoupleName, s.PartnerNames = "Şükrü & Łucja", []string{"Şükrü", "Łucja"}
	benchmarkBuild(b, s)
}

// BenchmarkReportFloor draws the same layout with a font that every reader has, so that no font is made or embedded.
func BenchmarkReportFloor(b *testing.B) {
	s := SampleSnapshot(locale.NL)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := BuildFloor(s); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkBuild(b *testing.B, s Snapshot) {
	if _, err := Build(s); err != nil { // makes the fonts, once in a process.
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Build(s); err != nil {
			b.Fatal(err)
		}
	}
}
