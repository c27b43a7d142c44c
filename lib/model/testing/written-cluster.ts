/** A cluster, or any part of it, as text in which the order of tables counts; what finds lines is left out. */
export function writtenCluster(part: unknown): string {
  return JSON.stringify(
    part,
    (_key, value: unknown) => {
      if (value instanceof Map) return { map: [...value] }
      return value instanceof Set ? { set: [...value] } : value
    },
    1,
  )
}
