/**
 * Kinds of sources by how well they count connections, best first. Where several report an edge the best one counts and the
 * others are evidence.
 *
 * `mesh`: counters of proxies. `policy-log`: decisions that a network plugin logs. `proxy-log`: requests as proxies inside the
 * cluster log them, `ingress-log` as those at its door do. `stated`: our own lines, which may come from anywhere.
 */
export const SOURCE_FAMILIES = [
  'hubble',
  'calico',
  'antrea',
  'netobserv',
  'mesh',
  'conntrack',
  'policy-log',
  'proxy-log',
  'ingress-log',
  'dns-log',
  'stated',
] as const
export type SourceFamily = (typeof SOURCE_FAMILIES)[number]

const RANKS: ReadonlyMap<SourceFamily, number> = new Map(SOURCE_FAMILIES.map((family, rank) => [family, rank]))

/** 0 counts best. */
export function rankOf(family: SourceFamily): number {
  return RANKS.get(family) ?? SOURCE_FAMILIES.length - 1
}

const BY_KIND: ReadonlyMap<string, SourceFamily> = new Map([
  ['demo', 'hubble'],
  ['hubble', 'hubble'],
  ['goldmane', 'calico'],
  ['netobserv-loki', 'netobserv'],
  ['prometheus', 'mesh'],
])

/** Of a source that is of one product; `stated` for those that take lines of any kind. */
export function familyOfSource(kind: string): SourceFamily {
  return BY_KIND.get(kind) ?? 'stated'
}

const BY_FORMAT: ReadonlyMap<string, SourceFamily> = new Map([
  ['hubble', 'hubble'],
  ['calico', 'calico'],
  ['goldmane', 'calico'],
  ['whisker', 'calico'],
  ['felix-syslog', 'policy-log'],
  ['gke', 'policy-log'],
  ['aws', 'policy-log'],
  ['ovn', 'policy-log'],
  ['kube-router', 'policy-log'],
  ['kernel-log', 'policy-log'],
  ['antrea', 'antrea'],
  ['netobserv', 'netobserv'],
  ['ulogd', 'conntrack'],
  ['conntrack', 'conntrack'],
  ['envoy', 'proxy-log'],
  ['ztunnel', 'proxy-log'],
  ['linkerd', 'proxy-log'],
  ['linkerd-tap', 'proxy-log'],
  ['ingress-nginx', 'ingress-log'],
  ['traefik', 'ingress-log'],
  ['coredns', 'dns-log'],
  ['flow-line', 'stated'],
])

/** Of a kind of line, by its id; null when nobody has ranked it. */
export function familyOfFormat(id: string): SourceFamily | null {
  return BY_FORMAT.get(id) ?? null
}
