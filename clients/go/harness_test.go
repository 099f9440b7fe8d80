package gather_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"gather"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Long enough for a loaded machine; only a failing test waits so long.
const patience = 60 * time.Second

// A process that says on standard error where it serves.
type process struct {
	command *exec.Cmd
	address string
}

// start runs the program that the variable names; see BUILD.bazel for who sets it.
func start(variable, ready string, arguments ...string) (*process, error) {
	path := os.Getenv(variable)
	if path == "" {
		return nil, fmt.Errorf("%s is not set; run: bazel test //clients/go:go_test", variable)
	}
	command := exec.Command(path, arguments...)
	output, err := command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), ready) {
			go func() { // a full pipe would stop the process
				for lines.Scan() {
				}
			}()
			return &process{command, strings.TrimPrefix(lines.Text(), ready)}, nil
		}
	}
	return nil, fmt.Errorf("%s ended without serving", path)
}

func (p *process) stop() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}

func startGatherd(backend string) (*process, error) {
	targets := fmt.Sprintf("--targets=a=%s,b=%s,nowhere=127.0.0.1:1", backend, backend)
	return start("GATHERD", "gatherd: serving on ", "--listen=127.0.0.1:0", targets)
}

func connect(address string) *grpc.ClientConn {
	connection, err := grpc.Dial(address, grpc.WithInsecure())
	if err != nil {
		panic(err)
	}
	return connection
}

// All tests share these.
var (
	backend *process
	control *grpc.ClientConn
	client  *gather.Client
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if backend, err = start("TEST_BACKEND", "backend: serving on "); err != nil {
		fmt.Println(err)
		return 1
	}
	defer backend.stop()
	gatherd, err := startGatherd(backend.address)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer gatherd.stop()
	control = connect(backend.address)
	connection := connect(gatherd.address)
	defer connection.Close()
	client = gather.NewClient(connection)
	return m.Run()
}

// await asks the backend until so many of its calls are as the word says: in_flight, cancelled, …
func await(t *testing.T, word string, enough func(int) bool) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; {
		if enough(stat(t, word)) {
			return
		}
	}
	t.Fatalf("the backend's %q never was as expected", word)
}

// calm is stat once nothing of earlier tests runs at the backend any more: who cancels does not wait
// for the backend to hear of it.
func calm(t *testing.T, word string) int {
	t.Helper()
	await(t, "in_flight", func(now int) bool { return now == 0 })
	return stat(t, word)
}

func stat(t *testing.T, word string) int {
	t.Helper()
	var reply []byte
	err := control.Invoke(context.Background(), "/test.Control/Stats", nil, &reply,
		grpc.ForceCodec(raw{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(reply), "\n") {
		var name string
		var value int
		if _, err := fmt.Sscan(line, &name, &value); err == nil && name == word {
			return value
		}
	}
	t.Fatalf("the backend tells nothing of %q", word)
	return 0
}

// raw sends nothing and leaves the reply as it came.
type raw struct{}

func (raw) Marshal(any) ([]byte, error) { return nil, nil }
func (raw) Name() string                { return "raw" }
func (raw) Unmarshal(data []byte, reply any) error {
	*reply.(*[]byte) = append([]byte{}, data...)
	return nil
}

const echoMethod = "/test.Echo/Call"

// echo is a call that brings its text back.
func echo(text string, reply *wrapperspb.StringValue, options ...gather.CallOption) gather.Call {
	return gather.NewCall("a", echoMethod, wrapperspb.String(text), reply, options...)
}

// told is a call that the backend answers as the metadata say.
func told(metadata string, options ...gather.CallOption) gather.Call {
	for _, entry := range strings.Split(metadata, ",") {
		pair := strings.SplitN(entry, "=", 2)
		options = append(options, gather.Metadata("x-test-"+pair[0], pair[1]))
	}
	reply := new(wrapperspb.StringValue)
	return gather.NewCall("b", echoMethod, wrapperspb.String("told"), reply, options...)
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func dispositions(outcomes []*gather.Outcome) string {
	var words []string
	for _, outcome := range outcomes {
		words = append(words, outcome.Disposition.String())
	}
	return strings.Join(words, " ")
}

func expect(t *testing.T, what string, seen, wanted any) {
	t.Helper()
	if fmt.Sprint(seen) != fmt.Sprint(wanted) {
		t.Errorf("%s: saw %v, expected %v", what, seen, wanted)
	}
}
