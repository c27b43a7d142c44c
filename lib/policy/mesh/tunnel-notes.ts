import type { SideDecision } from '../decide-side'
import type { MeshNote } from '../mesh-answer'

/** Ambient traffic between two machines' proxies travels here (HBONE), whatever port it is for. */
export const HBONE_PORT = 15008

/**
 * What to know when network policies treat the tunnel's port otherwise than the port that was asked for. Both are the
 * decisions of the two sides.
 */
export function tunnelNotes(asked: readonly SideDecision[], tunnel: readonly SideDecision[], port: number): readonly MeshNote[] {
  const isDenied = ({ answer }: SideDecision): boolean => answer.verdict === 'denied'
  const isAskedOpen = asked.every(({ answer }) => answer.verdict === 'allowed')
  const isTunnelOpen = tunnel.every(({ answer }) => answer.verdict === 'allowed')
  if (isAskedOpen && tunnel.some(isDenied)) {
    const message = `Ambient traffic travels on TCP ${HBONE_PORT}, which the network policies do not let through: the connection fails although port ${port} is allowed.`
    return [{ code: 'hbone-blocked', policies: policiesOf(tunnel.filter(isDenied)), message }]
  }
  if (isTunnelOpen && asked.some(isDenied)) {
    const message = `Ambient traffic travels on TCP ${HBONE_PORT}, which the network policies let through: they never see port ${port}, so this denial may not hold.`
    return [{ code: 'hbone-not-asked', policies: policiesOf(asked.filter(isDenied)), message }]
  }
  return []
}

function policiesOf(decisions: readonly SideDecision[]): MeshNote['policies'] {
  return [...new Set(decisions.flatMap(({ answer }) => answer.by.map(({ policy }) => policy)))]
}
