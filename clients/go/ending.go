package gather

import (
	"context"

	"gather/gatherpb"

	"google.golang.org/grpc/codes"
)

// ended is the error's code, reason and cause for a verdict that no sub-call brought about.
func ended(decision *gatherpb.Decision) (codes.Code, string, error) {
	switch decision.Verdict {
	case gatherpb.Verdict_VERDICT_DEADLINE_EXCEEDED:
		return codes.DeadlineExceeded, "GATHER_DEADLINE", context.DeadlineExceeded
	case gatherpb.Verdict_VERDICT_CANCELLED:
		if codes.Code(decision.Status.GetCode()) == codes.Canceled {
			return codes.Canceled, "", context.Canceled
		}
		return codes.Unavailable, "SHUTDOWN", nil
	default:
		return codes.Internal, "", nil
	}
}
