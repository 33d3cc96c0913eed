package local

import (
	"os"
	"strconv"
	"strings"
)

const mebibyte = 1 << 20

// sized are the settings of a server here that grow with the machine: a sixteenth of its memory for the pages it works on, and
// an eighth of it for how much is written before a checkpoint; within bounds, since others live here too. memory is in octets,
// 0 for not known.
func sized(memory uint64) map[string]string {
	share := func(part, least, most uint64) string {
		return strconv.FormatUint(min(max(memory/part/mebibyte, least), most), 10) + "MB"
	}
	return map[string]string{"shared_buffers": share(16, 64, 512), "max_wal_size": share(8, 512, 2048)}
}

// machineMemory is what this process may use of memory in octets: the machine's, or less where a container has less (cgroup
// version 2). It is 0 where the system does not tell.
func machineMemory() uint64 {
	var memory uint64
	info, _ := os.ReadFile("/proc/meminfo")
	for line := range strings.Lines(string(info)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" {
			kibibytes, _ := strconv.ParseUint(f[1], 10, 64)
			memory = kibibytes << 10
		}
	}
	limit, err := os.ReadFile("/sys/fs/cgroup/memory.max")
	if err != nil {
		return memory
	}
	if bound, err := strconv.ParseUint(strings.TrimSpace(string(limit)), 10, 64); err == nil && (memory == 0 || bound < memory) {
		return bound
	}
	return memory // "max": no bound.
}
