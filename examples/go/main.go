// Command page gathers what a web page needs, through a gatherd that has the demo backends.
//
//	usage: page HOST:PORT
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"gather"
	"page/demo"

	"google.golang.org/grpc"
)

// [README]
func page(ctx context.Context, client *gather.Client, name string) error {
	user, posts, advert := new(demo.User), new(demo.PostList), new(demo.Advert)
	var noAdvert error
	if err := gather.Do(ctx, client,
		gather.NewCall("users", "/demo.Users/GetUser", &demo.GetUserRequest{Name: name}, user),
		gather.NewCall("posts", "/demo.Posts/List", &demo.ListRequest{Author: name}, posts),
		gather.NewCall("adverts", "/demo.Adverts/Pick", &demo.PickRequest{Topic: "weather"}, advert,
			gather.Optional(&noAdvert))); err != nil {
		return err // the first failure; the other calls were cancelled
	}
	fmt.Printf("%s has %d posts, and no advert: %v\n", user.FullName, len(posts.Posts), noAdvert)
	return nil
}

// [/README]

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: page HOST:PORT")
	}
	connection, err := grpc.Dial(os.Args[1], grpc.WithInsecure())
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	client := gather.NewClient(connection)
	for _, name := range []string{"ada", "nobody"} {
		if err := page(ctx, client, name); err != nil {
			fmt.Println(err)
		}
	}
}
