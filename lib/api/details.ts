import type { Finding, Severity } from '../detect/finding'
import type { Protection } from '../graph/isolation-coverage'
import type { Badge } from '../graph/topology'
import type { Container, Pod, Service } from '../model/cluster'
import type { Origin } from '../model/object'
import type { Enforcer } from '../platform/enforcer'
import type { PolicyEnforcement } from '../policy/policy-info'
import type { TierMode } from '../policy/tiers'
import type { Direction, EvaluateAnswer, ProfileName, SideAnswer } from '../policy/types'
import type { Bounded } from './bounded'
import type { Document } from './documents'
import type { EdgeDocument } from './edge-document'
import type { HitsDocument } from './hits-document'
import type { PolicyPicture } from './policy-picture'
import type { ServiceNetwork } from './service-network'
import type { WorkloadNetwork } from './workload-network'

/** Labels and annotations as pairs: their names are free, `__proto__` included. */
export type NamedValue = { readonly name: string; readonly value: string }

export type PolicySummary = {
  readonly ref: string
  /** `apiVersion` of the policy object: a policy of Kubernetes and one of Calico may share the rest of the name. */
  readonly policyApiVersion: string
  /** Kind of the policy object. */
  readonly policyKind: string
  readonly namespace: string | null
  readonly name: string
  readonly tier: string
  /** Position in its tier, lower first; null where the tier has no order. */
  readonly order: number | null
  readonly isolates: readonly Direction[]
  readonly ruleCounts: Readonly<Record<Direction, number>>
  /** Pods it selects now. */
  readonly subjectCount: number
  /** Whether it counts in verdicts, and if not, why. */
  readonly enforcement: PolicyEnforcement
  readonly origin: Origin | null
}

export type PodSummary = Pick<
  Pod,
  'ref' | 'name' | 'phase' | 'ready' | 'terminating' | 'nodeName' | 'hostNetwork' | 'ips' | 'isImplied'
> & {
  /** Without the options of their programs. */
  readonly containers: readonly Omit<Container, 'flags'>[]
}

export type ServiceSummary = Pick<Service, 'ref' | 'namespace' | 'name' | 'type' | 'headless' | 'ports' | 'clusterIps' | 'externalName'> & {
  readonly endpoints: { readonly ready: number; readonly total: number }
  readonly problem: string | null
}

/** A way in from outside. */
export type DoorSummary = {
  /** Id of its node on the map. */
  readonly ref: string
  readonly doorKind: string
  readonly name: string
  readonly addresses: readonly string[]
  /** Host and path, or node port. */
  readonly routes: readonly string[]
  readonly tls: boolean
  readonly problems: readonly string[]
}

/** `GET /api/v1/workloads/{ref}` */
export type WorkloadDocument = Document<'Workload'> & {
  readonly ref: string
  readonly namespace: string
  readonly name: string
  /** Deployment, StatefulSet, ... */
  readonly workloadKind: string
  readonly labels: readonly NamedValue[]
  readonly origin: Origin | null
  readonly createdAt: string | null
  readonly replicas: { readonly desired: number | null; readonly ready: number }
  readonly serviceAccount: string | null
  readonly badges: readonly Badge[]
  readonly isolation: 'ingress' | 'egress' | 'both' | 'none' | 'unknown'
  /** Policies that select at least one of its pods, by the direction they isolate. */
  readonly policies: { readonly ingress: readonly PolicySummary[]; readonly egress: readonly PolicySummary[] }
  readonly pods: Bounded<PodSummary>
  readonly services: readonly ServiceSummary[]
  readonly doors: readonly DoorSummary[]
  /** null for a workload without pods. */
  readonly network: WorkloadNetwork | null
  /** Busiest first, those that show a denial before all. Ends are workloads, services, namespaces or the outside. */
  readonly traffic: Bounded<EdgeDocument>
  readonly windowMs: number
}

/** `GET /api/v1/services/{ref}` */
export type ServiceDocument = Document<'Service'> &
  Omit<ServiceSummary, 'endpoints'> & {
    readonly labels: readonly NamedValue[]
    /** null when the object has no selector. */
    readonly selector: readonly NamedValue[] | null
    readonly origin: Origin | null
    readonly badges: readonly Badge[]
    readonly externalIps: readonly string[]
    readonly loadBalancer: Service['loadBalancer']
    readonly ipFamilyPolicy: Service['ipFamilyPolicy']
    readonly ipFamilies: Service['ipFamilies']
    readonly sessionAffinity: Service['sessionAffinity']
    readonly internalTrafficPolicy: Service['internalTrafficPolicy']
    readonly externalTrafficPolicy: Service['externalTrafficPolicy']
    readonly trafficDistribution: string | null
    readonly network: ServiceNetwork
    readonly endpoints: Bounded<{
      readonly pod: string | null
      /** One for each family; empty when none is known. */
      readonly addresses: readonly string[]
      readonly ready: boolean
      readonly serving: boolean
      readonly terminating: boolean
      /** Resolved numbers; null where the pod has no port of the wanted name. */
      readonly ports: readonly (number | null)[]
    }> & { readonly ready: number; readonly from: 'slices' | 'endpoints' | 'selector' | 'none' }
    readonly workloads: readonly string[]
    readonly doors: readonly DoorSummary[]
    /** Observed clients that were seen to use it, or that used a target only it stands before. */
    readonly clients: Bounded<EdgeDocument>
    readonly windowMs: number
  }

/** A policy with what was found out about it. */
export type PolicyRow = PolicySummary & {
  /** null: no recorded flow of the window was decided by it. */
  readonly hits: HitsDocument | null
  /** What is wrong with it, gravest first. */
  readonly problems: Bounded<PolicyProblem>
}

/** Something that cannot be read in a policy, or that a detector finds. */
export type PolicyProblem = {
  readonly severity: Severity
  readonly message: string
  /** Detector, for example `NP-01`; null for what cannot be read. */
  readonly detector: string | null
}

/** Workloads of a namespace by the directions that policies isolate them in; `beyond`: no policy can select them. */
export type CoverageRow = {
  readonly namespace: string
  readonly isSystem: boolean
  readonly workloads: Readonly<Record<Protection, Bounded<string>>>
}

/** `GET /api/v1/policies` */
export type PolicyListDocument = Document<'PolicyList'> & {
  readonly policies: readonly PolicyRow[]
  /** In the order of evaluation. */
  readonly tiers: readonly { readonly name: string; readonly mode: TierMode }[]
  readonly coverage: readonly CoverageRow[]
  readonly profile: ProfileName
  readonly enforcer: Enforcer
  /** Connections that were recorded in the window: without any, no hits mean nothing. */
  readonly connections: number
  readonly windowMs: number
}

/** Where a rule stands in the policy's YAML; lines counted from 1, both included. `part` counts the specs of an object that has several. */
export type RuleLines = { readonly rule: string; readonly part: number; readonly firstLine: number; readonly lastLine: number }

export type PolicyText = { readonly ref: string; readonly yaml: string; readonly rules: readonly RuleLines[] }

/** What a detector says of a policy, with its lines in the policy's YAML; null when it is about the policy as a whole. */
export type PolicyFinding = Finding & { readonly lines: { readonly firstLine: number; readonly lastLine: number } | null }

export type PolicyDetails = PolicyRow & {
  readonly yaml: string
  readonly rules: readonly RuleLines[]
  /** Workloads of the pods it selects. */
  readonly subjects: Bounded<string>
  readonly findings: readonly PolicyFinding[]
  /** One for each spec of the object; empty when the policy cannot be drawn: it is not understood, or not evaluated here. */
  readonly pictures: readonly PolicyPicture[]
}

/** `GET /api/v1/policies/{ref}` */
export type PolicyDocument = Document<'Policy'> &
  PolicyDetails & {
    readonly enforcer: Enforcer
    readonly connections: number
    readonly windowMs: number
    /** Other objects that the name stands for as well; the one of Kubernetes is never among them. */
    readonly others: readonly PolicyDetails[]
  }

export type EvaluatedQuery = EvaluateAnswer & {
  readonly id: string | null
  readonly from: string
  readonly to: string
  readonly port: number | null
  readonly protocol: string
  /** Every rule that was looked at, side by side; null without `explain`. */
  readonly trace: Readonly<Record<'egress' | 'ingress', SideAnswer['trace']>> | null
}

/** `POST /api/v1/evaluate`. Near misses and traces are empty without `explain`. */
export type EvaluateDocument = Document<'Evaluation'> & {
  readonly answers: readonly EvaluatedQuery[]
  /** Who makes the answers true: where nobody does, what is denied goes through all the same. */
  readonly enforcer: Enforcer
  /** With `explain`: every policy that an answer names, with its YAML. */
  readonly policies: readonly PolicyText[]
}
