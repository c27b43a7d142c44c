/**
 * True when a `matchPattern` of Cilium means the domain: `*` is any run of characters without a dot, a leading `**.` is
 * any number of labels, `*` alone is every name. Source: cilium pkg/fqdn/matchpattern.
 */
export function matchesFqdnPattern(pattern: string, domain: string): boolean {
  const wanted = canonical(domain)
  const text = canonical(pattern)
  if (text === '*') return true
  if (text.startsWith('**.')) {
    const rest = text.slice(3)
    return suffixes(wanted).some((suffix) => matchesGlob(rest, suffix))
  }
  return matchesGlob(text, wanted)
}

/** The name without its first label, without its first two, and so on. */
function suffixes(name: string): readonly string[] {
  const labels = name.split('.')
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'))
}

/** Walks both texts once, going back only to the last star: no pattern takes more than quadratic time. */
function matchesGlob(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0 && text[resume] !== '.') {
      p = star + 1
      t = ++resume
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

function canonical(name: string): string {
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase()
}
