package main

import (
	"fmt"
	"os"

	"github.com/google/uuid"

	"tussentijds/care"
)

type exportCmd struct {
	Partner  uuid.UUID `required:"" help:"Partner id."`
	Practice uuid.UUID `help:"Practice id; found by the partner when left out."`
	Private  bool      `help:"Also the answers to the private questions, when the person asks for them."`
	Reason   string    `help:"At whose request; goes into the record." default:""`
	Out      string    `required:"" help:"File to write." type:"path"`
}

// Run writes one person's data as a ZIP, readable by its owner alone. A file that could not be written whole is taken away.
func (c exportCmd) Run(e *env) error {
	p, err := e.workerService()
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	if c.Practice == uuid.Nil {
		if c.Practice, err = p.svc.PracticeOfPartner(e.ctx, c.Partner); err != nil {
			return err
		}
	}
	actor := care.System(c.Practice)
	actor.Edge = "cli"
	export, err := p.svc.BeginExport(e.ctx, actor, care.ExportInput{PartnerID: c.Partner, Private: c.Private, Reason: c.Reason})
	if err != nil {
		return err
	}
	out, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = export.Write(e.ctx, out)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(c.Out)
		return err
	}
	info, err := os.Stat(c.Out)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d octets\n", c.Out, info.Size())
	return nil
}
