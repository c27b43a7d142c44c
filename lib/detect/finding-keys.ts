import type { Finding } from './finding'

/** What makes each finding the same one when it is found again, whatever its numbers say by then. All different. */
export function findingKeys(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>()
  return findings.map(({ id, object, field, value, message }) => {
    const key = JSON.stringify([id, object.apiVersion, object.ref, field, value, message.replace(/\d+/g, '#')])
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    return count === 0 ? key : `${key} ${count}`
  })
}
