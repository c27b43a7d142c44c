// Command flow-servers runs real servers of Hubble for tests of the product's client: the observer server of one node, or
// a relay over several. Both are told what to do by lines on standard input and end when it does.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: flow-servers node|relay OPTIONS-AS-JSON")
		os.Exit(2)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	ctx := context.Background()
	var err error
	switch os.Args[1] {
	case "node":
		err = runNode(ctx, log, []byte(os.Args[2]))
	case "relay":
		err = runRelay(ctx, log, []byte(os.Args[2]))
	default:
		err = fmt.Errorf("%q is not known", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
