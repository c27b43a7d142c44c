import type { PolicyRef } from '../../model/names'
import type { PortRange } from '../types'
import type { MeshTarget } from './mesh-pod'
import { type MtlsMode, mtlsModes } from './peer-authentication'

/** What a pod asks of those who connect to it. */
export type ExpectedMtls = {
  /** null for every port that is not listed apart. */
  readonly port: number | null
  /** `AUTOMATIC`: between members, without being asked for. `unknown`: several may hold. */
  readonly mode: MtlsMode | 'AUTOMATIC' | 'unknown'
  /** The object that says so; null for what the mesh does by itself. */
  readonly policy: PolicyRef | null
}

export type ServerMtls = {
  readonly expected: readonly ExpectedMtls[]
  /** Ports that go past the proxy: nobody encrypts there. */
  readonly past: readonly PortRange[]
}

/** Which clients must, may or cannot show a certificate, port by port. The port counts before the pod, the namespace and the mesh. */
export function serverMtls(target: MeshTarget): ServerMtls {
  if (target.mesh === 'linkerd') {
    return { expected: [{ port: null, mode: 'AUTOMATIC', policy: null }], past: target.linkerd.skipped }
  }
  const { mtls, excluded } = target.istio
  const ports = [...new Set(mtls.flat().flatMap(({ ports: named }) => [...named.keys()]))].sort((a, b) => a - b)
  const rest = expectedAt(target, null)
  const apart = ports.map((port) => expectedAt(target, port)).filter(({ mode, policy }) => mode !== rest.mode || policy !== rest.policy)
  return { expected: [rest, ...apart], past: excluded }
}

/** No port is 0, so that asking for it gives what holds where no port is named. */
function expectedAt(target: Extract<MeshTarget, { mesh: 'istio' }>, port: number | null): ExpectedMtls {
  const { possible } = mtlsModes(target.istio.mtls, port ?? 0)
  const [only] = possible
  const isClear = only !== undefined && possible.every(({ mode }) => mode === only.mode)
  return { port, mode: isClear ? only.mode : 'unknown', policy: isClear ? only.policy : null }
}
