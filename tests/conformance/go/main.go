// Command conformance plays conformance cases with the Go client: a case as JSON in each line of
// standard input, a report in each line of standard output. See README.md.
//
//	conformance --server=HOST:PORT [--targets=…]
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"

	"gather"

	"google.golang.org/grpc"
)

type answer struct {
	Case  string  `json:"case"`
	Saw   *report `json:"saw,omitempty"`
	Error string  `json:"error,omitempty"`
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("go column: ")
	server := ""
	for _, argument := range os.Args[1:] {
		if strings.HasPrefix(argument, "--server=") {
			server = strings.TrimPrefix(argument, "--server=")
		}
	}
	connection, err := grpc.Dial(server, grpc.WithInsecure())
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	player := player{gather.NewClient(connection), func() { lines.Scan() }}
	for lines.Scan() {
		var played playedCase
		if err := json.Unmarshal(lines.Bytes(), &played); err != nil {
			log.Fatalf("no case: %v", err)
		}
		told := answer{Case: played.Name}
		if told.Saw = player.play(played); told.Saw == nil {
			told.Error = "there is no verb " + played.Verb
		}
		line, err := json.Marshal(told)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(line))
	}
}
