// Command goclient runs gathers from Go, as told on standard input: the client process of a
// measurement.
//
//	go_client --door=NAME --backend=ADDRESS --gatherd=ADDRESS
//
// go is a goroutine for each call over grpc-go, as people write it: a generated stub, one
// connection, a 30 s deadline on every call. go-gatherd is the package of clients/go. Both make a
// request message for each call and read a reply message of it. The lines are door_runner's.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"sort"
	"sync"
	"time"

	"gather"
	"goclient/echopb"

	"google.golang.org/grpc"
)

const (
	service  = "/gather.benchmarks.v1.EchoService/"
	deadline = 30 * time.Second
	// Long-tail calls, where there are any: so many calls have one.
	slowEvery = 100
)

// A door runs one gather: a call for each of slow, which says whether it is a long-tail one.
type door func(payload []byte, slow []bool) ([]*echopb.EchoResponse, error)

func direct(connection *grpc.ClientConn) door {
	stub := echopb.NewEchoServiceClient(connection)
	call := func(payload []byte, slow bool) (*echopb.EchoResponse, error) {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		if slow {
			return stub.EchoSlowly(ctx, &echopb.EchoRequest{Payload: payload})
		}
		return stub.Echo(ctx, &echopb.EchoRequest{Payload: payload})
	}
	return func(payload []byte, slow []bool) ([]*echopb.EchoResponse, error) {
		replies := make([]*echopb.EchoResponse, len(slow))
		var failed error
		var once sync.Once
		var all sync.WaitGroup
		all.Add(len(slow))
		for i := range slow {
			go func(i int) {
				defer all.Done()
				reply, err := call(payload, slow[i])
				if err != nil {
					once.Do(func() { failed = err })
				}
				replies[i] = reply
			}(i)
		}
		all.Wait()
		return replies, failed
	}
}

func throughGatherd(connection *grpc.ClientConn) door {
	client := gather.NewClient(connection, grpc.MaxCallRecvMsgSize(math.MaxInt32)).
		With(gather.WithTimeout(deadline))
	return func(payload []byte, slow []bool) ([]*echopb.EchoResponse, error) {
		replies := make([]*echopb.EchoResponse, len(slow))
		calls := make([]gather.Call, len(slow))
		for i := range slow {
			method := service + "Echo"
			if slow[i] {
				method = service + "EchoSlowly"
			}
			replies[i] = new(echopb.EchoResponse)
			calls[i] = gather.NewCall("echo", method, &echopb.EchoRequest{Payload: payload}, replies[i])
		}
		return replies, gather.Do(context.Background(), client, calls...)
	}
}

// A run is what one line asks for: gathers in as many lanes as there are to be at once.
type run struct {
	door         door
	payload      []byte
	calls        int
	atOnce       int
	payloadBytes int
	levels       int
	slow         int
	gathers      int

	mutex    sync.Mutex
	started  int
	launched int
	errors   int
	each     []time.Duration
}

func parse(door door, line string) *run {
	r := &run{door: door}
	_, err := fmt.Sscan(line, &r.calls, &r.atOnce, &r.payloadBytes, &r.levels, &r.slow, &r.gathers)
	if err != nil || r.levels != 1 || r.gathers < 1 {
		log.Fatalf("not a run: %q", line)
	}
	r.payload = make([]byte, r.payloadBytes)
	return r
}

// measure prints errors, nanoseconds of all gathers, and p50, p90 and p99 of a single one.
func (r *run) measure() {
	start := time.Now()
	var lanes sync.WaitGroup
	lanes.Add(r.atOnce)
	for i := 0; i < r.atOnce; i++ {
		go func() {
			defer lanes.Done()
			r.lane()
		}()
	}
	lanes.Wait()
	wall := time.Since(start)
	sort.Slice(r.each, func(i, j int) bool { return r.each[i] < r.each[j] })
	percentile := func(percent int) int64 {
		return r.each[(len(r.each)*percent+99)/100-1].Nanoseconds()
	}
	fmt.Println(r.errors, wall.Nanoseconds(), percentile(50), percentile(90), percentile(99))
}

func (r *run) lane() {
	for {
		slow := r.next()
		if slow == nil {
			return
		}
		begin := time.Now()
		replies, err := r.door(r.payload, slow)
		r.note(replies, err, time.Since(begin))
	}
}

// next says which calls of the next gather are long-tail ones; nil: there is no next.
func (r *run) next() []bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.started == r.gathers {
		return nil
	}
	r.started++
	slow := make([]bool, r.calls)
	for i := range slow {
		r.launched++
		slow[i] = r.slow == 1 && r.launched%slowEvery == 0
	}
	return slow
}

func (r *run) note(replies []*echopb.EchoResponse, err error, duration time.Duration) {
	wrong := 0
	for _, reply := range replies {
		if len(reply.GetPayload()) != r.payloadBytes {
			wrong++
		}
	}
	if err != nil {
		wrong = r.calls
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if wrong > 0 && r.errors == 0 {
		log.Printf("%d wrong replies: %v", wrong, err)
	}
	r.errors += wrong
	r.each = append(r.each, duration)
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("go_client: ")
	name := flag.String("door", "", "go or go-gatherd")
	backend := flag.String("backend", "", "address of the echo backend")
	gatherd := flag.String("gatherd", "", "address of gatherd, for the door go-gatherd")
	flag.Parse()
	address, open := *backend, direct
	switch *name {
	case "go":
	case "go-gatherd":
		address, open = *gatherd, throughGatherd
	default:
		log.Fatalf("no door %q", *name)
	}
	connection, err := grpc.Dial(address, grpc.WithInsecure(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	door := open(connection)
	fmt.Println("ready")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		parse(door, lines.Text()).measure()
	}
}
