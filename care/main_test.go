package care_test

import (
	"testing"

	"tussentijds/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }
