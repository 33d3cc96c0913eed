//go:build unix && !linux

package local

import "syscall"

// attributes are how a server is started: in a group of its own, as who. Only Linux can also tell it that we died; here
// the next start finds what is left and PostgreSQL's own checks keep the data safe.
func attributes(who account) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true}
	if who.drop {
		a.Credential = &syscall.Credential{Uid: who.uid, Gid: who.gid}
	}
	return a
}
