import type { Cluster, Ingress } from '../cluster'
import { resolveIngressClass } from '../resolve-ingress-class'
import type { DoorDraft, Place } from './door-draft'
import { habitOfController, isClassWithoutObject } from './ingress-controllers'

/** The class of an Ingress, and why nobody may serve it. */
export function checkIngressClass(cluster: Cluster, ingress: Ingress, draft: DoorDraft): string | null {
  const resolved = resolveIngressClass(cluster, ingress)
  const at: Place = { meta: ingress.meta, path: ['spec', 'ingressClassName'], value: ingress.className }
  const isUnread = cluster.unread.has('networking.k8s.io/IngressClass')
  switch (resolved.kind) {
    case 'found': {
      const defaults = [...cluster.ingressClasses.values()].filter((candidate) => candidate.isDefault)
      if (resolved.isDefault && defaults.length > 1) {
        const message = `names no class, and ${defaults.length} classes are the default; ${resolved.name} is the newest`
        draft.problem('class-ambiguous', 'warning', message, at)
      }
      return resolved.name
    }
    case 'unknown':
      // The old annotation holds a word of the controller's own: an IngressClass of that name need not exist.
      if (!isUnread && !(ingress.isClassAnnotated || isClassWithoutObject(resolved.name))) {
        draft.problem('class-missing', 'error', `IngressClass ${resolved.name} does not exist`, at)
      }
      return resolved.name
    case 'none':
      if (!isUnread && !servesClassless(cluster)) {
        const isKnown = cluster.ingressClasses.size > 0
        draft.problem('class-missing', isKnown ? 'error' : 'warning', 'names no class, and no class is the default', at)
      }
      return null
  }
}

/** Some controllers take up what names no class. */
function servesClassless(cluster: Cluster): boolean {
  return [...cluster.ingressClasses.values()].some(({ controller }) => habitOfController(controller)?.servesClassless === true)
}
