import type { Cluster, Ingress } from '../cluster'
import { resolveIngressClass } from '../resolve-ingress-class'
import { controllerHabit } from './ingress-controllers'
import { isMerged } from './intended-ingresses'

/** Others that claim one rule, and who gets it. */
export type Contest = {
  readonly others: readonly Ingress[]
  /** null where nobody defines it. */
  readonly winner: Ingress | null
  /** Beginning of the sentence that names the winner. */
  readonly rule: string
}

export type IngressClaims = {
  /** Who else claims a rule; null when nobody does, or all are meant to. */
  contested(ingress: Ingress, rule: Ingress['rules'][number]): Contest | null
}

/** Ingresses by class, host, path and path type: two at one key is a conflict where one controller serves both together. */
export function ruleClaims(cluster: Cluster): IngressClaims {
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
  return {
    contested(ingress, rule) {
      if (isMerged(ingress)) return null
      const claimants = claims.get(claimKey(cluster, ingress, rule)) ?? []
      const others = claimants.filter((other) => other !== ingress)
      const habit = controllerHabit(cluster, ingress)
      if (others.length === 0 || habit.conflict === 'apart') return null
      const winner = habit.conflict === 'oldest' ? oldest(claimants) : null
      return { others, winner, rule: `${habit.name} keeps the oldest, which is` }
    },
  }
}

function claimKey(cluster: Cluster, ingress: Ingress, rule: Ingress['rules'][number]): string {
  const resolved = resolveIngressClass(cluster, ingress)
  return JSON.stringify([resolved.kind === 'none' ? null : resolved.name, rule.host, rule.path, rule.pathType])
}

/** By creation, then by name; null when a creation time is not known, as in a manifest that was never applied. */
function oldest(ingresses: readonly Ingress[]): Ingress | null {
  if (ingresses.some(({ meta }) => meta.createdAt === null)) return null
  const [first] = [...ingresses].sort(
    (a, b) => (a.meta.createdAt ?? 0) - (b.meta.createdAt ?? 0) || (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1),
  )
  return first ?? null
}
