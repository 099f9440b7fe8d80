package gather_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"gather"
	"gather/gatherpb"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// away answers as gRPC does for a server that goes before its own code has.
type away struct {
	gatherpb.UnimplementedGatherServiceServer
}

var errAway = status.Error(codes.Canceled, "")

func (away) Gather(context.Context, *gatherpb.GatherRequest) (*gatherpb.GatherResponse, error) {
	return nil, errAway
}

func (away) AsCompleted(*gatherpb.GatherRequest, gatherpb.GatherService_AsCompletedServer) error {
	return errAway
}

func (away) TaskGroup(gatherpb.GatherService_TaskGroupServer) error { return errAway }

func clientOfAway(t *testing.T) *gather.Client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	gatherpb.RegisterGatherServiceServer(server, away{})
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	connection := connect(listener.Addr().String())
	t.Cleanup(func() { _ = connection.Close() })
	return gather.NewClient(connection)
}

func TestCancelOfAServerThatGoesIsNotTheCallers(t *testing.T) {
	client := clientOfAway(t)
	_, unary := gather.Settled(soon(t), client, told("hang=1"))
	completions := gather.AsCompleted(soon(t), client, told("hang=1"))
	for completions.Next() {
		expect(t, "origin", completions.Outcome().Origin, gather.OriginTransport)
	}
	group := gather.NewGroup(soon(t), client)
	task := group.Go(told("hang=1"))
	for _, err := range []error{unary, completions.Err(), group.Wait()} {
		expect(t, "code", status.Code(err), codes.Unavailable)
		expect(t, "the caller's", errors.Is(err, context.Canceled), false)
	}
	expect(t, "task", task.Outcome().Disposition, gather.DispositionFailed)
}

func TestCancelOfAGroupIsTheCallers(t *testing.T) {
	group := gather.NewGroup(soon(t), client)
	task := group.Go(told("hang=1"))
	group.Cancel()
	err := group.Wait()
	expect(t, "error", err, "gather: Canceled: the caller cancelled the group")
	expect(t, "the caller's", errors.Is(err, context.Canceled), true)
	expect(t, "cause", task.Outcome().Cause, gather.CauseCaller)
}
