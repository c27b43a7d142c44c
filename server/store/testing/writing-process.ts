import { createFlowPipeline } from '@/lib/flows/pipeline'
import { createResolver } from '@/lib/flows/resolve-flow'
import { aBatch } from '@/lib/flows/testing/a-pipeline'
import { anEnd, anObservedFlow } from '@/lib/flows/testing/an-observed-flow'
import { buildIdentity } from '@/lib/model/identity'
import { aCluster } from '@/lib/model/testing/a-cluster'
import { EmbeddedEngine } from '../engine/embedded-engine'
import { FlowArchive } from '../flow-archive'
import { SqlStore } from '../sql-store'

/**
 * A process that takes flows without end and keeps them, for a test that kills it or its store process. It says on
 * standard output how far it has come, and ends when standard input does. Arguments: folder, program, writer.
 */
const [folder = '', program = '', writerText = ''] = process.argv.slice(2)
const writer = Number(writerText)
const BATCH = 500
const STEP_MS = 20

const engine = new EmbeddedEngine({ folder, program, now: () => Date.now() })
const store = new SqlStore({
  kind: 'embedded',
  engine,
  schema: { database: 'sluice', placement: { kind: 'single' }, keptDays: 14 },
  cluster: 'test',
  writer,
})
const cluster = aCluster()
const archive: FlowArchive = new FlowArchive({
  store,
  cluster: 'test',
  writer,
  now: () => Date.now(),
  account: {
    stored: (source, records) => ledger().store(records, source),
    sampled: (source, records) => {
      const account = pipeline.ledger.source(source)
      account.sample(records)
      say({ kind: 'sampled', sampled: account.entry().sampled })
    },
    dropped: (source, reason, records) => pipeline.ledger.source(source).drop(reason, records),
  },
})
const pipeline = createFlowPipeline({
  resolve: createResolver(cluster, buildIdentity(cluster)),
  onSum: archive.onSum,
  storesLater: true,
})

/** Says what is acknowledged as soon as it is: a kill may come at any moment after. */
function ledger() {
  return {
    store: (records: number, source: string) => {
      const account = pipeline.ledger.source(source)
      account.store(records)
      say({ kind: 'stored', stored: account.entry().stored, pid: engine.pid })
    },
  }
}

function say(what: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

let sent = 0
const taking = setInterval(() => {
  const now = Date.now()
  const flows = Array.from({ length: BATCH }, (_, index) =>
    anObservedFlow({
      time: now,
      uuid: `${writer}-${sent + index}`,
      sourcePort: 1_024 + ((sent + index) % 60_000),
      source: anEnd({ ip: '10.0.0.1', namespace: 'shop', pod: `web-${(sent + index) % 20}` }),
      event: 'flow',
    }),
  )
  sent += BATCH
  const { added, changed } = pipeline.accept('test', aBatch(flows), now)
  archive.accept(added, changed)
}, STEP_MS)
const writing = setInterval(() => void archive.tick(), 100)

process.stdin.resume().on('end', async () => {
  clearInterval(taking)
  clearInterval(writing)
  const until = Date.now() + 20_000
  while (archive.status.queuedRows > 0 && Date.now() < until) {
    await archive.tick()
    await archive.flush(5_000)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  say({ kind: 'end', ledger: pipeline.ledger.source('test').entry(), restarts: engine.restarts })
  await archive.stop()
  await store.close()
  process.exit(0)
})
