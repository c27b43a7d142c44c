import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'

/** Programs that the suites run; without one of them they are skipped. */
export const PROGRAMS = ['ip', 'iptables', 'ulogd', 'conntrack', 'bash'] as const

/** Why the network cannot be made here; null when it can. */
export function whyNoNetwork(): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces want root'
  const missing = PROGRAMS.filter((program) => !isThere(program))
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  try {
    const name = `sluice-try-${process.pid}`
    run('ip', 'netns', 'add', name)
    run('ip', 'netns', 'del', name)
    return null
  } catch {
    return 'network namespaces are not allowed here'
  }
}

function isThere(program: string): boolean {
  try {
    execFileSync('bash', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const CLIENT = '10.50.1.2'
export const SERVER = '10.50.2.2'
export const SERVICE = '10.96.0.5'
export const SERVICE_PORT = 80
export const OPEN_PORT = 8080
export const CLOSED_PORT = 9999

/**
 * Two pods on one machine, as network namespaces: packets of one to the other are forwarded by the machine, whose rules
 * are those of kube-router. What is not allowed is logged to group 100 and rejected; a Service address leads to a pod.
 */
export class Network {
  readonly #client = `sluice-c-${process.pid}`
  readonly #server = `sluice-s-${process.pid}`
  readonly #machine = `sluice-m-${process.pid}`
  readonly #children: ChildProcess[] = []

  async open(): Promise<void> {
    for (const name of [this.#client, this.#server, this.#machine]) {
      run('ip', 'netns', 'add', name)
      run('ip', '-n', name, 'link', 'set', 'lo', 'up')
    }
    this.#connect(this.#client, 'eth-c', CLIENT, '10.50.1.1')
    this.#connect(this.#server, 'eth-s', SERVER, '10.50.2.1')
    const machine = (...command: readonly string[]) => run('ip', 'netns', 'exec', this.#machine, ...command)
    for (const setting of ['net.ipv4.ip_forward', 'net.netfilter.nf_conntrack_acct', 'net.netfilter.nf_conntrack_timestamp']) {
      machine('sysctl', '-qw', `${setting}=1`)
    }
    machine('iptables', '-t', 'nat', '-N', 'SERVICES')
    machine('iptables', '-t', 'nat', '-A', 'PREROUTING', '-j', 'SERVICES')
    const toService = ['-d', SERVICE, '-p', 'tcp', '--dport', String(SERVICE_PORT)]
    machine('iptables', '-t', 'nat', '-A', 'SERVICES', ...toService, '-j', 'DNAT', '--to-destination', `${SERVER}:${OPEN_PORT}`)
    machine('iptables', '-N', 'POD')
    machine('iptables', '-A', 'FORWARD', '-d', SERVER, '-j', 'POD')
    machine('iptables', '-A', 'POD', '-p', 'tcp', '--dport', String(OPEN_PORT), '-j', 'ACCEPT')
    machine('iptables', '-A', 'POD', '-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT')
    machine('iptables', '-A', 'POD', '-m', 'limit', '--limit', '10/minute', '--limit-burst', '10', '-j', 'NFLOG', '--nflog-group', '100')
    machine('iptables', '-A', 'POD', '-j', 'REJECT')
    await this.#listen()
  }

  /** Runs a program on the machine until the network is closed. */
  runOnMachine(command: string, ...args: readonly string[]): ChildProcess {
    return this.#run(this.#machine, command, ...args)
  }

  /** Opens connections from the client, one after the other; those that are refused are no error. */
  connect(address: string, port: number, times: number): void {
    for (let time = 0; time < times; time++) {
      const attempt = `exec 3<>/dev/tcp/${address}/${port} && printf hello >&3 && head -c 5 <&3`
      try {
        run('ip', 'netns', 'exec', this.#client, 'timeout', '2', 'bash', '-c', attempt)
      } catch {
        // Refused, as it should be.
      }
    }
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGTERM')
    for (const name of [this.#client, this.#server, this.#machine]) {
      try {
        run('ip', 'netns', 'del', name)
      } catch {
        // It was never made.
      }
    }
  }

  #connect(pod: string, inside: string, address: string, gateway: string): void {
    const outside = `${inside}-m`
    run('ip', '-n', pod, 'link', 'add', inside, 'type', 'veth', 'peer', 'name', outside, 'netns', this.#machine)
    run('ip', '-n', pod, 'addr', 'add', `${address}/24`, 'dev', inside)
    run('ip', '-n', pod, 'link', 'set', inside, 'up')
    run('ip', '-n', this.#machine, 'addr', 'add', `${gateway}/24`, 'dev', outside)
    run('ip', '-n', this.#machine, 'link', 'set', outside, 'up')
    run('ip', '-n', pod, 'route', 'add', 'default', 'via', gateway)
  }

  async #listen(): Promise<void> {
    const answer = `require('net').createServer((s) => { s.on('error', () => 0); s.pipe(s) }).listen(${OPEN_PORT}, () => console.log('listening'))`
    const child = this.#run(this.#server, process.execPath, '-e', answer)
    if (child.stdout !== null) await once(child.stdout, 'data')
  }

  #run(namespace: string, command: string, ...args: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', namespace, command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#children.push(child)
    return child
  }
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
