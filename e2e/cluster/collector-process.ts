import { DEFAULT_CONFIG, type ServerConfig } from '@/server/config'
import { openFleet } from '@/server/open-fleet'

/**
 * A collector as a process of its own, without the HTTP server around it, for tests that kill it. It says on standard output
 * how its source does, again and again, and ends as a server does on SIGTERM. Arguments: kubeconfig, port of a Hubble server,
 * URL of ClickHouse, port that it is called by.
 */
const [kubeconfig = '', hubblePort = '', storeUrl = '', port = ''] = process.argv.slice(2)

const config: ServerConfig = {
  ...DEFAULT_CONFIG,
  listen: { host: '127.0.0.1', port: Number(port) },
  role: 'collector',
  cluster: { kind: 'kubeconfig', files: { kind: 'named', path: kubeconfig }, contexts: ['test'] },
  flows: [{ kind: 'hubble', host: '127.0.0.1', port: Number(hubblePort), namespaces: [] }],
  store: { kind: 'clickhouse', url: storeUrl, database: 'sluice', cluster: null },
}
const fleet = openFleet(config)

setInterval(() => {
  const [source] = fleet.first.sources
  const store = fleet.first.keeper?.status().message ?? null
  process.stdout.write(`${JSON.stringify({ source, store })}\n`)
}, 200)

process.once('SIGTERM', () => void fleet.stop().then(() => process.exit(0)))
