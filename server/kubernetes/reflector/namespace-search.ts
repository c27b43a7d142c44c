import type { ApiConnection } from '../connection/api-connection'
import { type NamespaceRules, permitsWatching, reviewNamespace } from './permitted-namespaces'
import type { ReflectorClock } from './reflector-clock'
import type { ServedResource } from './served-resources'

/** Each is a watch of its own for every kind that may not be read as a whole. */
const MAX_NAMESPACES = 25
const MAX_ASKED_NAMESPACES = 100
/** Rights in a namespace are asked for again after this time. */
const RULES_MS = 60_000

/** Finds namespaces in which something may be read that may not be read in the whole cluster. */
export class NamespaceSearch {
  readonly #connection: ApiConnection
  readonly #clock: ReflectorClock
  readonly #signal: AbortSignal
  readonly #rules = new Map<string, { readonly at: number; readonly rules: Promise<NamespaceRules> }>()

  constructor(connection: ApiConnection, clock: ReflectorClock, signal: AbortSignal) {
    this.#connection = connection
    this.#clock = clock
    this.#signal = signal
  }

  /** Those of the namespaces in which the resource may be watched, the first ones. */
  async find(namespaces: Iterable<string>, { group, resource }: ServedResource): Promise<readonly string[]> {
    const names = [...new Set(namespaces)].slice(0, MAX_ASKED_NAMESPACES)
    const permitted = await Promise.all(names.map(async (name) => permitsWatching(await this.#rulesOf(name), group, resource)))
    return names.filter((_, index) => permitted[index]).slice(0, MAX_NAMESPACES)
  }

  /** One question for all kinds. */
  #rulesOf(namespace: string): Promise<NamespaceRules> {
    const now = this.#clock.now()
    const known = this.#rules.get(namespace)
    if (known !== undefined && now - known.at < RULES_MS) return known.rules
    const rules = reviewNamespace(this.#connection, namespace, this.#signal)
    this.#rules.set(namespace, { at: now, rules })
    return rules
  }
}
