import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@/testing/free-port'

/** How long a sample takes to be there, after its scrape began. */
export const SETTLE_MS = 300

/** True when the program is installed: Debian calls its package `prometheus`. */
export function hasPrometheus(): boolean {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A real Prometheus that scrapes two targets four times a second, whose text the test writes. */
export class RealPrometheus {
  /** What the first target answers; null makes its scrapes fail. */
  text: string | null = ''
  /** What the second one answers. */
  otherText: string | null = null
  readonly url: string
  private readonly folder: string
  private readonly target: Server
  private readonly port: number
  private child: ChildProcess | null = null
  private scrapes = 0

  private constructor(target: Server, port: number, labels: Readonly<Record<string, string>>) {
    this.target = target
    this.port = port
    this.url = `http://127.0.0.1:${port}`
    this.folder = mkdtempSync(join(tmpdir(), 'sluice-prometheus-'))
    const { port: targetPort } = target.address() as AddressInfo
    const config = {
      global: { scrape_interval: '250ms', scrape_timeout: '200ms' },
      scrape_configs: [
        { job_name: 'proxies', static_configs: [{ targets: [`127.0.0.1:${targetPort}`, `localhost:${targetPort}`], labels }] },
      ],
    }
    writeFileSync(join(this.folder, 'prometheus.json'), JSON.stringify(config))
    target.on('request', ({ headers }, response) => {
      const isFirst = headers.host?.startsWith('127.') === true
      if (isFirst) this.scrapes++
      const text = isFirst ? this.text : this.otherText
      response.statusCode = text === null ? 503 : 200
      response.end(text ?? '')
    })
  }

  /** @param labels that the scrape adds to every series */
  static async start(labels: Readonly<Record<string, string>> = {}): Promise<RealPrometheus> {
    const target = createServer()
    target.listen(0, '127.0.0.1')
    await once(target, 'listening')
    const prometheus = new RealPrometheus(target, await freePort(), labels)
    await prometheus.run()
    return prometheus
  }

  /** Starts the program again, on the same port with the same data. */
  async run(): Promise<void> {
    const args = [`--config.file=${join(this.folder, 'prometheus.json')}`, `--storage.tsdb.path=${join(this.folder, 'data')}`]
    this.child = spawn('prometheus', [...args, `--web.listen-address=127.0.0.1:${this.port}`, '--log.level=error'], { stdio: 'ignore' })
    for (;;) {
      const isReady = await fetch(`${this.url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isReady) return
      if (this.child.exitCode !== null) throw new Error('prometheus ended')
      await delay(50)
    }
  }

  /** Ends the program and keeps its data. */
  async kill(): Promise<void> {
    const { child } = this
    this.child = null
    if (child === null || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async stop(): Promise<void> {
    await this.kill()
    this.target.closeAllConnections()
    this.target.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Waits until scrapes have seen the present texts, and are old enough to be asked for. */
  async scraped(): Promise<void> {
    const before = this.scrapes
    while (this.scrapes < before + 3) await delay(50)
    await delay(SETTLE_MS + 50)
  }
}
