package main

import (
	"fmt"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/config"
	"tussentijds/internal/db"
)

type migrateCmd struct {
	Up     migrateUpCmd     `cmd:"" help:"Apply what is new; safe when several start at once."`
	Status migrateStatusCmd `cmd:"" help:"Show where the schema stands."`
}

type migrateUpCmd struct{}

// Run applies the migrations as the owner.
func (migrateUpCmd) Run(e *env) error {
	cfg, err := e.load(config.ForMigrate...)
	if err != nil {
		return err
	}
	n, err := db.Migrate(e.ctx, cfg.MigrateURL.Reveal())
	if err != nil {
		return err
	}
	fmt.Printf("%d migrations applied\n", n)
	return nil
}

type migrateStatusCmd struct{}

// Run shows where the schema stands; an outdated one ends with an error.
func (migrateStatusCmd) Run(e *env) error {
	cfg, err := e.load(config.ForMigrate...)
	if err != nil {
		return err
	}
	s, err := db.SchemaStatus(e.ctx, cfg.MigrateURL.Reveal())
	if err != nil {
		return err
	}
	fmt.Printf("version %d of %d\n", s.Current, s.Latest)
	if s.Outdated() {
		return fmt.Errorf("run `tussentijds migrate up`")
	}
	return nil
}

// service opens the use cases for a command of the operator. The command line serves with the same role as the API:
// row security binds it too.
func (e *env) service() (*parts, config.Config, error) {
	cfg, err := e.load(config.ForServe...)
	if err != nil {
		return nil, cfg, err
	}
	p, err := openParts(e.ctx, partsOptions{
		databaseURL: cfg.DatabaseURL.Reveal(), redisURL: cfg.RedisURL.Reveal(), masterKey: cfg.MasterKeyFile, baseURL: cfg.BaseURL,
		anchorFile: anchorFile(cfg.DataDir), log: e.log,
	})
	return p, cfg, err
}

// workerService opens the use cases for a command that goes over practices, with the worker's role.
func (e *env) workerService() (*parts, error) {
	cfg, err := e.load("TUSSENTIJDS_WORKER_DATABASE_URL", "TUSSENTIJDS_REDIS_URL", "TUSSENTIJDS_MASTER_KEY_FILE", "TUSSENTIJDS_BASE_URL")
	if err != nil {
		return nil, err
	}
	return openParts(e.ctx, partsOptions{
		databaseURL: cfg.WorkerURL.Reveal(), redisURL: cfg.RedisURL.Reveal(), masterKey: cfg.MasterKeyFile, baseURL: cfg.BaseURL,
		anchorFile: anchorFile(cfg.DataDir), log: e.log,
	})
}

type practiceCmd struct {
	Create practiceCreateCmd `cmd:"" help:"Make a practice with its first owner; prints the invitation link."`
}

type practiceCreateCmd struct {
	Name     string `required:"" help:"Name of the practice."`
	Email    string `required:"" help:"Address of the first owner."`
	Owner    string `help:"Name of the first owner."`
	Locale   string `help:"Language: nl or en." default:"nl"`
	TimeZone string `help:"Time zone; the country's own when left out."`
	Country  string `help:"Country: NL or BE." default:"NL"`
}

// Run makes the practice. The link is shown once and works once.
func (c practiceCreateCmd) Run(e *env) error {
	p, _, err := e.service()
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	id, link, err := p.svc.CreatePractice(e.ctx, care.CreatePracticeInput{Name: c.Name, Email: c.Email, Owner: c.Owner, Locale: c.Locale, TimeZone: c.TimeZone, Country: c.Country})
	if err != nil {
		return err
	}
	fmt.Printf("practice %s\ninvitation %s\n", id, link)
	return nil
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Prove the record's chain."`
}

type auditVerifyCmd struct {
	Practice uuid.UUID `help:"One practice; all when left out."`
}

// Run proves the chain of one practice, or of all; anything wrong ends with an error.
func (c auditVerifyCmd) Run(e *env) error {
	p, err := e.workerService()
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	ids := []uuid.UUID{c.Practice}
	if c.Practice == uuid.Nil {
		if ids, err = p.svc.Practices(e.ctx); err != nil {
			return err
		}
	}
	wrong := 0
	for _, id := range ids {
		proof, err := p.svc.VerifyAudit(e.ctx, id)
		if err != nil {
			return err
		}
		fmt.Printf("practice %s: %d events, %d linked, %d faults\n", id, proof.Events, proof.Linked, len(proof.Faults))
		for _, f := range proof.Faults {
			fmt.Println("  " + f)
		}
		wrong += len(proof.Faults)
	}
	if wrong > 0 {
		return fmt.Errorf("the record was tampered with: %d faults", wrong)
	}
	return nil
}
