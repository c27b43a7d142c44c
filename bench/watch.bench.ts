import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { measureClientNode, measureReflector } from './watch-clients'
import { serveLists } from './watch-server'

/**
 * What the first sync of many pods costs and what is kept of them, beside client-node's informer on the same server.
 * Run: `node bench/run.mjs watch [PODS]`. The server and each client are processes of their own, so that the figures of a
 * client are its own.
 */
const [, , , ...words] = process.argv
const ROUNDS = 3
const LIMIT_MS = 120_000

if (process.env.SLUICE_BENCH_ROLE === 'server') await serveLists(Number(process.env.SLUICE_BENCH_PODS))
else if (process.env.SLUICE_BENCH_ROLE === 'reflector') await measureReflector(JSON.parse(process.env.SLUICE_BENCH_SERVER ?? ''))
else if (process.env.SLUICE_BENCH_ROLE === 'client-node') await measureClientNode(JSON.parse(process.env.SLUICE_BENCH_SERVER ?? ''))
else await compare(Number(words[0] ?? 10_000))

async function compare(pods: number): Promise<void> {
  const server = start('server', { SLUICE_BENCH_PODS: String(pods) })
  const address = await firstLine(server)
  const rows: object[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (const client of ['reflector', 'client-node']) {
      const measured = start(client, { SLUICE_BENCH_SERVER: address })
      rows.push({ client, ...JSON.parse(await firstLine(measured)) })
      measured.kill()
    }
  }
  server.kill()
  console.log(`${pods} pods, ${JSON.parse(address).megabytes} MB of JSON`)
  console.table(rows)
}

function start(role: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const file = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, ['--expose-gc', file], {
    env: { ...process.env, ...environment, SLUICE_BENCH_ROLE: role },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill())
  return child
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    setTimeout(() => reject(new Error('a process of the measurement does not end')), LIMIT_MS).unref()
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('exit', (code) => reject(new Error(`a process of the measurement ended with ${code}`)))
  })
}
