import type { Finding } from '../detect/finding'
import { currentGroup } from '../model/object-kinds'

export type FindingChange = {
  /** There after the change and not before. */
  readonly introduced: readonly Finding[]
  /** There before the change and not after. */
  readonly cleared: readonly Finding[]
}

/** Which findings a change brings and which it settles. The line at which something stands plays no part. */
export function compareFindings(before: readonly Finding[], after: readonly Finding[]): FindingChange {
  return { introduced: missingFrom(before, after), cleared: missingFrom(after, before) }
}

function missingFrom(known: readonly Finding[], findings: readonly Finding[]): Finding[] {
  const keys = new Set(known.map(keyOf))
  return findings.filter((finding) => !keys.has(keyOf(finding)))
}

/** By API group and not by version, which a draft may raise without a change of the object. */
function keyOf({ id, object, field, message }: Finding): string {
  const group = object.apiVersion === null ? null : currentGroup(object.apiVersion, object.kind)
  return JSON.stringify([id, group, object.ref, field, message])
}
