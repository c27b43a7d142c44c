import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Network } from './network'

/** The files that a machine's programs write about its packets and connections. */
export class Recorder {
  readonly nflog: string
  readonly nfct: string
  readonly conntrack: string

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true })
    this.nflog = join(folder, 'nflog.json')
    this.nfct = join(folder, 'nfct.json')
    this.conntrack = join(folder, 'conntrack.log')
  }

  /** Starts ulogd (as kube-router's documentation has it) and conntrack on the machine; gives back when both listen. */
  async start(network: Network): Promise<void> {
    const plugins = pluginFolder()
    const config = join(this.folder, 'ulogd.conf')
    const names = ['inppkt_NFLOG', 'inpflow_NFCT', 'raw2packet_BASE', 'filter_IFINDEX', 'filter_IP2STR', 'output_JSON']
    writeFileSync(
      config,
      [
        '[global]',
        `logfile="${join(this.folder, 'ulogd.log')}"`,
        ...names.map((name) => `plugin="${join(plugins, `ulogd_${name}.so`)}"`),
        'stack=drops:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,packets:JSON',
        'stack=connections:NFCT,ip2str1:IP2STR,flows:JSON',
        '[drops]',
        'group=100',
        '[connections]',
        'hash_enable=0',
        '[packets]',
        `file="${this.nflog}"`,
        'sync=1',
        '[flows]',
        `file="${this.nfct}"`,
        'sync=1',
        '',
      ].join('\n'),
    )
    network.runOnMachine('ulogd', '-c', config)
    const events = network.runOnMachine('stdbuf', '-oL', 'conntrack', '-E', '-o', 'timestamp,id,extended')
    events.stdout?.pipe(createWriteStream(this.conntrack))
    for (let tries = 0; tries < 50 && !(existsSync(this.nflog) && existsSync(this.nfct)); tries++) await delay(100)
    // conntrack says nothing when it is ready.
    await delay(500)
  }

  lines(path: string): readonly string[] {
    return existsSync(path)
      ? readFileSync(path, 'utf8')
          .trimEnd()
          .split('\n')
          .filter((line) => line !== '')
      : []
  }
}

function pluginFolder(): string {
  const folders = ['/usr/lib/x86_64-linux-gnu/ulogd', '/usr/lib/aarch64-linux-gnu/ulogd', '/usr/lib/ulogd']
  return folders.find((folder) => existsSync(folder)) ?? '/usr/lib/ulogd'
}
