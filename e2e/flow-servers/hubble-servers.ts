import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Certificate } from '@/testing/fake-api/certificate'
import { freePort } from '@/testing/free-port'

/** Files of a server with TLS; with `clientCa` it wants certificates of clients. */
export type ServerTls = { readonly cert: string; readonly key: string; readonly clientCa?: string }

/** Runs the real servers that `e2e/flow-servers` builds, and ends them. */
export class HubbleServers {
  readonly folder = mkdtempSync(join(tmpdir(), 'sluice-flow-servers-'))
  readonly #program: string
  readonly #running = new Set<ServerProcess>()
  #sockets = 0

  constructor() {
    const program = process.env.SLUICE_FLOW_SERVERS
    if (program === undefined) throw new Error('run it with "npm test -- flows", which builds the servers')
    this.#program = program
  }

  /** The observer server of one node. */
  node(name: string, more: { port?: number; tls?: ServerTls; ring?: number } = {}): Promise<ServerProcess> {
    return this.#start('node', more.port, { name, ring: more.ring ?? 4_095, tls: more.tls ?? {} })
  }

  /** A relay over nodes. */
  async relay(
    nodes: readonly { readonly name: string; readonly port: number }[],
    more: { port?: number; tls?: ServerTls } = {},
  ): Promise<ServerProcess> {
    const relay = await this.#start('relay', more.port, {
      peerSocket: join(this.folder, `peers-${this.#sockets++}.sock`),
      tls: more.tls ?? {},
    })
    for (const { name, port } of nodes) relay.write({ name, address: `127.0.0.1:${port}` })
    return relay
  }

  file(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text)
    return path
  }

  files(name: string, { certificate, key }: Certificate): ServerTls {
    return { cert: this.file(`${name}.crt`, certificate), key: this.file(`${name}.key`, key) }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((server) => server.kill()))
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #start(kind: string, wanted: number | undefined, options: object): Promise<ServerProcess> {
    const port = wanted ?? (await freePort())
    const server = await ServerProcess.start(this.#program, [kind, JSON.stringify({ ...options, listen: `127.0.0.1:${port}` })], port)
    this.#running.add(server)
    return server
  }
}

export class ServerProcess {
  readonly port: number
  readonly #child: ChildProcess
  readonly #exited: Promise<void>

  static async start(program: string, args: readonly string[], port: number): Promise<ServerProcess> {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code} before it was ready`)))
      child.stdout?.once('data', () => resolve())
    })
    // A relay opens its port itself, some time after it was started: on a busy machine whoever comes at once is refused.
    while (!(await isListening(port))) {
      if (child.exitCode !== null) throw new Error(`${args[0]} ended with ${child.exitCode} before it listened`)
      await delay(10)
    }
    return new ServerProcess(child, port)
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => resolve())
    })
    child.stdin?.on('error', () => undefined)
  }

  write(line: object): void {
    this.#child.stdin?.write(`${JSON.stringify(line)}\n`)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  /** Neither answers nor ends: what a half-open connection looks like. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
