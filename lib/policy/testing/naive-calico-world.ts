import type { NaiveLabels } from './naive-calico-selector'
import type { NaivePolicy } from './naive-network-policy'
import type { NaiveClusterPolicy } from './naive-tiers'

export type CalicoEntity = {
  readonly nets?: readonly string[]
  readonly notNets?: readonly string[]
  readonly selector?: string
  readonly notSelector?: string
  readonly namespaceSelector?: string
  readonly serviceAccounts?: { readonly names?: readonly string[]; readonly selector?: string }
  readonly ports?: readonly (number | string)[]
  readonly notPorts?: readonly (number | string)[]
  readonly services?: { readonly name: string; readonly namespace?: string }
}

export type CalicoRule = {
  readonly action: string
  readonly protocol?: string | number
  readonly notProtocol?: string | number
  readonly ipVersion?: number
  readonly source?: CalicoEntity
  readonly destination?: CalicoEntity
}

export type CalicoPolicySpec = {
  readonly tier?: string
  readonly order?: number
  readonly selector?: string
  readonly namespaceSelector?: string
  readonly serviceAccountSelector?: string
  readonly types?: readonly string[]
  readonly ingress?: readonly CalicoRule[]
  readonly egress?: readonly CalicoRule[]
  readonly doNotTrack?: boolean
  readonly preDNAT?: boolean
  readonly applyOnForward?: boolean
}

/** `namespace` null is a GlobalNetworkPolicy. */
export type NaiveCalicoPolicy = { readonly name: string; readonly namespace: string | null; readonly spec: CalicoPolicySpec }

export type CalicoPod = {
  readonly kind: 'pod'
  readonly name: string
  readonly namespace: string
  readonly namespaceLabels: NaiveLabels
  readonly labels: NaiveLabels
  readonly serviceAccount: string
  readonly serviceAccountLabels: NaiveLabels
  /** Any of one IPv4 and one IPv6 address. */
  readonly ips: readonly string[]
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
}

export type CalicoWorld = {
  readonly pods: readonly CalicoPod[]
  readonly tiers: readonly { readonly name: string; readonly order?: number; readonly defaultAction?: string }[]
  readonly policies: readonly NaiveCalicoPolicy[]
  readonly kubernetes: readonly NaivePolicy[]
  readonly cluster: readonly NaiveClusterPolicy[]
  readonly sets: readonly {
    readonly name: string
    readonly namespace: string | null
    readonly namespaceLabels: NaiveLabels
    readonly labels: NaiveLabels
    readonly nets: readonly string[]
  }[]
  readonly profiles: readonly {
    readonly name: string
    readonly labelsToApply?: NaiveLabels
    readonly ingress?: readonly CalicoRule[]
    readonly egress?: readonly CalicoRule[]
  }[]
  readonly services: readonly {
    readonly namespace: string
    readonly name: string
    readonly endpoints: readonly { readonly ip: string; readonly port: number; readonly protocol: string }[]
  }[]
}

/** One packet over one address family. `port` and `sourcePort` mean nothing for ICMP. */
export type CalicoPacket = {
  readonly source: string
  readonly destination: string
  readonly protocol: string
  readonly port: number
  readonly sourcePort: number
}

export type NaiveDirection = 'ingress' | 'egress'
