// Command control-plane is a Kubernetes control plane in one program, for tests: the real API server, controller
// manager, scheduler and etcd of the versions that go.mod pins, each started by its name with its usual flags. One
// program, because most of the code is in all four and the linker is a good part of the time that building them takes.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"golang.org/x/sys/unix"
	"k8s.io/component-base/cli"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	name := os.Args[1]
	// The programs read their flags from here.
	os.Args = append([]string{name}, os.Args[2:]...)
	switch name {
	case "isolate":
		isolate(os.Args[1:])
	case enterName:
		enter(os.Args[1:])
	case "etcd":
		endWithParent()
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		run(apiserver.NewAPIServerCommand())
	case "kube-controller-manager":
		run(controllermanager.NewControllerManagerCommand())
	case "kube-scheduler":
		run(scheduler.NewSchedulerCommand())
	default:
		usage()
	}
}

func run(command *cobra.Command) {
	endWithParent()
	os.Exit(cli.Run(command))
}

// endWithParent leaves no server behind when the test that started it is killed.
func endWithParent() {
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "control-plane: %v\n", err)
	os.Exit(1)
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: control-plane isolate COMMAND..., control-plane etcd|kube-apiserver|kube-controller-manager|kube-scheduler FLAGS")
	os.Exit(2)
}
