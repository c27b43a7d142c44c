import type { CalicoPod } from './naive-calico-world'

/** One end of a random question: a pod, or something known by address only. */
export type CalicoEnd = CalicoPod | { readonly kind: 'outside'; readonly ips: readonly string[] }

/** The end as questions and rows name it. */
export function calicoEndName(end: CalicoEnd): string {
  return end.kind === 'pod' ? `${end.namespace}/${end.name}` : `ip:${end.ips[0]}`
}

/** The addresses that the two talk over: one pair for each family that both have. */
export function addressPairs(from: CalicoEnd, to: CalicoEnd): readonly (readonly [string, string])[] {
  const isIpv6 = (ip: string): boolean => ip.includes(':')
  return from.ips.flatMap((source) => to.ips.filter((ip) => isIpv6(ip) === isIpv6(source)).map((ip) => [source, ip] as const))
}
