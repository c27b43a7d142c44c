import type { PolicyRef } from '../model/names'
import type { MeshMembership, MeshName } from '../platform/mesh/membership'
import type { PolicyVerdict, UnknownReason } from './policy-verdict'

/** What the mesh knows of the client. */
export type MeshClient = MeshMembership & {
  /** The name in the client's certificate if it is a member (`cluster.local/ns/shop/sa/web`); null for one without. */
  readonly identity: string | null
}

/**
 * Why the mesh has no say though the destination is a member: its proxy carries TCP only (`not-tcp`), the port goes
 * around the proxy (`excluded-port`), or it is a port of the proxy itself (`proxy-port`).
 */
export type MeshExemption = 'not-tcp' | 'excluded-port' | 'proxy-port'

/** Why a mesh policy lets nothing of this connection through. */
export type MeshDetail =
  | 'no-rules'
  | 'no-rule-selects-client'
  | 'rule-selects-client-but-not-port'
  | 'http-rule-on-tcp'
  | 'plain-text'
  | 'no-authorization'
  | 'default-policy'

/** One policy's part in the mesh's decision, in order of evaluation. */
export type MeshReason = {
  /** null for a default that no object states. */
  readonly policy: PolicyRef | null
  /** `rules[0]`, counted in the document; null when the policy as a whole decides. */
  readonly rule: string | null
  /** `external`: another program is asked. */
  readonly effect: 'allow' | 'deny' | 'isolates' | 'external'
  readonly detail: MeshDetail | null
  /** One plain sentence. */
  readonly message: string
}

/** What a rule wants of a request, which no address or port shows. */
export type RequestRule = {
  readonly policy: PolicyRef
  readonly rule: string | null
  readonly effect: 'allow' | 'deny' | 'external'
  /** As the rule says it: `methods: GET, HEAD`, `paths: /api/*`. Every one must hold. */
  readonly conditions: readonly string[]
}

/** Something to know about the connection that does not change the verdict. */
export type MeshNote = {
  readonly code: 'hbone-blocked' | 'hbone-not-asked' | 'dry-run' | 'health-checks'
  readonly policies: readonly PolicyRef[]
  readonly message: string
}

/** Whether a connection between two ends would be encrypted by the mesh: expected, never observed. */
export type ExpectedEncryption = {
  readonly mutualTls: 'expected' | 'not-expected' | 'unknown'
  /** One plain sentence. */
  readonly because: string
}

/**
 * What the service mesh at the destination says of a connection that the network let through. Only inbound, only for
 * members, only TCP. See docs/verdicts.md.
 */
export type MeshAnswer = {
  readonly mesh: MeshName
  /** Who enforces it: a proxy in the pod, or the machine's proxy (Istio ambient). */
  readonly dataplane: 'sidecar' | 'ambient'
  readonly verdict: PolicyVerdict
  readonly destination: MeshMembership
  readonly client: MeshClient
  readonly exemption: MeshExemption | null
  readonly encryption: ExpectedEncryption
  /** What decided; empty when no mesh policy speaks about the connection (allowed by default). */
  readonly by: readonly MeshReason[]
  /** The request rules that restrict what was asked; empty when none is about requests. */
  readonly requests: readonly RequestRule[]
  readonly notes: readonly MeshNote[]
  /** Why the mesh's verdict is unknown. */
  readonly reason: UnknownReason | null
}
