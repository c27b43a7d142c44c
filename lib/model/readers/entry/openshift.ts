import type { OpenShiftRoute } from '../../entry/openshift-objects'
import type { Fields } from '../../fields'
import type { ObjectMeta } from '../../object'
import { readCondition } from '../conditions'
import { canonicalDnsName } from '../service'
import { baseOf } from './entry-base'

const TERMINATIONS = ['edge', 'passthrough', 'reencrypt'] as const

export function readOpenShiftRoute(document: Fields, meta: ObjectMeta): OpenShiftRoute {
  const spec = document.object('spec')
  const tls = spec.object('tls')
  const host = spec.string('host')
  return {
    ...baseOf('OpenShiftRoute', meta),
    host: host ? canonicalDnsName(host) : null,
    path: spec.string('path') || null,
    isWildcard: spec.string('wildcardPolicy') === 'Subdomain',
    backends: [
      ...(spec.has('to') ? [readBackend(spec.object('to'), ['spec', 'to'])] : []),
      ...spec.list('alternateBackends').map((backend, index) => readBackend(backend, ['spec', 'alternateBackends', index])),
    ],
    targetPort: spec.object('port').portOrName('targetPort') || null,
    termination: spec.has('tls') ? tls.oneOf('termination', TERMINATIONS, 'edge') : null,
    insecurePolicy: tls.string('insecureEdgeTerminationPolicy') || null,
    status: document
      .object('status')
      .list('ingress')
      .map((entry) => ({
        router: entry.string('routerName') ?? '',
        host: entry.string('host') || null,
        canonicalHost: entry.string('routerCanonicalHostname') || null,
        admitted: readCondition(entry.list('conditions'), 'Admitted', null),
      })),
  }
}

function readBackend(backend: Fields, path: readonly (string | number)[]): OpenShiftRoute['backends'][number] {
  return {
    kind: backend.string('kind') || 'Service',
    name: backend.string('name') ?? '',
    weight: backend.integer('weight', 0, 256) ?? 100,
    path,
  }
}
