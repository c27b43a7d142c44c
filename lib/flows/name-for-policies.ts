import type { FlowEndpoint } from './flow'

/** What the policies know an end as that is neither pod nor workload: a DNS name as the address that it stood for. */
export function nameForPolicies({ ref, ip }: Pick<FlowEndpoint, 'ref' | 'ip'>): string {
  return ref.startsWith('dns:') && ip !== null ? `ip:${ip}` : ref
}
