package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"gather"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const longestText = 100

func reportText(reply *wrapperspb.StringValue) any {
	if text := reply.Value; len(text) > longestText {
		return fmt.Sprintf("%s… %d", text[:3], len(text))
	}
	return reply.Value
}

func reportReply(reply any) any {
	switch reply := reply.(type) {
	case *wrapperspb.StringValue:
		return reportText(reply)
	case []*wrapperspb.StringValue:
		list := []any{}
		for _, one := range reply {
			list = append(list, reportText(one))
		}
		return list
	default:
		return nil
	}
}

// named leaves out what says nothing.
func named(word fmt.Stringer) string {
	if word.String() == "UNSPECIFIED" {
		return ""
	}
	return word.String()
}

var codeNames = map[codes.Code]string{}

func init() {
	for _, name := range strings.Fields(`OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED
			NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED
			OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED`) {
		codeNames[codeNamed(name)] = name
	}
}

func reportError(err error) statusReport {
	reported := statusReport{Code: codeNames[status.Code(err)]}
	var failed *gather.Error
	if !errors.As(err, &failed) {
		return reported
	}
	reported.Message, reported.Reason = failed.Message, failed.Reason
	for _, one := range failed.Failures {
		reported.Failures = append(reported.Failures, failure{
			Index:    one.Index,
			ID:       one.ID,
			Code:     codeNames[one.Code()],
			Message:  one.Message(),
			Origin:   named(one.Origin),
			Delivery: named(one.Delivery),
		})
	}
	return reported
}

func reportOutcome(outcome *gather.Outcome) slot {
	reported := slot{
		Index:        outcome.Index,
		ID:           outcome.ID,
		Disposition:  named(outcome.Disposition),
		Cause:        named(outcome.Cause),
		CausedBy:     outcome.CausedBy,
		Origin:       named(outcome.Origin),
		Delivery:     named(outcome.Delivery),
		FromFallback: outcome.FromFallback,
		Reply:        reportReply(outcome.Reply),
		Trailers:     map[string]string{},
	}
	if told := outcome.Status(); told != nil {
		reported.Code, reported.Message = codeNames[told.Code()], told.Message()
		for _, one := range told.Proto().Details {
			reported.Details = append(reported.Details, detail{one.TypeUrl, one.Value})
		}
	}
	for key, values := range outcome.Trailers {
		value := values[len(values)-1]
		if strings.HasSuffix(key, "-bin") {
			value = base64.StdEncoding.EncodeToString([]byte(value))
		}
		reported.Trailers[key] = value
	}
	return reported
}
