import { asSelection } from '@/components/live/selection'
import type { Finding } from '@/lib/detect/finding'
import { freshView } from '../live/fresh-view'
import type { ViewState } from '../live/url-state'

/** A page that shows an object. */
export type Place = { readonly path: '/map' | '/policies'; readonly view: ViewState; readonly words: string }

/** Where the object of a finding can be looked at; empty when no page shows it. */
export function placesOf({ id, object }: Pick<Finding, 'id' | 'object'>, view: ViewState): readonly Place[] {
  const fresh = freshView(view)
  const { kind, namespace, name, ref } = object
  const inside = namespace === null ? {} : { level: 'workload' as const, namespaces: [namespace] }
  if (kind === 'Namespace')
    return [{ path: '/map', view: { ...fresh, level: 'workload', namespaces: [name] }, words: 'Its workloads on the map' }]
  if (ref.endsWith(']') || ref.startsWith('svc:'))
    return [{ path: '/map', view: { ...fresh, ...inside, selection: asSelection(ref, view) }, words: 'Show on the map' }]
  // Findings about policies are those of their own family, and DS-04.
  if (id.startsWith('NP-') || id === 'DS-04')
    return kind === 'Cluster' ? [] : [{ path: '/policies', view: { ...fresh, policy: ref }, words: 'The policy and its YAML' }]
  if (namespace !== null)
    return [{ path: '/map', view: { ...fresh, ...inside, selection: asSelection(ref, view) }, words: 'Show on the map' }]
  return []
}
