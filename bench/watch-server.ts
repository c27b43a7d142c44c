import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { CertificateAuthority } from '../testing/fake-api/certificate'
import { livePods } from './live-pods'

/** Where the server is and how to trust it. */
export type BenchServer = { readonly url: string; readonly ca: string; readonly pods: number; readonly megabytes: number }

/**
 * Answers lists and watches of pods from prepared bytes, as an API server does from its cache, and everything else with an
 * empty list. Never ends.
 */
export async function serveLists(count: number): Promise<void> {
  const pods = livePods(count)
  const events = pods.map(({ body }) => Buffer.from(`${JSON.stringify({ type: 'ADDED', object: body })}\n`))
  const end = line({
    type: 'BOOKMARK',
    object: {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { resourceVersion: '2000000', annotations: { 'k8s.io/initial-events-end': 'true' } },
    },
  })
  const items = Buffer.from(pods.map(({ body }) => JSON.stringify(body)).join(','))
  const list = Buffer.concat([
    Buffer.from('{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"2000000"},"items":['),
    items,
    Buffer.from(']}'),
  ])
  const authority = new CertificateAuthority()
  const { certificate, key } = authority.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost'] })
  const server = createSecureServer({ cert: certificate, key, allowHTTP1: true }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost')
    response.setHeader('content-type', 'application/json')
    if (pathname === '/apis') response.end(JSON.stringify({ kind: 'APIGroupDiscoveryList', items: [] }))
    else if (pathname === '/api') response.end(JSON.stringify(DISCOVERY))
    else if (searchParams.has('watch')) {
      // A watch has an answer from its first moment, not from its first event.
      response.writeHead(200)
      response.write('\n')
      if (!searchParams.has('sendInitialEvents')) return
      if (pathname === '/api/v1/pods') for (const event of events) response.write(event)
      response.write(end)
    } else response.end(pathname === '/api/v1/pods' ? list : '{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const address: BenchServer = {
    url: `https://127.0.0.1:${port}`,
    ca: authority.certificate,
    pods: count,
    megabytes: Math.round(list.length / 1e6),
  }
  process.stdout.write(`${JSON.stringify(address)}\n`)
}

const DISCOVERY = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: { name: '' },
      versions: [
        { version: 'v1', resources: [{ resource: 'pods', scope: 'Namespaced', verbs: ['list', 'watch'], responseKind: { kind: 'Pod' } }] },
      ],
    },
  ],
}

function line(event: object): Buffer {
  return Buffer.from(`${JSON.stringify(event)}\n`)
}
