package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// What isolate ends with where the machine allows no network namespace.
const cannotIsolate = 77

// The second step of isolate, inside the new namespace.
const enterName = "isolate-enter"

// isolate runs a command in a network namespace that has nothing but a loopback, so that no address a test object names
// is ever dialled outside: the API server dials the addresses of webhooks, of aggregated APIs and of proxied services.
func isolate(command []string) {
	if len(command) == 0 {
		usage()
	}
	// The command is told when the thread that started it ends.
	runtime.LockOSThread()
	// A signal to the process group reaches the command too, which decides when to end.
	signal.Notify(make(chan os.Signal, 1), unix.SIGINT, unix.SIGTERM, unix.SIGHUP)
	// Root needs no user namespace, and keeps its rights over files without one.
	err := startIsolated(command, unix.CLONE_NEWNET)
	if err != nil {
		err = startIsolated(command, unix.CLONE_NEWNET|unix.CLONE_NEWUSER)
	}
	fmt.Fprintf(os.Stderr, "this machine allows no network namespace: %v\n", err)
	os.Exit(cannotIsolate)
}

// startIsolated returns only when the namespace cannot be made.
func startIsolated(command []string, namespaces uintptr) error {
	child := exec.Command("/proc/self/exe", append([]string{enterName}, command...)...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces, Pdeathsig: unix.SIGTERM}
	if namespaces&unix.CLONE_NEWUSER != 0 {
		child.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		child.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	if err := child.Start(); err != nil {
		return err
	}
	// A command that was ended by a signal has the exit code -1.
	if err := child.Wait(); err != nil && child.ProcessState.ExitCode() < 0 {
		fail(err)
	}
	os.Exit(child.ProcessState.ExitCode())
	return nil
}

// enter turns the loopback on and becomes the command.
func enter(command []string) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		fail(err)
	}
	loopback, err := unix.NewIfreq("lo")
	if err != nil {
		fail(err)
	}
	loopback.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, loopback); err != nil {
		fail(err)
	}
	program, err := exec.LookPath(command[0])
	if err != nil {
		fail(err)
	}
	fail(unix.Exec(program, command, os.Environ()))
}
