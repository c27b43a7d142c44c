import type { ContourService, HttpProxy } from '../../entry/contour-objects'
import type { Fields } from '../../fields'
import type { ObjectMeta } from '../../object'
import { canonicalDnsName } from '../service'
import { baseOf } from './entry-base'

export function readHttpProxy(document: Fields, meta: ObjectMeta): HttpProxy {
  const spec = document.object('spec')
  const status = document.object('status')
  const host = spec.object('virtualhost')
  const fqdn = host.string('fqdn')
  const namespace = meta.namespace ?? ''
  const tls = host.object('tls')
  const tcp = spec.object('tcpproxy')
  const state = status.string('currentStatus')
  return {
    ...baseOf('HTTPProxy', meta),
    fqdn: fqdn ? canonicalDnsName(fqdn) : null,
    tls: host.has('tls') ? { secretName: tls.string('secretName') || null, passthrough: tls.boolean('passthrough') ?? false } : null,
    routes: spec.list('routes').map((route) => ({
      condition: conditionOf(route),
      services: readServices(route),
      answer: route.has('requestRedirectPolicy') ? 'a redirect' : route.has('directResponsePolicy') ? 'a fixed answer' : null,
    })),
    tcpServices: readServices(tcp),
    includes: [
      ...spec.list('includes').map((include, index) => readInclude(include, namespace, ['spec', 'includes', index])),
      ...(tcp.has('include') ? [readInclude(tcp.object('include'), namespace, ['spec', 'tcpproxy', 'include'])] : []),
    ],
    addresses: status
      .object('loadBalancer')
      .list('ingress')
      .flatMap((entry) => entry.string('ip') || entry.string('hostname') || []),
    status: state ? { state, description: (status.string('description') ?? '').slice(0, 300) } : null,
  }
}

function readInclude(include: Fields, namespace: string, path: readonly (string | number)[]): HttpProxy['includes'][number] {
  return {
    namespace: include.string('namespace') || namespace,
    name: include.string('name') ?? '',
    condition: conditionOf(include),
    path,
  }
}

function readServices(holder: Fields): readonly ContourService[] {
  return holder.list('services').map((service) => ({
    name: service.string('name') ?? '',
    port: service.port('port'),
    weight: service.integer('weight', 0, Number.MAX_SAFE_INTEGER) ?? 0,
    isMirror: service.boolean('mirror') ?? false,
  }))
}

/** `/api`, `=/exact`, and the headers that must be there. */
function conditionOf(holder: Fields): string {
  return holder
    .list('conditions')
    .map((condition) => {
      const exact = condition.string('exact')
      const header = condition.object('header').string('name')
      return condition.string('prefix') ?? condition.string('regex') ?? (exact ? `=${exact}` : header ? `header ${header}` : '')
    })
    .filter((text) => text !== '')
    .join(' ')
}
