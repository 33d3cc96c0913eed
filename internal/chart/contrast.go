package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Paper is the warm background of reports and pages.
const Paper = "#f6f0e4"

// TextContrast is what ordinary text needs against its background (WCAG 2.2, success criterion 1.4.3, level AA).
const TextContrast = 4.5

// Hex reads a colour as #rrggbb, in lower case; ok is false for anything else.
func Hex(text string) (hex string, ok bool) {
	hex = strings.ToLower(strings.TrimSpace(text))
	if len(hex) != 7 || hex[0] != '#' {
		return "", false
	}
	_, err := strconv.ParseUint(hex[1:], 16, 32)
	return hex, err == nil
}

// RGB gives the parts of a colour of the form #rrggbb, 0 to 255.
func RGB(hex string) (r, g, b int) { return rgb(hex) }

// Contrast gives the contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
func Contrast(a, b string) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

// luminance is the relative luminance of a colour (WCAG 2.2).
func luminance(hex string) float64 {
	linear := func(part int) float64 {
		v := float64(part) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	r, g, b := rgb(hex)
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// Readable gives the colour, or the nearest darker one of its hue that words in it can be read in on white and on paper.
func Readable(hex string) string {
	r, g, b := rgb(hex)
	for part := 1.0; part > 0; part -= 0.01 {
		at := func(v int) int { return int(math.Round(float64(v) * part)) }
		darker := fmt.Sprintf("#%02x%02x%02x", at(r), at(g), at(b))
		if Contrast(darker, "#ffffff") >= TextContrast && Contrast(darker, Paper) >= TextContrast {
			return darker
		}
	}
	return "#000000"
}
