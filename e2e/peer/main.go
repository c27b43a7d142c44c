// Command peer answers NetworkPolicy questions with the matcher of cyclonus, one cluster a line, so that another engine's
// answers can be compared with it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

type end struct {
	IP              string            `json:"ip"`
	Namespace       string            `json:"namespace"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
	// Nil for an address outside the cluster.
	Labels map[string]string `json:"labels"`
	Ports  []namedPort       `json:"ports"`
}

type namedPort struct {
	Name     string `json:"name"`
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
}

type question struct {
	From     int    `json:"from"`
	To       int    `json:"to"`
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
}

type cluster struct {
	Ends      []end                         `json:"ends"`
	Policies  []*networkingv1.NetworkPolicy `json:"policies"`
	Questions []question                    `json:"questions"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		var asked cluster
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Fprintln(out, answers(asked))
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// answers has one character a question: 1 for allowed, 0 for denied.
func answers(asked cluster) string {
	policies := matcher.BuildNetworkPolicies(false, asked.Policies)
	var text strings.Builder
	for _, q := range asked.Questions {
		from, to := asked.Ends[q.From], asked.Ends[q.To]
		traffic := &matcher.Traffic{
			Source:           peerOf(from),
			Destination:      peerOf(to),
			ResolvedPort:     q.Port,
			ResolvedPortName: nameOf(to, q),
			Protocol:         corev1.Protocol(q.Protocol),
		}
		if policies.IsTrafficAllowed(traffic).IsAllowed() {
			text.WriteByte('1')
		} else {
			text.WriteByte('0')
		}
	}
	return text.String()
}

func peerOf(e end) *matcher.TrafficPeer {
	if e.Labels == nil {
		return &matcher.TrafficPeer{IP: e.IP}
	}
	return &matcher.TrafficPeer{
		IP:       e.IP,
		Internal: &matcher.InternalPeer{PodLabels: e.Labels, NamespaceLabels: e.NamespaceLabels, Namespace: e.Namespace},
	}
}

func nameOf(e end, q question) string {
	for _, p := range e.Ports {
		if p.Port == q.Port && p.Protocol == q.Protocol {
			return p.Name
		}
	}
	return ""
}
