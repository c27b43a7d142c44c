import type { EndTerm } from '../end-term'

export type ExpressionWords = { readonly words: string; readonly isOwnNamespace: boolean }

const CALICO_NAMESPACE = 'projectcalico.org/namespace'

/**
 * An expression of Calico or Cilium in words. Both families limit what a namespaced policy says to its own namespace
 * unless it speaks of namespaces; that part is told apart and left out of the words.
 */
export function expressionWords({ text, isNegated }: Extract<EndTerm, { kind: 'expression' }>, namespace: string | null): ExpressionWords {
  if (isNegated) return { words: text.startsWith('not') ? text.replace(/^not(Nets)? /, 'not ') : `not ${text}`, isOwnNamespace: false }
  if (namespace !== null) {
    const home = `${CALICO_NAMESPACE} == "${namespace}"`
    if (text === home) return { words: `every pod of namespace ${namespace}`, isOwnNamespace: true }
    if (text.startsWith(`(${home} && `)) return { words: plainCalico(text.slice(home.length + 5, -1)), isOwnNamespace: true }
    const ending = ` in namespace ${namespace}`
    if (text.endsWith(ending)) {
      const labels = text.slice(0, -ending.length)
      return { words: labels === 'any pod' ? `every pod of namespace ${namespace}` : plainCilium(labels), isOwnNamespace: true }
    }
  }
  return { words: text === 'any pod' ? 'every pod of the cluster' : plainCilium(plainCalico(text)), isOwnNamespace: false }
}

/** Labels that Calico makes up, by what they stand for. */
function plainCalico(text: string): string {
  if (text === 'all()') return 'everything that Calico knows'
  return text
    .replaceAll(`has(${CALICO_NAMESPACE})`, 'in any namespace')
    .replaceAll('pcns.projectcalico.org/name', 'namespace')
    .replaceAll(CALICO_NAMESPACE, 'namespace')
    .replaceAll('pcsa.projectcalico.org/name', 'service account')
    .replaceAll('projectcalico.org/serviceaccount', 'service account')
    .replaceAll('pcns.', 'namespace label ')
    .replaceAll('pcsa.', 'service account label ')
}

/** Labels that Cilium makes up, by what they stand for; where a label comes from is left out. */
function plainCilium(text: string): string {
  return text
    .replaceAll('k8s:', '')
    .replaceAll('any:', '')
    .replaceAll('io.kubernetes.pod.namespace', 'namespace')
    .replaceAll('io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name', 'namespace')
    .replaceAll('io.cilium.k8s.namespace.labels.', 'namespace label ')
    .replaceAll('io.cilium.k8s.policy.serviceaccount', 'service account')
}
