import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { SqlEngine } from '../engine/sql-engine'
import { StoreError } from '../store-error'

/**
 * The HTTP interface of ClickHouse, as far as its client uses it, over another engine of the same dialect: what is sent
 * is what a server would get. Lists as values, and texts with backslashes, come as they are written in a URL.
 */
export async function loopbackClickhouse(engine: SqlEngine): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => void answer(engine, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}/`, close }
}

async function answer(engine: SqlEngine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  try {
    const { searchParams } = new URL(request.url ?? '/', 'http://loopback')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const sent = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    const inUrl = searchParams.get('query')
    const insert = inUrl === null ? null : /^INSERT INTO (\w+)\.(\w+) \(([^)]+)\) FORMAT JSONCompactEachRow/.exec(inUrl.trim())
    if (insert !== null) {
      const [, , table = '', columns = ''] = insert
      const token = searchParams.get('insert_deduplication_token') ?? ''
      await engine.insert({ table, columns: columns.split(', '), text: body, token })
      response.end()
      return
    }
    const form = await readForm(request.headers['content-type'] ?? '', body)
    const parameters = Object.fromEntries(
      [...searchParams, ...form]
        .filter(([name]) => name.startsWith('param_'))
        .map(([name, value]) => [name.slice('param_'.length), readValue(value)]),
    )
    const text = (form.get('query') ?? body.toString()).trim().replace(/;$/, '')
    const [sql = '', format] = text.split(/\s*FORMAT (JSONCompact\w+)$/)
    if (format === undefined) {
      await engine.command({ sql, parameters })
      response.end()
      return
    }
    const number = (name: string) => Number(searchParams.get(name))
    const limits = {
      seconds: number('max_execution_time'),
      memoryBytes: number('max_memory_usage'),
      threads: number('max_threads'),
      rows: number('max_result_rows'),
    }
    const isByColumn = format === 'JSONCompactColumns'
    const lists = await (isByColumn ? engine.columns : engine.query).call(engine, { sql, parameters }, limits, gone.signal)
    response.end(isByColumn ? JSON.stringify(lists) : lists.map((row) => `${JSON.stringify(row)}\n`).join(''))
  } catch (error) {
    const message = error instanceof StoreError ? error.message : String(error)
    const code = /Code: (\d+)/.exec(message)?.[1] ?? '1002'
    response.writeHead(500, { 'x-clickhouse-exception-code': code })
    const told = /Code: \d+/.test(message) ? message.slice(message.indexOf('Code: ')) : `Code: ${code}. DB::Exception: ${message}`
    response.end(/\([A-Z_]+\)$/.test(told) ? told : `${told} (UNKNOWN)`)
  }
}

/** Where parameters are too long for a URL, they and the query are fields of a form. */
async function readForm(contentType: string, body: Buffer): Promise<ReadonlyMap<string, string>> {
  if (!contentType.startsWith('multipart/form-data')) return new Map()
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  return new Map([...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])))
}

/** A list `['a','b']` of plain texts, or the text itself. */
function readValue(value: string): string | string[] {
  if (!value.startsWith('[') || !value.endsWith(']')) return value
  const inner = value.slice(1, -1)
  return inner === '' ? [] : inner.split(',').map((part) => part.replace(/^'|'$/g, ''))
}
