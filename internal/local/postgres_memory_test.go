//go:build unix

package local

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSettingsGrowWithTheMachine(t *testing.T) {
	t.Parallel()
	for memory, want := range map[uint64][2]string{
		0:        {"64MB", "512MB"},
		1 << 30:  {"64MB", "512MB"},
		4 << 30:  {"256MB", "512MB"},
		8 << 30:  {"512MB", "1024MB"},
		64 << 30: {"512MB", "2048MB"},
	} {
		s := sized(memory)
		require.Equal(t, want, [2]string{s["shared_buffers"], s["max_wal_size"]}, memory)
	}
	if runtime.GOOS == "linux" {
		require.Positive(t, machineMemory(), "this system tells")
	}
}

func TestPostgresTakesItsShare(t *testing.T) {
	t.Parallel()
	p := startPostgres(t, filepath.Join(tempDir(t), "pg"))
	require.Equal(t, sized(machineMemory())["shared_buffers"], query[string](t, p, "show shared_buffers"))
}
