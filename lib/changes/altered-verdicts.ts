import type { Cluster } from '../model/cluster'
import type { PodRef, WorkloadRef } from '../model/names'
import { changedCells } from '../policy/connectivity/changed-cells'
import { allowsMore } from '../policy/diff/compare-connections'
import type { PolicyEngine } from '../policy/engine'
import type { ConnectionSet } from '../policy/types'
import type { AlteredPair, AlteredVerdicts } from './cluster-change'

export type VerdictBounds = {
  /** Kinds of pods that policies tell apart; more take too long to compare. */
  readonly classes: number
  /** The same where everything must be computed anew, as a mesh that limits asks for. */
  readonly classesAnew: number
  /** Pairs of workloads that are looked at. */
  readonly pairs: number
}

export const VERDICT_BOUNDS: VerdictBounds = { classes: 4_000, classesAnew: 600, pairs: 50_000 }

/** Pairs that are shown. */
const MAX_SHOWN = 20

/**
 * Between which workloads the policies allow something else than before. Pods that came or went say nothing by that alone: a
 * workload counts by the pods that were there before and after, and by new pods that look to the policies like none it had.
 */
export function alteredVerdicts(before: PolicyEngine, after: PolicyEngine, bounds: VerdictBounds = VERDICT_BOUNDS): AlteredVerdicts {
  const classes = Math.max(before.compiled.classes.all.length, after.compiled.classes.all.length)
  const limit = areComparedByRows(before, after) ? bounds.classes : bounds.classesAnew
  if (classes > limit)
    return { state: 'not-computed', reason: `the policies tell ${classes} kinds of pods apart; up to ${limit} are compared` }
  const pairs = new AlteredPairs(before.compiled.cluster, after.compiled.cluster, bounds.pairs)
  for (const { src, dst, before: was, after: is } of changedCells(before, after)) pairs.addPods(src, dst, was.conns, is.conns)
  addNewLooks(before, after, pairs)
  if (pairs.isFull) return { state: 'not-computed', reason: `more than ${bounds.pairs} pairs of workloads may have changed` }
  return pairs.summary()
}

/** True when only the rows that changed have to be looked at. */
function areComparedByRows(before: PolicyEngine, after: PolicyEngine): boolean {
  const [was, is] = [before.compiled.evaluation, after.compiled.evaluation]
  return was.sets === is.sets && [was, is].every(({ mesh, hosts }) => !mesh.isLimiting && !hosts?.guardForwarded)
}

class AlteredPairs {
  isFull = false
  private looked = 0
  private readonly pairs = new Map<string, { readonly pair: AlteredPair; more: boolean; less: boolean }>()

  constructor(
    private readonly was: Cluster,
    private readonly is: Cluster,
    private readonly limit: number,
  ) {}

  addPods(src: readonly string[], dst: readonly string[], before: ConnectionSet, after: ConnectionSet): void {
    const sources = this.workloadsOf(src)
    const targets = this.workloadsOf(dst)
    for (const source of sources) for (const target of targets) if (!this.add(source, target, before, after)) return
  }

  /** False when there is no room for more. */
  add(source: WorkloadRef, destination: WorkloadRef, before: ConnectionSet, after: ConnectionSet): boolean {
    if (source === destination) return true
    if (this.looked++ >= this.limit) {
      this.isFull = true
      return false
    }
    const [more, less] = [allowsMore(before, after), allowsMore(after, before)]
    if (!more && !less) return true
    const key = `${source} ${destination}`
    const known = this.pairs.get(key)
    if (known === undefined) this.pairs.set(key, { pair: { source, destination, before, after }, more, less })
    else {
      known.more ||= more
      known.less ||= less
    }
    return true
  }

  summary(): AlteredVerdicts {
    const all = [...this.pairs.values()]
    return {
      state: 'computed',
      opened: all.filter(({ more, less }) => more && !less).length,
      closed: all.filter(({ more, less }) => less && !more).length,
      otherwise: all.filter(({ more, less }) => more && less).length,
      pairs: all.slice(0, MAX_SHOWN).map(({ pair }) => pair),
    }
  }

  /** Of the pods that were there before and after. */
  private workloadsOf(pods: readonly string[]): ReadonlySet<WorkloadRef> {
    const workloads = new Set<WorkloadRef>()
    for (const name of pods) {
      const [old, now] = [this.was.pods.get(name as PodRef), this.is.pods.get(name as PodRef)]
      if (old !== undefined && now !== undefined && old.workload === now.workload) workloads.add(now.workload)
    }
    return workloads
  }
}

/** Pods of a roll-out replace others: what the new ones may do is compared with what those before them could. */
function addNewLooks(before: PolicyEngine, after: PolicyEngine, pairs: AlteredPairs): void {
  const [was, is] = [before.compiled, after.compiled]
  if (was.evaluation.sets !== is.evaluation.sets) return
  const looks = new Map<string, { readonly workload: WorkloadRef; readonly old: PodRef; readonly now: PodRef }>()
  for (const pod of is.cluster.pods.values()) {
    const look = is.classes.byPod.get(pod.ref)
    const siblings = was.cluster.workloads.get(pod.workload)?.pods ?? []
    if (look === undefined || was.cluster.pods.has(pod.ref)) continue
    const old = siblings.find((ref) => was.classes.byPod.has(ref))
    if (old === undefined || siblings.some((ref) => was.classes.byPod.get(ref)?.id === look.id)) continue
    looks.set(`${pod.workload} ${look.id}`, { workload: pod.workload, old, now: pod.ref })
  }
  if (looks.size === 0) return
  const [then, now] = [before.connectivity('pod', { external: false }), after.connectivity('pod', { external: false })]
  for (const look of looks.values()) {
    for (const other of is.cluster.workloads.values()) {
      const witness = other.pods.find((ref) => was.classes.byPod.has(ref) && is.classes.byPod.has(ref))
      if (witness === undefined || other.ref === look.workload) continue
      const isRoom =
        pairs.add(look.workload, other.ref, then.between(look.old, witness), now.between(look.now, witness)) &&
        pairs.add(other.ref, look.workload, then.between(witness, look.old), now.between(witness, look.now))
      if (!isRoom) return
    }
  }
}
