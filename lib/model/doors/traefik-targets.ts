import type { Cluster } from '../cluster'
import type { DoorProblem, DoorRule } from '../door'
import type { NamedRef } from '../entry/entry-base'
import { entryIndex } from '../entry/entry-index'
import type { IngressRoute, Middleware, TraefikBackend, TraefikService } from '../entry/traefik-objects'
import { isReadIn } from '../is-read'
import { serviceRef } from '../names'
import { resolveServiceBackend } from '../service-backend'
import { addServiceTarget } from './add-service-target'
import type { DoorDraft, Place } from './door-draft'
import { traefikAllowsCrossNamespace } from './traefik-settings'

/** TraefikServices in a row that are followed; real ones are two or three deep. */
const MAX_DEPTH = 20

/** Follows what an IngressRoute names, through TraefikServices that may lead back to themselves. */
export class TraefikTargets {
  readonly #cluster: Cluster
  readonly #route: IngressRoute
  readonly #draft: DoorDraft
  /** Middlewares that were looked at: several routes and chains name the same ones. */
  readonly #checked = new Set<string>()

  constructor(cluster: Cluster, route: IngressRoute, draft: DoorDraft) {
    this.#cluster = cluster
    this.#route = route
    this.#draft = draft
  }

  follow(backend: TraefikBackend, rule: DoorRule, at: Place, through: readonly TraefikService[] = []): void {
    if (!this.#draft.follows()) return
    const place: Place = { ...at, value: `${backend.namespace}/${backend.name}` }
    const holder = through.at(-1) ?? this.#route
    if (backend.kind === 'Service') {
      const isReachable = this.#mayLeave(holder.namespace, backend, place)
      const service = serviceRef(backend.namespace, backend.name)
      const { port, problems } = resolveServiceBackend(this.#cluster, service, backend.port, place)
      for (const problem of problems) this.#draft.add(problem)
      const works = rule.works && isReachable && problems.length === 0 && rule.weight > 0
      addServiceTarget(this.#cluster, this.#draft, { ...rule, note: noteOf(rule, through), works }, service, port?.port ?? portOf(backend))
      return
    }
    // `NAME@PROVIDER` is of Traefik itself or of another configuration that no object of the cluster shows.
    if (backend.name.includes('@')) {
      this.#draft.target({ ...rule, note: noteOf(rule, through), kind: 'answer', text: backend.name })
      return
    }
    this.#followTraefikService(backend, rule, place, holder.namespace, through)
  }

  #followTraefikService(backend: TraefikBackend, rule: DoorRule, at: Place, from: string, through: readonly TraefikService[]): void {
    const title = `TraefikService ${backend.namespace}/${backend.name}`
    const isReachable = this.#mayLeave(from, backend, at)
    const found = entryIndex(this.#cluster).get('TraefikService', backend.namespace, backend.name)
    if (found === null) {
      if (isReadIn(this.#cluster, backend.namespace, 'traefik.io/TraefikService')) this.missing(title, at, 'error')
      this.#dead(backend, rule, through)
      return
    }
    if (through.includes(found) || through.length >= MAX_DEPTH) {
      const names = [...through.slice(through.indexOf(found)), found].map(({ namespace, name }) => `${namespace}/${name}`)
      this.#draft.problem('loop', 'error', `TraefikServices lead back to themselves: ${names.join(' → ')}`, at)
      this.#dead(backend, rule, through)
      return
    }
    for (const part of found.parts) {
      const isPlain = found.form === 'weighted' || found.form === 'highestRandomWeight'
      const weight = isPlain ? part.backend.weight : (part.percent ?? rule.weight)
      const next: DoorRule = {
        ...rule,
        weight,
        role: part.role === 'backend' ? rule.role : part.role,
        works: rule.works && isReachable && rule.weight > 0,
      }
      this.follow(part.backend, next, { meta: found.meta, path: part.path, value: null }, [...through, found])
    }
  }

  /** Looks whether a middleware is there, and all that it is a chain of. */
  checkMiddleware(kind: Middleware['kind'], first: NamedRef, at: Place): void {
    const waiting = [{ ref: first, at }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const found = this.#checkOneMiddleware(kind, next.ref, next.at)
      if (found === null) continue
      const below: Place = { meta: found.meta, path: ['spec', 'chain', 'middlewares'], value: null }
      for (const ref of found.middlewares) waiting.push({ ref, at: below })
    }
  }

  /** The middleware; null when it is not there, not Traefik's own, or was looked at before. */
  #checkOneMiddleware(kind: Middleware['kind'], ref: NamedRef, at: Place): Middleware | null {
    const place = `${ref.namespace}/${ref.name}`
    const title = `${kind} ${place}`
    if (ref.name.includes('@') || this.#checked.has(title)) return null
    this.#checked.add(title)
    const found = entryIndex(this.#cluster).get(kind, ref.namespace, ref.name)
    if (found === null) {
      if (isReadIn(this.#cluster, ref.namespace, `traefik.io/${kind}`)) this.missing(title, { ...at, value: place }, 'error')
      return null
    }
    this.#mayLeave(this.#route.namespace, { kind: 'Service', ...ref, port: null, weight: 1, spread: null }, { ...at, value: place }, title)
    if (found.errorService !== null && found.errorService.kind === 'Service') {
      const { namespace, name, port } = found.errorService
      const errorPlace: Place = { meta: found.meta, path: ['spec', 'errors', 'service'], value: `${namespace}/${name}` }
      const { problems } = resolveServiceBackend(this.#cluster, serviceRef(namespace, name), port, errorPlace)
      for (const problem of problems) if (problem.code !== 'no-ready-endpoints') this.#draft.add(problem)
    }
    return found
  }

  missing(title: string, at: Place, severity: DoorProblem['severity']): void {
    this.#draft.problem('part-missing', severity, `${title} does not exist`, at)
  }

  /** Another namespace is out of reach unless Traefik was told to allow it; where its settings are not seen, nobody can tell. */
  #mayLeave(from: string, { namespace, name }: TraefikBackend, at: Place, title = `${namespace}/${name}`): boolean {
    if (namespace === from) return true
    const allowed = traefikAllowsCrossNamespace(this.#cluster)
    if (allowed === 'yes') return true
    const message =
      allowed === 'no'
        ? `${title} is in another namespace, and Traefik runs without allowCrossNamespace`
        : `${title} is in another namespace: Traefik follows it only with allowCrossNamespace, and its settings are not seen here`
    this.#draft.problem('cross-namespace', allowed === 'no' ? 'error' : 'info', message, at)
    return allowed !== 'no'
  }

  #dead(backend: TraefikBackend, rule: DoorRule, through: readonly TraefikService[]): void {
    const note = noteOf(rule, through)
    this.#draft.target({
      ...rule,
      note,
      kind: 'other',
      apiGroup: 'traefik.io',
      resourceKind: 'TraefikService',
      name: backend.name,
      works: false,
    })
  }
}

function noteOf({ note }: DoorRule, through: readonly TraefikService[]): string {
  if (through.length === 0) return note
  const path = `through ${through.map(({ form, name }) => `${name} (${FORM_WORDS[form]})`).join(' → ')}`
  return note === '' ? path : `${note}, ${path}`
}

const FORM_WORDS = { weighted: 'weighted', mirroring: 'mirroring', failover: 'failover', highestRandomWeight: 'by client' } as const

function portOf({ port }: TraefikBackend): number | null {
  return typeof port === 'number' ? port : null
}
