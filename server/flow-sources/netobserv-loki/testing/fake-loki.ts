import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export type FakeEntry = { readonly atNs: bigint; readonly labels: Readonly<Record<string, unknown>>; readonly line: string }

/** Answers range queries as Loki does: from `start` on, before `end`, at most `limit` lines, grouped by stream, newest stream first. */
export class FakeLoki {
  readonly entries: FakeEntry[] = []
  readonly asked: { readonly params: URLSearchParams; readonly tenant: string | undefined }[] = []
  /** Most lines that a query may ask for. */
  maxLines = 5_000
  /** Answers with this instead, for as long as it is set. */
  broken: { readonly status: number; readonly body: string } | null = null
  private readonly server: Server

  private constructor(server: Server) {
    this.server = server
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '', 'http://loki.test')
      const tenant = request.headers['x-scope-orgid']
      this.asked.push({ params: url.searchParams, tenant: Array.isArray(tenant) ? tenant[0] : tenant })
      const limit = Number(url.searchParams.get('limit'))
      const answer = this.broken ?? (limit > this.maxLines ? tooMany(limit, this.maxLines) : this.answer(url.searchParams, limit))
      response.statusCode = answer.status
      response.end(answer.body)
    })
  }

  static async start(): Promise<FakeLoki> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new FakeLoki(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private answer(params: URLSearchParams, limit: number): { status: number; body: string } {
    const start = BigInt(params.get('start') ?? '0')
    const end = BigInt(params.get('end') ?? '0')
    const found = this.entries
      .filter(({ atNs }) => atNs >= start && atNs < end)
      .sort((a, b) => Number(a.atNs - b.atNs))
      .slice(0, limit)
    const streams = new Map<string, { stream: object; values: [string, string][] }>()
    for (const { atNs, labels, line } of found) {
      const key = JSON.stringify(labels)
      const stream = streams.get(key) ?? { stream: labels, values: [] }
      streams.set(key, stream)
      stream.values.unshift([String(atNs), line])
    }
    const data = { resultType: 'streams', result: [...streams.values()].reverse(), stats: {} }
    return { status: 200, body: JSON.stringify({ status: 'success', data }) }
  }
}

function tooMany(limit: number, max: number): { status: number; body: string } {
  return { status: 400, body: `max entries limit per query exceeded, limit > max_entries_limit (${limit} > ${max})` }
}
