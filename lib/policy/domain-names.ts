/**
 * True when one of the names means the domain. `*.example.com` stands for one or more leading labels, not for
 * `example.com` itself. Source: network-policy-api v1alpha2, `domainNames`.
 */
export function matchesDomain(names: readonly string[], domain: string): boolean {
  const wanted = canonical(domain)
  return names.some((name) => {
    const pattern = canonical(name)
    if (!pattern.startsWith('*.')) return pattern === wanted
    const suffix = pattern.slice(1)
    return wanted.length > suffix.length && wanted.endsWith(suffix)
  })
}

function canonical(name: string): string {
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase()
}
