import { compareText } from '../../model/compare-text'
import { controllerHabit } from '../../model/doors/ingress-controllers'
import { followExternalName } from '../../model/external-name'
import type { ServiceRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** The Host that the server behind the name is sent instead. */
const HOST_ANNOTATIONS = ['nginx.ingress.kubernetes.io/upstream-vhost', 'haproxy.org/set-host', 'ingress.kubernetes.io/upstream-vhost']
const KEEPS_HOST = 'traefik.ingress.kubernetes.io/service.passhostheader'
const NGINX_PROTOCOL = 'nginx.ingress.kubernetes.io/backend-protocol'

/** SV-06: entries pass the host on that clients asked for, and a server outside picks its site and certificate by it. */
export function findForeignHosts(view: ClusterView): readonly FindingDraft[] {
  const { cluster } = view
  const hosts = new Map<ServiceRef, Set<string>>()
  const plain = new Map<ServiceRef, Set<string>>()
  const add = (found: typeof hosts, service: ServiceRef, text: string) => found.set(service, (found.get(service) ?? new Set()).add(text))
  for (const ingress of cluster.ingresses) {
    const { annotations } = ingress.meta
    const title = `Ingress ${ingress.namespace}/${ingress.name}`
    for (const { host, backend } of ingress.rules) {
      const service = backend.kind === 'service' ? cluster.services.get(backend.service) : undefined
      const end = service === undefined ? undefined : followExternalName(cluster, service)?.end
      if (backend.kind !== 'service' || service === undefined || end?.kind !== 'dns') continue
      const isRewritten = HOST_ANNOTATIONS.some((name) => annotations.has(name)) || service.meta.annotations.get(KEEPS_HOST) === 'false'
      if (host !== null && host !== end.name && !isRewritten) add(hosts, service.ref, `${title} passes on the host ${host}`)
      const speaksTls = /^(?:HTTPS|GRPCS)$/.test(annotations.get(NGINX_PROTOCOL) ?? '')
      if (backend.port === 443 && !speaksTls && controllerHabit(cluster, ingress).name === 'ingress-nginx')
        add(plain, service.ref, `${title} has no ${NGINX_PROTOCOL}: HTTPS`)
    }
  }
  const findings = (
    found: typeof hosts,
    words: (name: string) => { readonly message: string; readonly why: string; readonly fix: string },
  ) =>
    [...found].flatMap(([ref, evidence]) => {
      const service = cluster.services.get(ref)
      const name = service?.externalName ?? null
      if (service === undefined || name === null) return []
      return makeFinding('SV-06', aboutService(service.meta), {
        field: ['spec', 'externalName'],
        value: name,
        severity: 'warning',
        evidence: [...evidence].sort(compareText),
        ...words(name),
      })
    })
  return [
    ...findings(hosts, (name) => ({
      message: `Requests arrive at ${name} with the host of the entry, which it may not know.`,
      why: 'A server outside picks its site and its certificate by the host that it is asked for.',
      fix: 'Let the entry send the name of the server as host (upstream-vhost of ingress-nginx), or make sure that the server knows the host.',
    })),
    ...findings(plain, (name) => ({
      message: `Requests are sent to port 443 of ${name} in plain text.`,
      why: 'The server expects TLS there and answers with an error.',
      fix: 'Say on the Ingress that the backend speaks HTTPS.',
    })),
  ]
}
