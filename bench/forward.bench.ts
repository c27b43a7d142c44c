import { once } from 'node:events'
import { connect } from 'node:net'
import { pathToFileURL } from 'node:url'
import { decodeMulti, encode } from '@msgpack/msgpack'
import { decodeLine } from '@/server/flow-sources/decode-line'
import { FORWARD_LIMITS } from '@/server/flow-sources/forward/forward-limits'
import { createForwardSource } from '@/server/flow-sources/forward/forward-source'
import { FrameReader } from '@/server/flow-sources/forward/frame-reader'
import { MsgpackReader } from '@/server/flow-sources/msgpack/msgpack-reader'

/**
 * How many records of the forward protocol are read a second of processor time, as Fluent Bit sends lines of our own format
 * with the Kubernetes metadata of their container; beside it the reference decoder of MessagePack, and the same lines as
 * lines. Then all of it over a connection with acknowledgements. Run it with `node bench/run.mjs forward`.
 */
type Figure = { readonly name: string; readonly perSecond: number }

const RECORDS = 50_000
const PER_FRAME = 1_000
const START = Date.UTC(2026, 4, 4, 10)

function lineOf(number: number): string {
  return JSON.stringify({
    id: `f-${number}`,
    time: START + number,
    from: `team-${number % 50}/app-${number % 700}`,
    to: `team-${number % 40}/db[StatefulSet]`,
    port: 5432,
    verdict: number % 20 === 0 ? 'dropped' : 'forwarded',
  })
}

function recordOf(number: number): Record<string, unknown> {
  const kubernetes = {
    pod_name: `app-${number % 700}-7d9f8b6c4-x2x5z`,
    namespace_name: `team-${number % 50}`,
    pod_id: `00000000-0000-4000-8000-${String(number % 700).padStart(12, '0')}`,
    labels: { app: `app-${number % 700}`, 'pod-template-hash': '7d9f8b6c4' },
    host: `node-${number % 100}`,
    container_name: 'agent',
  }
  return { time: new Date(START + number).toISOString(), stream: 'stdout', _p: 'F', log: lineOf(number), kubernetes }
}

function makeFrames(): readonly Buffer[] {
  return Array.from({ length: RECORDS / PER_FRAME }, (_, frame) => {
    const entries = Array.from({ length: PER_FRAME }, (__, index) => {
      const number = frame * PER_FRAME + index
      return encode([Math.floor((START + number) / 1000), recordOf(number)])
    })
    return Buffer.from(encode(['kube.app', Buffer.concat(entries), { chunk: `chunk-${frame}`, size: PER_FRAME }]))
  })
}

async function measure(name: string, run: () => Promise<void> | void): Promise<Figure> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return { name, perSecond: (RECORDS * 1e6) / (user + system) }
}

/** Sends frames to a source over a connection of this process and waits for the last acknowledgement. */
async function overConnection(frames: readonly Buffer[]): Promise<void> {
  const stopped = new AbortController()
  const files = { tokenFile: null, cert: null, key: null, ca: null }
  const source = createForwardSource({ name: 'bench', host: '127.0.0.1', port: 0, format: null, files, now: () => START })
  let flows = 0
  const listening = new Promise<number>((resolve) => {
    const follow = async () => {
      for await (const batch of source.batches(stopped.signal, (_, __, facts = []) => {
        const port = /:(\d+) /.exec(facts[0]?.value ?? '')?.[1]
        if (port !== undefined) resolve(Number(port))
      })) {
        flows += batch.flows.length
      }
    }
    void follow()
  })
  const socket = connect(await listening, '127.0.0.1')
  let acknowledged = ''
  socket.on('data', (chunk: Buffer) => {
    acknowledged = (acknowledged + chunk.toString('latin1')).slice(-1_000)
    if (acknowledged.endsWith(`chunk-${frames.length - 1}`)) socket.end()
  })
  for (const frame of frames) if (!socket.write(frame)) await once(socket, 'drain')
  await once(socket, 'close')
  stopped.abort()
  if (flows !== RECORDS) throw new Error(`${flows} of ${RECORDS} flows came`)
}

export async function benchForward(): Promise<readonly Figure[]> {
  const frames = makeFrames()
  const lines = Array.from({ length: RECORDS }, (_, number) => lineOf(number))
  const packed = frames.map((frame) => {
    const reader = new MsgpackReader(frame)
    reader.readArrayLength()
    reader.readBytes()
    return reader.readBytes()
  })
  const round = async (): Promise<readonly Figure[]> => [
    await measure('MessagePack alone, @msgpack/msgpack, records/s', () => {
      for (const entries of packed) for (const _ of decodeMulti(entries));
    }),
    await measure('MessagePack alone, ours, records/s', () => {
      for (const entries of packed) for (const reader = new MsgpackReader(entries); !reader.isAtEnd; ) reader.readValue()
    }),
    await measure('the same lines as lines, records/s', () => {
      for (const line of lines) decodeLine(line, null, START)
    }),
    await measure('packed forward to flows, records/s', async () => {
      const reader = new FrameReader({ format: null, limits: FORWARD_LIMITS, now: () => START })
      for (const frame of frames) await reader.read(frame, 'msgpack', 1)
    }),
    await measure('over a connection with acknowledgements, both ends, records/s', () => overConnection(frames)),
  ]
  // The first round is for the compiler.
  await round()
  return round()
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const { name, perSecond } of await benchForward())
    process.stdout.write(`${Math.round(perSecond).toLocaleString('en').padStart(12)}  ${name}\n`)
}
