import type { ObjectMeta } from '../model/object'

/** One thing that was seen, and what it was seen on. */
export type Evidence = {
  /** How much it says: what runs says most, the shape of addresses least. */
  readonly strength: 'running' | 'object' | 'annotation' | 'setting'
  /** One plain sentence. */
  readonly text: string
  /** The object that shows it. */
  readonly object: EvidenceObject
  /** Field of the object and what stands there; null when the object itself is the evidence. */
  readonly field: { readonly path: string; readonly value: string } | null
}

export type EvidenceObject = { readonly kind: string; readonly namespace: string | null; readonly name: string }

/** Something known of a cluster, and where it stands. */
export type Fact = { readonly value: string; readonly from: Evidence }

export function evidenceOf(strength: Evidence['strength'], { kind, namespace, name }: EvidenceObject, text: string): Evidence {
  return { strength, text, object: { kind, namespace, name }, field: null }
}

/** A field of an object as evidence. `meaning` completes "DaemonSet a/b has FIELD=VALUE". */
export function fieldEvidence(strength: Evidence['strength'], object: EvidenceObject, path: string, value: string, meaning = ''): Evidence {
  const text = `${placeOf(object)} says ${path}: ${value === '' ? '""' : value}${meaning}.`
  return { strength, text, object: { kind: object.kind, namespace: object.namespace, name: object.name }, field: { path, value } }
}

/** `DaemonSet kube-system/calico-node`, `Node node-1`. */
export function placeOf({ kind, namespace, name }: EvidenceObject): string {
  return `${kind} ${namespace === null ? name : `${namespace}/${name}`}`
}

export function configMapObject(place: string): EvidenceObject {
  const slash = place.indexOf('/')
  return { kind: 'ConfigMap', namespace: place.slice(0, slash), name: place.slice(slash + 1) }
}

export function objectOf({ kind, namespace, name }: ObjectMeta): EvidenceObject {
  return { kind, namespace, name }
}
