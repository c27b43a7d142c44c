import { Agent, get } from 'node:http'

/** What the viewers saw since they were asked last. Times are milliseconds. */
export type Seen = {
  readonly open: number
  readonly messages: number
  readonly bytes: number
  /** Streams that ended, and those that were refused. */
  readonly ended: number
  /** From the moment that a pulse tells of until it was here. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Between two pulses of one viewer, which are wanted once a second. */
  readonly gap: { readonly p50: number; readonly p99: number; readonly max: number }
}

const EVENT = Buffer.from('event: ')
const PULSE = Buffer.from('event: flows\ndata: {"at":')
const AT_DIGITS = 13

/**
 * Opens so many event streams, one in two of the whole cluster and the others of one namespace each, and reads them, in a
 * process of its own. Tells its parent what they saw whenever it asks.
 */
export async function watchStreams(url: string, count: number, namespaces: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  let open = 0
  let messages = 0
  let bytes = 0
  let ended = 0
  let delays: number[] = []
  let gaps: number[] = []

  function watch(viewer: number): void {
    let lastPulse: number | null = null
    const path = viewer % 2 === 0 ? 'level=namespace' : `level=workload&namespaces=team-${(viewer >> 1) % namespaces}`
    const request = get(`${url}/api/v1/stream?${path}`, { agent }, (response) => {
      if (response.statusCode !== 200) {
        ended++
        response.resume()
        return
      }
      open++
      response.on('data', (chunk: Buffer) => {
        const now = Date.now()
        bytes += chunk.length
        for (let at = chunk.indexOf(EVENT); at !== -1; at = chunk.indexOf(EVENT, at + EVENT.length)) messages++
        const pulse = chunk.indexOf(PULSE)
        if (pulse === -1) return
        const sentAt = Number(chunk.toString('latin1', pulse + PULSE.length, pulse + PULSE.length + AT_DIGITS))
        if (!Number.isSafeInteger(sentAt)) return
        delays.push(now - sentAt)
        if (lastPulse !== null) gaps.push(now - lastPulse)
        lastPulse = now
      })
      response.on('close', () => {
        open--
        ended++
      })
    })
    request.on('error', () => ended++)
  }

  for (let viewer = 0; viewer < count; viewer++) {
    watch(viewer)
    // They do not come all at once.
    if (viewer % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  process.on('message', () => {
    const seen: Seen = { open, messages, bytes, ended, delay: quantiles(delays), gap: quantiles(gaps) }
    process.send?.({ seen })
    messages = bytes = 0
    delays = []
    gaps = []
  })
  process.send?.({ isReady: true })
}

function quantiles(values: readonly number[]): Seen['delay'] {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}
