package tests

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// The hot pages ask as often for twelve as for two: what grows with the rows is slow for the practice that has most of them.
func TestPagesAskAsOftenForManyAsForFew(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	f := newCouple(t, k, k.Colleague, nil).fill()
	f.assign("impact-inventory", "both") // Outcomes are compared in a statement of their own, once there is one.
	f.complete(f.a, "impact-inventory", false, false)
	newCouple(t, k, k.Colleague, nil).fill()
	counts := map[string]int{}
	round := func(check func(verb string, n int)) {
		task := f.task(f.a, "weekly-checkin")
		for verb, do := range map[string]func(*testkit.Kit) error{
			"PortalToday": func(k *testkit.Kit) error { _, err := k.Service.PortalToday(k.Ctx, f.a); return err },
			"Task":        func(k *testkit.Kit) error { _, err := k.Service.Task(k.Ctx, f.a, task.ID); return err },
			"ListTasks":   func(k *testkit.Kit) error { _, err := k.Service.ListTasks(k.Ctx, f.a, "all", care.Page{}); return err },
			"DeskToday":   func(k *testkit.Kit) error { _, err := k.Service.DeskToday(k.Ctx, k.Colleague); return err },
			"ListCouples": func(k *testkit.Kit) error {
				_, err := k.Service.ListCouples(k.Ctx, k.Colleague, "", care.Page{})
				return err
			},
			"CoupleResponses": func(k *testkit.Kit) error {
				_, err := k.Service.CoupleResponses(k.Ctx, k.Colleague, f.couple, care.Page{})
				return err
			},
			"ListAgreements": func(k *testkit.Kit) error { _, err := k.Service.ListAgreements(k.Ctx, f.a, f.couple); return err },
			"ListSessions": func(k *testkit.Kit) error {
				_, err := k.Service.ListSessions(k.Ctx, k.Colleague, care.SessionFilter{}, care.Page{})
				return err
			},
			"ReviewReports": func(k *testkit.Kit) error {
				_, err := k.Service.ReviewReports(k.Ctx, k.Colleague, care.ReportFilter{}, care.Page{})
				return err
			},
		} {
			require.NoError(t, do(k), verb) // Forms and keys are in memory from here on.
			counted := *k
			var asked func() int
			counted.Ctx, asked = testkit.CountStatements(k.Ctx)
			require.NoError(t, do(&counted), verb)
			check(verb, asked())
		}
		ctx, asked := testkit.CountStatements(k.Ctx)
		_, err := k.Service.CompleteTask(ctx, f.a, task.ID, testkit.Fill(task.Exercise, "x"))
		require.NoError(t, err)
		check("CompleteTask", asked())
	}
	round(func(verb string, n int) { counts[verb] = n; assert.Positive(t, n, verb) })
	for range 10 {
		newCouple(t, k, k.Colleague, nil).fill()
	}
	for _, exercise := range []string{"appreciation", "own-share", "core-problem", "six-principles", "i-message", "small-wins", "why-stay", "honesty-filter", "effort-check", "weekly-checkin"} {
		f.assign(exercise, "both")
		if exercise != "weekly-checkin" {
			f.complete(f.a, exercise, false, false)
			f.complete(f.b, exercise, false, false)
		}
	}
	for _, exercise := range []string{"trigger-log", "self-care", "expectations", "notice-effort"} {
		f.assign(exercise, "both")
	}
	for range 6 {
		_, err := k.Service.ProposeAgreement(k.Ctx, f.a, f.couple, care.WriteAgreementInput{ExerciseID: "trust-contract", Points: []care.AgreementPoint{{Area: "x", Agreement: "x", Measure: "x"}}})
		require.NoError(t, err)
	}
	round(func(verb string, n int) { assert.Equal(t, counts[verb], n, "%s with many", verb) })
	t.Logf("statements with few and with many: %v", counts)
}
