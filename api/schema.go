package api

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
)

// config is how huma runs for us: JSON alone, no pages of its own, no $schema links in answers.
func config(opts Options) huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		return strings.TrimSuffix(strings.TrimSuffix(name, "View"), "Output")
	})
	for t, alias := range aliases {
		registry.RegisterTypeAlias(t, alias)
	}
	c := huma.DefaultConfig("Tussentijds", versionOr(opts.Version))
	c.CreateHooks, c.OpenAPIPath, c.DocsPath, c.SchemasPath = nil, "", "", ""
	c.Components = &huma.Components{
		Schemas: registry,
		SecuritySchemes: map[string]*huma.SecurityScheme{
			"bearer": {Type: "http", Scheme: "bearer", Description: "The token of POST /auth/tokens."},
		},
	}
	c.Info.Description = "Practice management for couples therapists: couples, sessions, homework, answers and who may read them, agreements, progress reports."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: Prefix}}
	c.Tags = []*huma.Tag{
		{Name: "Sign-in", Description: "Tokens and invitations."},
		{Name: "Me", Description: "Who the token belongs to."},
		{Name: "Practice", Description: "People of the practice, webhooks and the record of who did what."},
		{Name: "Couples", Description: "The cases: two partners in therapy together."},
		{Name: "Sessions", Description: "Therapy sessions and the therapist's notes."},
		{Name: "Library", Description: "Exercises, instruments and agreements to choose from."},
		{Name: "Programmes", Description: "Exercises in phases, and where a couple is in them. Ranges, never deadlines."},
		{Name: "Homework", Description: "Exercises given to a couple or one partner."},
		{Name: "Tasks", Description: "A partner's own homework."},
		{Name: "Responses", Description: "Answers, as far as their reader may read them."},
		{Name: "Messages", Description: "What partners and their therapists write to each other: together, or a partner alone."},
		{Name: "Agreements", Description: "Joint texts that both partners sign and review."},
		{Name: "Papers", Description: "What is printed: preparation, homework, a year, and one person's data as a file."},
		{Name: "Reports", Description: "Monthly progress reports, published once a therapist approved them."},
	}
	return c
}

func versionOr(v string) string {
	if v == "" {
		return "dev"
	}
	return v
}

// polish puts into the document what the struct tags cannot say.
func polish(doc *huma.OpenAPI) {
	schemas := doc.Components.Schemas.Map()
	sent := map[string]bool{}
	for _, r := range table {
		if body := operationOf(doc, r).RequestBody; body != nil {
			for _, m := range body.Content {
				reach(schemas, m.Schema, sent)
			}
		}
	}
	for name, s := range schemas {
		if !sent[name] && s.AdditionalProperties == false {
			s.AdditionalProperties = nil // Answers may gain fields; what is sent in may not hold unknown ones.
		}
		for property, values := range choices[name] {
			if p := s.Properties[property]; p != nil {
				p.Enum = values
			}
		}
	}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			for _, p := range op.Parameters {
				// The handlers answer an id that cannot exist with 404, so its format is for readers and not for validation.
				if p.Name == "If-Match" {
					op.Responses["412"], op.Responses["428"] = problemAs(op, "Precondition Failed"), problemAs(op, "Precondition Required")
				}
				if p.In == "path" && (p.Name == "id" || p.Name == "pid") && !slices.Contains(takeSlugs, op.OperationID) {
					p.Schema = &huma.Schema{Type: huma.TypeString, Format: "uuid"}
				}
			}
			if produced := files[op.OperationID]; produced != "" {
				op.Responses["200"].Content = map[string]*huma.MediaType{produced: {Schema: &huma.Schema{}}}
				if also := alsoFiles[op.OperationID]; also != "" {
					op.Responses["200"].Content[also] = &huma.MediaType{Schema: &huma.Schema{}}
				}
				delete(op.Responses["200"].Headers, "Content-Type") // OpenAPI says it by the content itself.
			}
		}
	}
}

// takeSlugs are the routes on exercises of the library too, whose ids are words.
var takeSlugs = []string{"getExercise", "copyExercise", "getExerciseYAML"}

// files are the routes that hand out a file, with its media type.
var files = map[string]string{
	"getReportPDF": pdfType, "getRevisionPDF": pdfType, "getPreparation": pdfType, "getYear": pdfType, "getHomework": pdfType, "getOwnHomework": pdfType,
	"getTaskPaper": pdfType, "exportOwn": zipType, "exportPartner": zipType, "getExerciseYAML": yamlType, "getLogo": "image/png",
}

// alsoFiles are second media types of such a route.
var alsoFiles = map[string]string{"getLogo": "image/jpeg"}

const (
	pdfType = "application/pdf"
	zipType = "application/zip"
)

// choices are the values of texts that other rooms keep as plain text.
var choices = map[string]map[string][]any{
	"Me":         {"kind": {"member", "partner"}},
	"Member":     {"locale": {"nl", "en"}},
	"Partner":    {"locale": {"nl", "en"}},
	"Preference": {"locale": {"nl", "en"}},
	"Session":    {"kind": {"conjoint", "individual"}},
	"Report":     {"audience": {"couple", "partner", "therapist"}, "locale": {"nl", "en"}},
}

// reach collects the names of all schemas that a schema leads to.
func reach(schemas map[string]*huma.Schema, s *huma.Schema, seen map[string]bool) {
	if s == nil {
		return
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok && !seen[name] {
		seen[name] = true
		reach(schemas, schemas[name], seen)
	}
	reach(schemas, s.Items, seen)
	if inner, ok := s.AdditionalProperties.(*huma.Schema); ok {
		reach(schemas, inner, seen)
	}
	for _, p := range s.Properties {
		reach(schemas, p, seen)
	}
}

// problemAs describes one more status that carries a problem.
func problemAs(op *huma.Operation, about string) *huma.Response {
	return &huma.Response{Description: about, Content: op.Responses["500"].Content}
}

// aliases say how types of other rooms look in the document.
var aliases = map[reflect.Type]reflect.Type{
	reflect.TypeFor[uuid.UUID]():              reflect.TypeFor[idSchema](),
	reflect.TypeFor[models.Day]():             reflect.TypeFor[daySchema](),
	reflect.TypeFor[models.Role]():            reflect.TypeFor[roleSchema](),
	reflect.TypeFor[models.CoupleStatus]():    reflect.TypeFor[coupleStatusSchema](),
	reflect.TypeFor[models.PartnerStatus]():   reflect.TypeFor[partnerStatusSchema](),
	reflect.TypeFor[models.SessionStatus]():   reflect.TypeFor[sessionStatusSchema](),
	reflect.TypeFor[models.TaskStatus]():      reflect.TypeFor[taskStatusSchema](),
	reflect.TypeFor[models.AgreementStatus](): reflect.TypeFor[agreementStatusSchema](),
	reflect.TypeFor[models.ReportStatus]():    reflect.TypeFor[reportStatusSchema](),
	reflect.TypeFor[locale.Lang]():            reflect.TypeFor[langSchema](),
	reflect.TypeFor[library.Audience]():       reflect.TypeFor[audienceSchema](),
	reflect.TypeFor[library.FieldType]():      reflect.TypeFor[fieldTypeSchema](),
	reflect.TypeFor[library.Kind]():           reflect.TypeFor[kindSchema](),
	reflect.TypeFor[library.Who]():            reflect.TypeFor[whoSchema](),
}

type (
	idSchema              string
	daySchema             string
	roleSchema            string
	coupleStatusSchema    string
	partnerStatusSchema   string
	sessionStatusSchema   string
	taskStatusSchema      string
	agreementStatusSchema string
	reportStatusSchema    string
	langSchema            string
	audienceSchema        string
	fieldTypeSchema       string
	kindSchema            string
	whoSchema             string
)

func (idSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}

func (daySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

func (roleSchema) Schema(huma.Registry) *huma.Schema {
	return enum(models.RoleOwner, models.RoleTherapist, models.RoleTrainee, models.RoleOffice, models.RolePartner)
}

func (coupleStatusSchema) Schema(huma.Registry) *huma.Schema {
	return enum(models.CoupleIntake, models.CoupleActive, models.CouplePaused, models.CoupleClosed, models.CoupleSeparated)
}

func (partnerStatusSchema) Schema(huma.Registry) *huma.Schema {
	return enum(models.PartnerInvited, models.PartnerActive, models.PartnerPaused, models.PartnerWithdrawn)
}

func (sessionStatusSchema) Schema(huma.Registry) *huma.Schema {
	return enum(models.SessionPlanned, models.SessionHeld, models.SessionCancelled, models.SessionNoShow)
}

func (taskStatusSchema) Schema(huma.Registry) *huma.Schema {
	return enum(models.TaskOpen, models.TaskDraft, models.TaskDone, models.TaskSkipped, models.TaskExpired, models.TaskCancelled, models.TaskRescheduled)
}

func (agreementStatusSchema) Schema(huma.Registry) *huma.Schema {
	return enum(models.AgreementDraft, models.AgreementProposed, models.AgreementActive, models.AgreementChanged, models.AgreementEnded)
}

func (reportStatusSchema) Schema(huma.Registry) *huma.Schema {
	return enum(models.ReportQueued, models.ReportBuilding, models.ReportDraft, models.ReportApproved, models.ReportPublished, models.ReportFailed, models.ReportWithdrawn)
}

func (langSchema) Schema(huma.Registry) *huma.Schema     { return enum(locale.Langs...) }
func (audienceSchema) Schema(huma.Registry) *huma.Schema { return enum(library.Audiences...) }
func (fieldTypeSchema) Schema(huma.Registry) *huma.Schema {
	return enum(library.FieldTypes...)
}

func (kindSchema) Schema(huma.Registry) *huma.Schema {
	return enum(library.KindExercise, library.KindInstrument, library.KindAgreement)
}

func (whoSchema) Schema(huma.Registry) *huma.Schema {
	return enum(library.WhoEach, library.WhoBoth, library.WhoOneForOther)
}

func enum[T ~string](values ...T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

// fill gives every list and map of an answer a body, an empty list is [] and never null, and tells every moment in UTC.
func fill(out any) { fillValue(reflect.ValueOf(out)) }

func fillValue(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fillValue(v.Elem())
		}
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			if v.CanSet() {
				v.Set(reflect.ValueOf(at.UTC()))
			}
			return
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() && f.Tag.Get("json") != "-" {
				fillValue(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if k := v.Type().Elem().Kind(); k == reflect.Struct || k == reflect.Pointer || k == reflect.Slice {
			for i := range v.Len() {
				fillValue(v.Index(i))
			}
		}
	case reflect.Map:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}
