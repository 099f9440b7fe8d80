package gather

import (
	"context"

	"gather/gatherpb"

	"google.golang.org/grpc"
)

// An answer holds all replies: the server's default bound on them, and what stands beside them.
// gRPC's own default is 4 MB.
const maxReceiveBytes = 65 << 20

// A Client speaks to one gatherd. It is safe for concurrent use, and has nothing to close but the
// connection it was made of.
type Client struct {
	stub     gatherpb.GatherServiceClient
	options  []grpc.CallOption
	settings settings
}

// NewClient returns a client for the gatherd at the other end of conn.
//
// The limit on what it receives is raised to 65 MiB, for the client's own calls alone; options are
// applied after that to each of them, so that grpc.MaxCallRecvMsgSize goes with a server whose
// --max_response_bytes is more.
func NewClient(conn grpc.ClientConnInterface, options ...grpc.CallOption) *Client {
	all := append([]grpc.CallOption{grpc.MaxCallRecvMsgSize(maxReceiveBytes)}, options...)
	return &Client{stub: gatherpb.NewGatherServiceClient(conn), options: all}
}

// With returns the same client for gathers that are done as the options say, beside what this one
// says already.
//
//	err := gather.Do(ctx, client.With(gather.WithTimeout(200*time.Millisecond)), calls...)
//
// Metadata that is to go with the gather itself comes from the context, as for every gRPC call.
func (c *Client) With(options ...Option) *Client {
	copied := *c
	for _, option := range options {
		option(&copied.settings)
	}
	return &copied
}

// Capabilities tells what this caller may use: limits, modes, targets and methods.
func (c *Client) Capabilities(ctx context.Context) (*gatherpb.Capabilities, error) {
	return c.stub.GetCapabilities(ctx, &gatherpb.GetCapabilitiesRequest{}, c.options...)
}
