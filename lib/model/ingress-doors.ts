import type { Cluster, Ingress, IngressBackend } from './cluster'
import type { Door, DoorProblem, DoorTarget } from './door'
import { ingressHostCovers, isValidHost } from './host-names'
import { resolveIngressClass } from './resolve-ingress-class'
import { isSecretMissing } from './secret-presence'
import { resolveServiceBackend } from './service-backend'

/** Annotations that merge several Ingresses into one on purpose. */
const MERGING_ANNOTATIONS = ['nginx.org/mergeable-ingress-type', 'alb.ingress.kubernetes.io/group.name'] as const

const CANARY = 'nginx.ingress.kubernetes.io/canary'

/** Annotations that change where traffic goes or who gets in, shown by the name behind the slash. */
const FACT_ANNOTATIONS = [
  CANARY,
  ...['weight', 'by-header', 'by-header-value', 'by-cookie'].map((suffix) => `${CANARY}-${suffix}`),
  ...['service-upstream', 'ssl-passthrough', 'backend-protocol', 'affinity', 'upstream-hash-by', 'auth-url', 'whitelist-source-range'].map(
    (name) => `nginx.ingress.kubernetes.io/${name}`,
  ),
  ...MERGING_ANNOTATIONS,
  'alb.ingress.kubernetes.io/scheme',
]

/** Classes that a controller serves without an IngressClass object. */
const CLASSES_WITHOUT_OBJECT: ReadonlySet<string> = new Set(['gce', 'gce-internal'])

/** One door per Ingress. The backend of an Ingress is always in its own namespace. */
export function ingressDoors(cluster: Cluster): readonly Door[] {
  const claims = ruleClaims(cluster)
  return cluster.ingresses.map((ingress) => ingressDoor(cluster, ingress, claims))
}

function ingressDoor(cluster: Cluster, ingress: Ingress, claims: ReadonlyMap<string, readonly Ingress[]>): Door {
  const problems: DoorProblem[] = []
  const add = (problem: DoorProblem): void => {
    if (!problems.some((known) => known.message === problem.message)) problems.push(problem)
  }
  const ingressClass = classOf(cluster, ingress, add)

  const targets: DoorTarget[] = []
  const addTarget = (backend: IngressBackend, host: string | null, path: string | null): void => {
    const tls = hasTls(ingress, host)
    if (backend.kind === 'resource') {
      targets.push({ kind: 'other', apiGroup: backend.apiGroup, resourceKind: backend.resourceKind, name: backend.name, host, path })
      return
    }
    const { port, problems: found } = resolveServiceBackend(cluster, backend.service, backend.port)
    found.forEach(add)
    targets.push({
      kind: 'service',
      service: backend.service,
      port: port?.port ?? null,
      host,
      path,
      tls,
      route: null,
      weight: 1,
      works: found.length === 0,
    })
  }
  for (const rule of ingress.rules) {
    addTarget(rule.backend, rule.host, rule.path)
    if (rule.host !== null && !isValidHost(rule.host)) {
      add(error('host-invalid', `"${rule.host}" is no host name; the API server refuses this Ingress`))
    }
    const others = (claims.get(claimKey(cluster, ingress, rule)) ?? []).filter((other) => other !== ingress)
    if (others.length > 0 && !isMerged(ingress)) {
      const names = others.map((other) => `${other.namespace}/${other.name}`).join(', ')
      add(warning('rule-conflict', `${rule.host ?? '*'}${rule.path} is also claimed by ${names}`))
    }
  }
  if (ingress.defaultBackend !== null) addTarget(ingress.defaultBackend, null, null)

  for (const { secretName } of ingress.tls) {
    if (secretName === null || isIssued(ingress) || !isSecretMissing(cluster, `${ingress.namespace}/${secretName}`)) continue
    add(warning('secret-missing', `TLS secret ${ingress.namespace}/${secretName} is not there`))
  }
  const isTls = ingress.tls.length > 0
  return {
    id: `Ingress:${ingress.namespace}/${ingress.name}`,
    kind: 'Ingress',
    namespace: ingress.namespace,
    name: ingress.name,
    className: ingressClass,
    addresses: ingress.addresses,
    ports: [
      { port: 80, protocol: 'TCP', tls: false, name: 'http' },
      ...(isTls ? [{ port: 443, protocol: 'TCP' as const, tls: true, name: 'https' }] : []),
    ],
    hosts: [...new Set(ingress.rules.flatMap((rule) => rule.host ?? []))],
    targets,
    facts: FACT_ANNOTATIONS.flatMap((annotation) => {
      const value = ingress.meta.annotations.get(annotation)
      return value === undefined ? [] : [{ name: annotation.slice(annotation.indexOf('/') + 1), value }]
    }),
    problems,
  }
}

function classOf(cluster: Cluster, ingress: Ingress, add: (problem: DoorProblem) => void): string | null {
  const resolved = resolveIngressClass(cluster, ingress)
  switch (resolved.kind) {
    case 'found': {
      const defaults = [...cluster.ingressClasses.values()].filter((candidate) => candidate.isDefault)
      if (resolved.isDefault && defaults.length > 1) {
        add(warning('class-ambiguous', `names no class, and ${defaults.length} classes are the default; ${resolved.name} is the newest`))
      }
      return resolved.name
    }
    case 'unknown':
      if (!CLASSES_WITHOUT_OBJECT.has(resolved.name)) add(warning('class-missing', `IngressClass ${resolved.name} does not exist`))
      return resolved.name
    case 'none':
      add(warning('class-missing', 'names no class, and no class is the default'))
      return null
  }
}

/** Ingresses by class, host, path and path type: two at one key is a conflict. */
function ruleClaims(cluster: Cluster): ReadonlyMap<string, readonly Ingress[]> {
  const claims = new Map<string, Ingress[]>()
  for (const ingress of cluster.ingresses) {
    if (isMerged(ingress)) continue
    for (const rule of ingress.rules) {
      const key = claimKey(cluster, ingress, rule)
      const known = claims.get(key)
      if (known === undefined) claims.set(key, [ingress])
      else if (!known.includes(ingress)) known.push(ingress)
    }
  }
  return claims
}

function claimKey(cluster: Cluster, ingress: Ingress, rule: Ingress['rules'][number]): string {
  const resolved = resolveIngressClass(cluster, ingress)
  return JSON.stringify([resolved.kind === 'none' ? null : resolved.name, rule.host, rule.path, rule.pathType])
}

function isMerged(ingress: Ingress): boolean {
  const { annotations } = ingress.meta
  return annotations.get(CANARY) === 'true' || MERGING_ANNOTATIONS.some((name) => annotations.has(name))
}

/** Certificates that cert-manager makes are often not there yet, and are no mistake. */
function isIssued(ingress: Ingress): boolean {
  return [...ingress.meta.annotations.keys()].some((name) => name.startsWith('cert-manager.io/') || name === 'kubernetes.io/tls-acme')
}

function hasTls(ingress: Ingress, host: string | null): boolean {
  return ingress.tls.some(({ hosts }) => hosts.length === 0 || (host !== null && hosts.some((pattern) => ingressHostCovers(pattern, host))))
}

function error(code: DoorProblem['code'], message: string): DoorProblem {
  return { code, severity: 'error', message, predicted: false }
}

function warning(code: DoorProblem['code'], message: string): DoorProblem {
  return { code, severity: 'warning', message, predicted: false }
}
