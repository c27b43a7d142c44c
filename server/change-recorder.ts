import { performance } from 'node:perf_hooks'
import { alteredVerdicts } from '@/lib/changes/altered-verdicts'
import { CHANGE_LOG_LIMITS, ChangeLog } from '@/lib/changes/change-log'
import type { AlteredVerdicts, ClusterChange } from '@/lib/changes/cluster-change'
import { findChanges } from '@/lib/changes/find-changes'
import type { Cluster } from '@/lib/model/cluster'
import { isReadIn } from '@/lib/model/is-read'
import type { PolicyEngine } from '@/lib/policy/engine'
import type { Clock } from './clock'
import type { ClusterState } from './cluster-state'

/** Verdicts are compared a little after a change, so that the change itself is shown first and those close by are compared at once. */
const DELAY_MS = 300
/** Comparing may take one part in so many of the time. */
const REST_PER_WORK = 9

const UNALTERED: AlteredVerdicts = { state: 'computed', opened: 0, closed: 0, otherwise: 0, pairs: [] }

/** Writes down what changes from one reading of the cluster to the next, and afterwards what that did to the verdicts. */
export class ChangeRecorder {
  readonly log: ChangeLog
  readonly #clock: Clock
  #pending: { readonly before: PolicyEngine; after: PolicyEngine; readonly revisions: number[] } | null = null
  #restMs = 0
  #isStopped = false

  constructor(clock: Clock, keptMs: number) {
    this.#clock = clock
    this.log = new ChangeLog({ keptMs, ...CHANGE_LOG_LIMITS })
  }

  /** Nothing is known of changes before the first reading. */
  take(before: ClusterState, after: ClusterState): void {
    const found = findChanges(before.cluster, after.cluster).filter(isSeenInBoth(before.cluster, after.cluster))
    if (found.length === 0) return
    const isAltering = mayAlterVerdicts(before.engine, after.engine)
    this.log.add(found, { at: after.readAt, revision: after.revision, verdicts: isAltering ? { state: 'pending' } : UNALTERED })
    if (isAltering) this.#compareLater(before.engine, after)
  }

  stop(): void {
    this.#isStopped = true
    this.#pending = null
  }

  #compareLater(before: PolicyEngine, { engine, revision }: ClusterState): void {
    if (this.#pending !== null) {
      this.#pending.after = engine
      this.#pending.revisions.push(revision)
      return
    }
    this.#pending = { before, after: engine, revisions: [revision] }
    this.#clock.after(DELAY_MS + this.#restMs, () => this.#compare())
  }

  #compare(): void {
    const pending = this.#pending
    this.#pending = null
    if (pending === null || this.#isStopped) return
    const started = performance.now()
    this.log.settle(pending.revisions, compared(pending.before, pending.after))
    this.#restMs = REST_PER_WORK * (performance.now() - started)
  }
}

/** Nobody waits for it who could be told that it failed. */
function compared(before: PolicyEngine, after: PolicyEngine): AlteredVerdicts {
  try {
    return alteredVerdicts(before, after)
  } catch {
    return { state: 'not-computed', reason: 'the comparison failed' }
  }
}

/** False for objects that could be looked at in one of the readings only: they came or went for us, not in the cluster. */
function isSeenInBoth(before: Cluster, after: Cluster): (change: ClusterChange) => boolean {
  if (before.unread === after.unread) return () => true
  const keys = [...new Set([...before.unread.keys(), ...after.unread.keys()])]
  const isAsBefore = (kind: string, namespace: string | null): boolean =>
    keys.every((key) => !key.endsWith(`/${kind}`) || isRead(before, key, namespace) === isRead(after, key, namespace))
  return ({ objectKind, topic, namespace }) =>
    isAsBefore(objectKind, namespace) &&
    (topic !== 'pods' || isAsBefore('Pod', namespace)) &&
    (topic !== 'endpoints' || isAsBefore('EndpointSlice', namespace))
}

function isRead(cluster: Cluster, key: string, namespace: string | null): boolean {
  return namespace === null ? !cluster.unread.has(key) : isReadIn(cluster, namespace, key)
}

function mayAlterVerdicts(before: PolicyEngine, after: PolicyEngine): boolean {
  const [was, is] = [before.compiled, after.compiled]
  const parts = ['policies', 'namespaces', 'serviceAccounts', 'networkObjects', 'settings', 'nodes'] as const
  const isSame = was.classes.byPod === is.classes.byPod && parts.every((part) => was.cluster[part] === is.cluster[part])
  // Rules of Calico may name Services.
  const isByServices =
    is.profile === 'calico' && (was.cluster.services !== is.cluster.services || was.cluster.endpointSlices !== is.cluster.endpointSlices)
  return !isSame || isByServices
}
