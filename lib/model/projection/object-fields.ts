import { fields, type Reduce, shared, whole } from './field-tree'
import { annotations } from './kept-annotations'

/** What every object keeps of itself. */
const METADATA = fields(['name', 'uid', 'generation', 'deletionTimestamp'], {
  creationTimestamp: shared(),
  namespace: shared(),
  labels: shared(),
  annotations: shared(annotations),
  ownerReferences: shared(fields(['apiVersion', 'kind', 'name', 'uid', 'controller'])),
})

/** An object with its metadata and the named parts of it. */
export function object(parts: Readonly<Record<string, Reduce>> = {}): Reduce {
  return fields([], { apiVersion: shared(), kind: shared(), metadata: METADATA, ...parts })
}

export const CONDITIONS = shared(fields(['type', 'status', 'reason', 'observedGeneration']))

export const SPEC_AS_WRITTEN = object({ spec: whole })

/** Policies are shown in their own YAML. Cilium has `specs` beside `spec`. */
export const POLICY_AS_WRITTEN = object({ spec: whole, specs: whole, status: fields([], { conditions: CONDITIONS }) })

/** Name, labels and owners. */
export const METADATA_ONLY = object()
