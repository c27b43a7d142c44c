import type { Namespace } from '../cluster'
import type { Labels } from '../labels'
import type { ObjectMeta } from '../object'

/** The API server puts this label, with the name, on every namespace; selectors rely on it. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name'

export function readNamespace(meta: ObjectMeta): Namespace {
  return { meta, name: meta.name, labels: withNameLabel(meta.labels, meta.name), isImplied: false }
}

/** A namespace that only other objects name. */
export function impliedNamespace(name: string): Namespace {
  const labels = withNameLabel(new Map(), name)
  const meta: ObjectMeta = {
    apiVersion: 'v1',
    kind: 'Namespace',
    name,
    namespace: null,
    uid: null,
    labels,
    annotations: new Map(),
    owners: [],
    generation: null,
    createdAt: null,
    origin: null,
  }
  return { meta, name, labels, isImplied: true }
}

function withNameLabel(labels: Labels, name: string): Labels {
  return labels.get(NAMESPACE_NAME_LABEL) === name ? labels : new Map([...labels, [NAMESPACE_NAME_LABEL, name]])
}
