package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"google.golang.org/grpc"

	peerpb "github.com/cilium/cilium/api/v1/peer"
	"github.com/cilium/cilium/pkg/hubble/relay/server"
)

type relayOptions struct {
	Listen string `json:"listen"`
	// Path of a socket that the relay learns of its nodes by.
	PeerSocket string     `json:"peerSocket"`
	TLS        tlsOptions `json:"tls"`
}

// peerList tells a relay of its nodes, as an agent does that watches the nodes of a cluster.
type peerList struct {
	peerpb.UnimplementedPeerServer
	changes chan *peerpb.ChangeNotification
}

func (p *peerList) Notify(_ *peerpb.NotifyRequest, stream peerpb.Peer_NotifyServer) error {
	for {
		select {
		case change := <-p.changes:
			if err := stream.Send(change); err != nil {
				return err
			}
		case <-stream.Context().Done():
			return nil
		}
	}
}

type peerLine struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Gone    bool   `json:"gone"`
}

// runRelay serves a relay. A line on standard input adds a node, or takes one away.
func runRelay(_ context.Context, log *slog.Logger, text []byte) error {
	var options relayOptions
	if err := json.Unmarshal(text, &options); err != nil {
		return err
	}
	peers := &peerList{changes: make(chan *peerpb.ChangeNotification, 100)}
	socket, err := net.Listen("unix", options.PeerSocket)
	if err != nil {
		return err
	}
	peerServer := grpc.NewServer()
	peerpb.RegisterPeerServer(peerServer, peers)
	go func() { _ = peerServer.Serve(socket) }()

	credentials, err := options.TLS.load(log)
	if err != nil {
		return err
	}
	security := server.WithInsecureServer()
	if credentials != nil {
		security = server.WithServerTLS(credentials)
	}
	relay, err := server.New(server.WithListenAddress(options.Listen), server.WithHealthListenAddress("127.0.0.1:0"),
		server.WithPeerTarget("unix://"+options.PeerSocket), server.WithInsecureClient(), security, server.WithLogger(log),
		server.WithRetryTimeout(time.Second), server.WithErrorAggregationWindow(time.Second))
	if err != nil {
		return err
	}
	go func() {
		if err := relay.Serve(); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}()
	fmt.Println("ready")

	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var line peerLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("a line of standard input: %w", err)
		}
		change := peerpb.ChangeNotificationType_PEER_ADDED
		if line.Gone {
			change = peerpb.ChangeNotificationType_PEER_DELETED
		}
		peers.changes <- &peerpb.ChangeNotification{Name: line.Name, Address: line.Address, Type: change}
	}
	return lines.Err()
}
