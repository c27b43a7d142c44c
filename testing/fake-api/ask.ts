import { request } from 'node:https'

/** Where to ask, and as whom. */
export type AskedServer = {
  readonly url: string
  /** PEM; null trusts any certificate. */
  readonly ca: string | null
  readonly token: string
}

export type Asked = { readonly status: number; readonly headers: ReadonlyMap<string, string>; readonly text: string }

export type AskOptions = { readonly method?: string; readonly body?: unknown; readonly accept?: string }

/** One request over HTTP/1.1, the plainest of clients: what tests check servers with. Resolves at the end of the body. */
export function ask(server: AskedServer, path: string, options: AskOptions = {}): Promise<Asked> {
  const { method = 'GET', body, accept = 'application/json' } = options
  const headers = { authorization: `Bearer ${server.token}`, accept, ...(body !== undefined && { 'content-type': 'application/json' }) }
  const trust = server.ca === null ? { rejectUnauthorized: false } : { ca: server.ca }
  return new Promise((resolve, reject) => {
    const asking = request(new URL(path, server.url), { method, headers, agent: false, ...trust }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const)
        resolve({ status: response.statusCode ?? 0, headers: new Map(entries), text: Buffer.concat(chunks).toString() })
      })
    })
    asking.on('error', reject)
    asking.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** The events of a watch that ended. */
export function watchEvents({ text }: Asked): { readonly type: string; readonly object: Record<string, unknown> }[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
