package main

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/config"
)

// What the doctor looks at beside mail is there in the running demo, and found wrong where it is.
func TestTheDemosChannelsAreSound(t *testing.T) {
	r := startProgram(t)
	file := filepath.Join(r.d.dir, "settings.env")
	soon(t, "the settings", func() bool { _, err := os.Stat(file); return err == nil })
	cfg, err := config.Load([]string{"TUSSENTIJDS_CONFIG_FILE=" + file})
	require.NoError(t, err)
	require.Equal(t, "tussentijds.example", cfg.Bounces())
	found := checkChannels(t.Context(), cfg)
	require.Len(t, found, 3)
	for _, f := range found {
		require.NoError(t, f.err, f.what)
	}

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() {
		for {
			conn, err := taken.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("220 somebody.else ESMTP\r\n"))
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = taken.Close() })
	cfg.BounceListen, cfg.SMSURL = taken.Addr().String(), "http://127.0.0.1:1/"
	cfg.MasterKeyFile = filepath.Join(t.TempDir(), "other.key")
	wrong := checkChannels(t.Context(), cfg)
	require.Len(t, wrong, 5)
	for _, f := range wrong {
		if f.what == "reminders that are due" { // They go all the same.
			require.NoError(t, f.err)
			continue
		}
		require.Error(t, f.err, f.what)
	}
}
