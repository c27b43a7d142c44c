import type { EvaluateAnswer } from './types'

/**
 * True when only the proxy of a service mesh refuses the connection: its packets pass the network, so what looks at packets
 * sees them go through.
 */
export function isRefusedBehindNetwork({ egress, ingress, mesh }: EvaluateAnswer): boolean {
  return mesh?.verdict === 'denied' && egress.verdict !== 'denied' && ingress.verdict !== 'denied'
}
