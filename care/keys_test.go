package care

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/fault"
)

// What was written before documents were packed is read as what is packed now; what is broken is a fault and no document.
func TestPackedAndPlainAreReadAlike(t *testing.T) {
	document := map[string]string{"words": strings.Repeat("Wij hebben samen gewandeld. ", 200)}
	plain, err := json.Marshal(document)
	require.NoError(t, err)
	small, err := packed(document)
	require.NoError(t, err)
	require.Less(t, len(small), len(plain)/10)
	for _, raw := range [][]byte{plain, small} {
		var got map[string]string
		require.NoError(t, readJSON(raw, &got))
		require.Equal(t, document, got)
	}
	var got map[string]string
	require.True(t, fault.Is(readJSON(small[:len(small)/2], &got), fault.Internal))
	require.Error(t, readJSON(plain[:len(plain)/2], &got))
}
