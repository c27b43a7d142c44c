import type { ReactNode } from 'react'
import { policyName } from '@/components/graph/why-sentence'
import type { WorkloadNetwork } from '@/lib/api/workload-network'
import type { ExpectedMtls } from '@/lib/policy/mesh/expected-mtls'

const DATAPLANES = { sidecar: 'by a sidecar', 'native-sidecar': 'by a native sidecar', ambient: 'in ambient mode' } as const

const MODES: Readonly<Record<ExpectedMtls['mode'], string>> = {
  STRICT: 'demanded of every client',
  PERMISSIVE: 'used by clients of the mesh, not demanded',
  DISABLE: 'not used',
  AUTOMATIC: 'automatic between members of the mesh',
  unknown: 'cannot tell: several rules may hold',
}

/** Mesh, mutual TLS and names, as lines of the facts. */
export function workloadNetworkFacts({ mesh, outside, dns }: WorkloadNetwork): readonly { name: string; value: ReactNode }[] {
  const facts: { name: string; value: ReactNode }[] = []
  if (mesh === null && outside !== null) facts.push({ name: 'Service mesh', value: `none. ${outside}` })
  if (mesh !== null) {
    const how = mesh.dataplanes.map((dataplane) => DATAPLANES[dataplane]).join(' and ')
    const some = mesh.members < mesh.total ? `, ${mesh.members} of ${mesh.total} pods` : ''
    facts.push({ name: 'Service mesh', value: `${mesh.isCertain ? '' : 'perhaps '}${mesh.name}, ${how}${some}. ${mesh.evidence}` })
    for (const expected of mesh.mtls.expected) facts.push({ name: 'Mutual TLS expected', value: expectedWords(expected) })
    if (mesh.mtls.past.length > 0) {
      const ports = mesh.mtls.past.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)).join(', ')
      facts.push({ name: 'Past the proxy', value: `ports ${ports}: not encrypted by the mesh` })
    }
  }
  return [...facts, { name: 'Finds names', value: dnsWords(dns) }]
}

function expectedWords({ port, mode, policy }: ExpectedMtls): string {
  const where = port === null ? '' : `port ${port}: `
  const by = policy === null ? (mode === 'PERMISSIVE' ? ' (the default of Istio)' : '') : ` (${policyName(policy)})`
  return `${where}${MODES[mode]}${by}`
}

function dnsWords({ policy, searches, ndots, deaf }: WorkloadNetwork['dns']): string {
  if (deaf !== null) return `not those of Services: ${deaf}`
  return `of Services, in ${searches.slice(0, 4).join(', ')}; other names after ${searches.length} attempts when they have fewer than ${ndots} dots (${policy})`
}
