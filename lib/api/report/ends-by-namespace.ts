/** Workloads or pods under their namespaces, in the order in which they come. */
export function endsByNamespace(ends: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const namespaces = new Map<string, string[]>()
  for (const end of ends) {
    const namespace = end.slice(0, Math.max(end.indexOf('/'), 0))
    const members = namespaces.get(namespace)
    if (members === undefined) namespaces.set(namespace, [end])
    else members.push(end)
  }
  return namespaces
}
