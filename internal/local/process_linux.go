package local

import "syscall"

// attributes are how a server is started: in a group of its own, stopped with SIGINT when we die, as who.
func attributes(who account) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
	if who.drop {
		a.Credential = &syscall.Credential{Uid: who.uid, Gid: who.gid}
	}
	return a
}
