package care

import "tussentijds/internal/fault"

var errUnbuilt = fault.New(fault.Internal, "")
