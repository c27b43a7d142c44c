package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	flowpb "github.com/cilium/cilium/api/v1/flow"
	v1 "github.com/cilium/cilium/pkg/hubble/api/v1"
	"github.com/cilium/cilium/pkg/hubble/container"
	"github.com/cilium/cilium/pkg/hubble/observer"
	"github.com/cilium/cilium/pkg/hubble/observer/namespace"
	"github.com/cilium/cilium/pkg/hubble/observer/observeroption"
	observerTypes "github.com/cilium/cilium/pkg/hubble/observer/types"
	"github.com/cilium/cilium/pkg/hubble/server"
	"github.com/cilium/cilium/pkg/hubble/server/serveroption"
	nodeTypes "github.com/cilium/cilium/pkg/node/types"
)

type nodeOptions struct {
	Name   string     `json:"name"`
	Listen string     `json:"listen"`
	TLS    tlsOptions `json:"tls"`
	// Flows that the ring holds: a power of two, less one.
	Ring int `json:"ring"`
}

// readyFlows stands where an agent decodes what the kernel reports: the test has the flows ready.
type readyFlows struct{}

func (readyFlows) Decode(event *observerTypes.MonitorEvent) (*v1.Event, error) {
	flow, ok := event.Payload.(*flowpb.Flow)
	if !ok {
		return nil, fmt.Errorf("no flow: %T", event.Payload)
	}
	return &v1.Event{Timestamp: flow.GetTime(), Event: flow}, nil
}

// runNode serves the observer of one node. A line on standard input is one flow, as JSON of protobuf; a flow without a
// time happens now.
func runNode(_ context.Context, log *slog.Logger, text []byte) error {
	options := nodeOptions{Ring: 4095}
	if err := json.Unmarshal(text, &options); err != nil {
		return err
	}
	nodeTypes.SetName(options.Name)
	capacity, err := container.NewCapacity(options.Ring)
	if err != nil {
		return err
	}
	observing, err := observer.NewLocalServer(readyFlows{}, namespace.NewManager(), log, observeroption.WithMaxFlows(capacity))
	if err != nil {
		return err
	}
	go observing.Start()

	// Who follows a ring without any flow gets nothing before it is full.
	for observing.GetRingBuffer().Len() < 2 {
		before := &flowpb.Flow{Time: timestamppb.New(time.Now().Add(-time.Hour)), Verdict: flowpb.Verdict_FORWARDED}
		observing.GetEventsChannel() <- &observerTypes.MonitorEvent{Payload: before}
		time.Sleep(time.Millisecond)
	}

	credentials, err := options.TLS.load(log)
	if err != nil {
		return err
	}
	security := serveroption.WithInsecure()
	if credentials != nil {
		security = serveroption.WithServerTLS(credentials)
	}
	serving, err := server.NewServer(log, serveroption.WithTCPListener(options.Listen), serveroption.WithHealthService(),
		serveroption.WithObserverService(observing), security)
	if err != nil {
		return err
	}
	go func() {
		if err := serving.Serve(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}()
	fmt.Println("ready")

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		flow := &flowpb.Flow{}
		if err := protojson.Unmarshal(lines.Bytes(), flow); err != nil {
			return fmt.Errorf("a line of standard input: %w", err)
		}
		if flow.Time == nil {
			flow.Time = timestamppb.Now()
		}
		observing.GetEventsChannel() <- &observerTypes.MonitorEvent{Payload: flow}
	}
	return lines.Err()
}
