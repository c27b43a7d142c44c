import type { Cluster, Ingress, IngressBackend } from './cluster'
import { type Door, type DoorStanding, PREDICTED } from './door'
import { addServiceTarget } from './doors/add-service-target'
import { DoorDraft, type Place } from './doors/door-draft'
import { type IngressClaims, ruleClaims } from './doors/ingress-claims'
import { checkIngressClass } from './doors/ingress-class-problems'
import { type ControllerHabit, controllerHabit } from './doors/ingress-controllers'
import { hasOwnTls, type IngressTls, ingressTls } from './doors/ingress-tls'
import { isCanary, MERGING_ANNOTATIONS } from './doors/intended-ingresses'
import { ingressHostCovers, isValidHost } from './host-names'
import { isSecretMissing, wrongSecretType } from './secret-presence'
import { resolveServiceBackend } from './service-backend'

const NGINX = 'nginx.ingress.kubernetes.io'

/** Annotations that change where traffic goes or who gets in, shown by the name behind the slash. */
const FACT_ANNOTATIONS = [
  ...['canary', 'canary-weight', 'canary-by-header', 'canary-by-header-value', 'canary-by-cookie'].map((name) => `${NGINX}/${name}`),
  ...['service-upstream', 'ssl-passthrough', 'backend-protocol', 'affinity', 'upstream-hash-by', 'auth-url', 'whitelist-source-range'].map(
    (name) => `${NGINX}/${name}`,
  ),
  ...MERGING_ANNOTATIONS,
  'alb.ingress.kubernetes.io/scheme',
]

/** One door per Ingress. The backend of an Ingress is always in its own namespace. */
export function ingressDoors(cluster: Cluster): readonly Door[] {
  const [claims, tls] = [ruleClaims(cluster), ingressTls(cluster)]
  return cluster.ingresses.map((ingress) => ingressDoor(cluster, ingress, claims, tls))
}

function ingressDoor(cluster: Cluster, ingress: Ingress, claims: IngressClaims, tls: IngressTls): Door {
  const { meta } = ingress
  const draft = new DoorDraft()
  const className = checkIngressClass(cluster, ingress, draft)
  const habit = controllerHabit(cluster, ingress)

  const addTarget = (backend: IngressBackend, host: string | null, path: string | null, at: Ingress['rules'][number]['at']): void => {
    const rule = {
      host,
      path,
      tls: tls.covers(ingress, host),
      route: null,
      weight: canaryWeight(ingress),
      role: isCanary(ingress) ? ('canary' as const) : ('backend' as const),
      note: canaryNote(ingress),
    }
    if (backend.kind === 'resource') {
      draft.target({
        ...rule,
        kind: 'other',
        apiGroup: backend.apiGroup,
        resourceKind: backend.resourceKind,
        name: backend.name,
        works: true,
      })
      return
    }
    if (isAnnotationAction(ingress, backend.port)) {
      draft.target({ ...rule, kind: 'answer', text: 'an action of the load balancer', works: true })
      return
    }
    const place: Place = { meta, path: at, value: backend.service.slice('svc:'.length) }
    const { port, problems } = resolveServiceBackend(cluster, backend.service, backend.port, place)
    for (const problem of problems) draft.add(problem)
    addServiceTarget(cluster, draft, { ...rule, works: problems.length === 0 }, backend.service, port?.port ?? null)
  }
  for (const rule of ingress.rules) {
    addTarget(rule.backend, rule.host, rule.pathType === 'Exact' ? `=${rule.path}` : rule.path, [...rule.at, 'backend'])
    checkRule(ingress, rule, habit, claims, draft)
  }
  if (ingress.defaultBackend !== null) addTarget(ingress.defaultBackend, null, null, ['spec', 'defaultBackend'])
  checkTls(cluster, ingress, draft)
  if (ingress.addresses.length === 0 && meta.uid !== null && habit.writesAddress) {
    const message = `Ingress ${ingress.namespace}/${ingress.name} has no address: no controller has taken it up`
    draft.problem('address-pending', 'warning', message, { meta, path: ['status', 'loadBalancer'], value: null }, false)
  }

  return draft.finish({
    id: `Ingress:${ingress.namespace}/${ingress.name}`,
    kind: 'Ingress',
    namespace: ingress.namespace,
    name: ingress.name,
    meta,
    className,
    addresses: ingress.addresses,
    ports: [
      { port: 80, protocol: 'TCP', tls: false, name: 'http' },
      ...(tls.has(ingress) ? [{ port: 443, protocol: 'TCP' as const, tls: true, name: 'https' }] : []),
    ],
    hosts: [...new Set(ingress.rules.flatMap((rule) => rule.host ?? []))],
    facts: FACT_ANNOTATIONS.flatMap((annotation) => {
      const value = meta.annotations.get(annotation)
      return value === undefined ? [] : [{ name: annotation.slice(annotation.indexOf('/') + 1), value }]
    }),
    standing: standingOf(ingress),
  })
}

function standingOf({ addresses }: Ingress): DoorStanding {
  return addresses.length === 0 ? PREDICTED : { by: 'status', isOpen: true, text: 'a controller has given it an address' }
}

function checkRule(
  ingress: Ingress,
  rule: Ingress['rules'][number],
  habit: ControllerHabit,
  claims: IngressClaims,
  draft: DoorDraft,
): void {
  const { meta } = ingress
  const place = (key: string, value: string | null): Place => ({ meta, path: [...rule.at, key], value })
  if (rule.host !== null && !isValidHost(rule.host)) {
    const message = `"${rule.host}" is no host name; the API server refuses this Ingress`
    draft.problem('host-invalid', 'error', message, { meta, path: rule.at.slice(0, 3), value: rule.host }, false)
  }
  if (rule.pathType === 'ImplementationSpecific' && rule.path.endsWith('/*') && !habit.understandsStar) {
    const message = `the path ${rule.path} means something else to each controller; most take the star for a plain character`
    draft.problem('path-ineffective', 'warning', message, place('path', rule.path))
  }
  const claim = claims.contested(ingress, rule)
  if (claim === null) return
  const names = claim.others.map((other) => `${other.namespace}/${other.name}`).join(', ')
  const winner =
    claim.winner === null
      ? 'which one wins is not defined'
      : claim.winner === ingress
        ? `${claim.rule} this one`
        : `${claim.rule} ${claim.winner.namespace}/${claim.winner.name}`
  draft.problem(
    'rule-conflict',
    'warning',
    `${rule.host ?? '*'}${rule.path} is also claimed by ${names}; ${winner}`,
    place('path', rule.path),
  )
}

function checkTls(cluster: Cluster, ingress: Ingress, draft: DoorDraft): void {
  const { meta } = ingress
  ingress.tls.forEach(({ hosts, secretName }, index) => {
    const secret = secretName === null ? null : `${ingress.namespace}/${secretName}`
    const at: Place = { meta, path: ['spec', 'tls', index, 'secretName'], value: secretName }
    if (secret !== null && !isIssued(ingress) && isSecretMissing(cluster, secret)) {
      draft.problem('secret-missing', 'error', `TLS secret ${secret} is not there`, at)
    }
    const type = secret === null ? null : wrongSecretType(cluster, secret)
    if (type !== null) draft.problem('secret-wrong-type', 'error', `secret ${secret} is of type ${type}, which holds no certificate`, at)
    for (const host of hosts) {
      const isUsed = ingress.rules.some((rule) => rule.host === null || rule.host === host || ingressHostCovers(host, rule.host))
      if (isUsed || ingress.rules.length === 0) continue
      const message = `TLS is set up for ${host}, which no rule is about`
      draft.problem('tls-mismatch', 'warning', message, { meta, path: ['spec', 'tls', index, 'hosts'], value: host })
    }
  })
  if (!ingress.tls.some(({ hosts }) => hosts.length > 0)) return
  for (const rule of ingress.rules) {
    if (rule.host === null || hasOwnTls(ingress, rule.host)) continue
    const at: Place = { meta, path: rule.at.slice(0, 3), value: rule.host }
    draft.problem('tls-mismatch', 'warning', `${rule.host} has a rule and no TLS, other hosts of the Ingress have it`, at)
  }
}

/** A `use-annotation` port names an annotation of the AWS load balancer instead of a Service. */
function isAnnotationAction(ingress: Ingress, port: number | string | null): boolean {
  return port === 'use-annotation' && [...ingress.meta.annotations.keys()].some((name) => name.startsWith('alb.ingress.kubernetes.io/'))
}

/** Share of the requests that a canary takes from its Ingress, in percent; 1 for every other Ingress. */
function canaryWeight(ingress: Ingress): number {
  if (!isCanary(ingress)) return 1
  const number = (name: string): number | null => {
    const value = Number(ingress.meta.annotations.get(`${NGINX}/${name}`))
    return Number.isFinite(value) ? value : null
  }
  const percent = (100 * (number('canary-weight') ?? 0)) / (number('canary-weight-total') || 100)
  // Requests with its header or cookie it takes all, whatever its share of the others.
  return percent === 0 && canarySigns(ingress).length > 0 ? 100 : percent
}

function canaryNote(ingress: Ingress): string {
  const signs = isCanary(ingress) ? canarySigns(ingress) : []
  return signs.length === 0 ? '' : `for ${signs.join(', ')}`
}

/** Header and cookie that send a request to a canary. */
function canarySigns({ meta }: Ingress): readonly string[] {
  return ['by-header', 'by-cookie'].flatMap((name) => meta.annotations.get(`${NGINX}/canary-${name}`) ?? [])
}

/** Certificates that cert-manager makes are often not there yet, and are no mistake. */
function isIssued(ingress: Ingress): boolean {
  return [...ingress.meta.annotations.keys()].some((name) => name.startsWith('cert-manager.io/') || name === 'kubernetes.io/tls-acme')
}
