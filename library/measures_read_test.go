package library

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is read straight is what JSON says; what is not in our shape is read as JSON, or refused as such.
func TestValuesAreReadAsJSONSaysThem(t *testing.T) {
	for _, raw := range []string{
		`[]`, `null`, `[{"measure":"mood","value":7}]`, `[{"measure":"a","value":-1.5e-7},{"measure":"b.c","value":0}]`,
		` [ {"value":3,"measure":"mood"} ]`, `[{"measure":"a\"b","value":1}]`, `[{"measure":"é","value":1.25}]`,
		`[{"measure":"a","value":1}`, `[{"measure":"a","value":x}]`, `[{"measure":"a"}]`, `[{"measure":"a","value":1}]]`, `[{"measure":"a","value":1},]`, ``, `{`,
	} {
		var want []Value
		wrong := json.Unmarshal([]byte(raw), &want)
		got, err := ReadValues([]byte(raw))
		require.Equal(t, wrong == nil, err == nil, raw)
		if wrong == nil {
			require.Equal(t, want, got, raw)
		}
	}
}

func FuzzValues(f *testing.F) {
	f.Add([]byte(`[{"measure":"mood","value":7},{"measure":"b","value":-1e3}]`))
	f.Add([]byte(`[{"measure":"mood","value":0x1p-2}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var want []Value
		if json.Unmarshal(raw, &want) != nil {
			if got, ok := readValues(raw); ok {
				t.Fatalf("%q is no JSON and was read as %v", raw, got)
			}
			return
		}
		if got, ok := readValues(raw); ok {
			require.Equal(t, want, got)
		}
	})
}
