import type { InputProblem } from '@/lib/model/problem'
import type { WatchedKind } from '@/lib/model/watched-kind'

const DECIDING_KINDS: ReadonlySet<string> = new Set(['Namespace', 'Pod', 'Service', 'EndpointSlice', 'NetworkPolicy'])
const DECIDING_GROUPS: ReadonlySet<string> = new Set([
  'policy.networking.k8s.io',
  'crd.projectcalico.org',
  'projectcalico.org',
  'cilium.io',
  'crd.antrea.io',
  'security.istio.io',
  'policy.linkerd.io',
])

/** Whether nobody can say what reaches what without the objects of a kind. */
export function isDeciding({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return DECIDING_KINDS.has(kind) || DECIDING_GROUPS.has(group)
}

/** What of a cluster could not be read, a line each, with the verb and the resource that would have to be allowed. */
export function liveProblems(kinds: readonly WatchedKind[]): readonly InputProblem[] {
  const problems = new Map<string, InputProblem>()
  for (const kind of kinds) {
    const message = messageOf(kind)
    if (message === null) continue
    const severity = isDeciding(kind) || kind.state.kind === 'stale' ? 'error' : 'warning'
    // A server that is not there is one problem, not one for each kind.
    if (!problems.has(message)) problems.set(message, { file: 'live', line: null, column: null, severity, message })
  }
  return [...problems.values()]
}

function messageOf({ resource, group, state, scope }: WatchedKind): string | null {
  const name = group === '' ? resource : `${resource}.${group}`
  switch (state.kind) {
    case 'stale':
      return state.reason
    case 'syncing':
      return `${name} could not be read in time`
    case 'not-permitted':
      return `not permitted to ${state.verb} ${name} ${state.namespace === null ? 'in the whole cluster' : `in ${state.namespace}`}`
    case 'live':
      return scope.kind === 'namespaces'
        ? `not permitted to list ${name} in the whole cluster; read in ${scope.names.join(', ')} only`
        : null
    case 'absent':
      return null
  }
}
