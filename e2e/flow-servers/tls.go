package main

import (
	"log/slog"

	"github.com/cilium/cilium/pkg/crypto/certloader"
)

// tlsOptions names the files of a server; without a certificate it serves without TLS. With ClientCA it asks for
// certificates of clients. Changed files are read again by the real loader.
type tlsOptions struct {
	Cert     string `json:"cert"`
	Key      string `json:"key"`
	ClientCA string `json:"clientCa"`
}

func (o tlsOptions) load(log *slog.Logger) (certloader.ServerConfigBuilder, error) {
	if o.Cert == "" {
		return nil, nil
	}
	var authorities []string
	if o.ClientCA != "" {
		authorities = []string{o.ClientCA}
	}
	return certloader.NewWatchedServerConfig(log, authorities, o.Cert, o.Key)
}
