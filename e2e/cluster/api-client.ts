import { readFileSync } from 'node:fs'
import { Agent, type RequestOptions, request } from 'node:https'
import { eventually } from './eventually'
import type { KubeObject } from './kube-object'

export type ApiAnswer = { readonly status: number; readonly body: string }

/** What the tests ask of the API server, and change: everything that kubectl would be needed for. */
export class ApiClient {
  readonly #options: RequestOptions
  /** Paths of resources by API version and kind. */
  readonly #resources = new Map<string, { readonly name: string; readonly isNamespaced: boolean }>()

  constructor({ port, token, caFile }: { readonly port: number; readonly token: string; readonly caFile: string }) {
    this.#options = {
      host: '127.0.0.1',
      port,
      headers: { authorization: `Bearer ${token}` },
      ca: readFileSync(caFile),
      agent: new Agent({ keepAlive: true, maxSockets: 24 }),
    }
  }

  /** Any status is an answer; throws when there is none. */
  send(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<ApiAnswer> {
    return new Promise((resolve, reject) => {
      const headers = { ...this.#options.headers, ...(body === undefined ? {} : { 'content-type': contentType }) }
      const sent = request({ ...this.#options, method, path, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }))
        response.on('error', reject)
      })
      sent.on('error', reject)
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  /** The parsed answer; throws when it is not a good one. */
  async read(path: string): Promise<unknown> {
    const { status, body } = await this.send('GET', path)
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.slice(0, 500)}`)
    return JSON.parse(body)
  }

  async list(path: string): Promise<readonly KubeObject[]> {
    return ((await this.read(path)) as { readonly items: readonly KubeObject[] }).items
  }

  /**
   * Creates or changes objects in their order, as `kubectl apply --server-side` does. What depends on something that the
   * controllers are about to make (a service account, the API of a CRD) is tried again.
   */
  async apply(...objects: readonly KubeObject[]): Promise<void> {
    for (const object of objects) {
      await eventually(`${object.kind} ${object.metadata.name}`, async () => {
        const resource = await this.#path(object)
        if (resource === null) return false
        const { status, body } = await this.send(
          'PATCH',
          `${resource}?fieldManager=tests&force=true`,
          object,
          'application/apply-patch+yaml',
        )
        if (status < 300) return true
        if (status === 404 || (status === 403 && /serviceaccount .* not found/.test(body))) return false
        throw new Error(`${object.kind} ${object.metadata.name}: ${status} ${body.slice(0, 1_000)}`)
      })
    }
  }

  /** Merges into an object; `subresource` such as `status`. */
  async merge(object: KubeObject, change: unknown, subresource?: string): Promise<void> {
    const path = `${await this.#path(object)}${subresource === undefined ? '' : `/${subresource}`}`
    const { status, body } = await this.send('PATCH', path, change, 'application/merge-patch+json')
    if (status >= 300) throw new Error(`${path}: ${status} ${body.slice(0, 1_000)}`)
  }

  /** Deletes objects at once; one that is not there is fine. */
  async delete(...objects: readonly KubeObject[]): Promise<void> {
    for (const object of objects) {
      const path = await this.#path(object)
      const { status, body } = await this.send('DELETE', `${path}?gracePeriodSeconds=0`)
      if (status >= 300 && status !== 404) throw new Error(`DELETE ${path}: ${status} ${body.slice(0, 1_000)}`)
    }
  }

  /** Yields what a watch tells, until the server ends it or the signal does. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<{ readonly type: string; readonly object: KubeObject }> {
    const stream = await new Promise<AsyncIterable<Buffer>>((resolve, reject) => {
      const sent = request({ ...this.#options, agent: false, path, signal }, resolve)
      sent.on('error', reject)
      sent.end()
    })
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line)
    }
  }

  /** Null while the server does not serve the kind. */
  async #path({ apiVersion, kind, metadata }: KubeObject): Promise<string | null> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const key = `${apiVersion} ${kind}`
    if (!this.#resources.has(key)) {
      const { status, body } = await this.send('GET', root)
      const { resources = [] } =
        status === 200 ? (JSON.parse(body) as { resources?: { kind: string; name: string; namespaced: boolean }[] }) : {}
      for (const { kind: served, name, namespaced } of resources) {
        if (!name.includes('/')) this.#resources.set(`${apiVersion} ${served}`, { name, isNamespaced: namespaced })
      }
    }
    const resource = this.#resources.get(key)
    if (resource === undefined) return null
    const scope = resource.isNamespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : ''
    return `${root}${scope}/${resource.name}/${metadata.name}`
  }
}
