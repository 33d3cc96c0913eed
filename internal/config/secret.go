package config

import "log/slog"

// Secret is a setting nobody may see: printed, logged or marshalled it says only whether it is set.
type Secret string

const masked = "(set)"

// Reveal gives the secret itself.
func (s Secret) Reveal() string { return string(s) }

// IsSet tells whether there is one.
func (s Secret) IsSet() bool { return s != "" }

// String masks it.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// GoString masks it in %#v too.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// MarshalText masks it in JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue masks it in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
