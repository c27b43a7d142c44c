import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Cluster } from '../../model/cluster'
import { readCluster } from '../../model/read-cluster'
import type { Assumptions } from '../assumptions'
import { compilePolicies, type PolicyEngine } from '../engine'
import type { ProfileName, TraceStep } from '../types'

/** One folder of the policy fixtures; `docs` of the fixtures explain the format. */
export type PolicyCase = {
  readonly id: string
  readonly folder: string
  readonly profile: ProfileName
  readonly assumptions: Partial<Assumptions>
  readonly checks: readonly PolicyCheck[]
}

export type Conns = 'all' | 'none' | Readonly<Partial<Record<'TCP' | 'UDP' | 'SCTP', readonly (readonly [number, number])[]>>>
export type ExpectedRow = { readonly src: string; readonly dst: string; readonly conns: Conns }
export type ExpectedSide = { readonly verdict: string; readonly by: readonly ExpectedReason[] } | null
export type ExpectedReason = {
  readonly kind: string
  readonly policy?: string
  readonly rule?: string
  readonly effect: string
  readonly detail?: string
}

export type PolicyCheck =
  | { readonly kind: 'connectivity'; readonly granularity: 'workload' | 'pod'; readonly connections: readonly ExpectedRow[] }
  | {
      readonly kind: 'verdicts'
      readonly verdicts: readonly {
        readonly src: string
        readonly dst: string
        readonly protocol: 'TCP' | 'UDP' | 'SCTP'
        readonly port: number
        readonly allowed: boolean
        readonly egress?: boolean
        readonly ingress?: boolean
      }[]
    }
  | {
      readonly kind: 'serviceVerdicts'
      readonly verdicts: readonly {
        readonly src: string
        readonly service: string
        readonly protocol: 'TCP' | 'UDP' | 'SCTP'
        readonly port: number
        readonly allowed: boolean
      }[]
    }
  | {
      readonly kind: 'diff'
      readonly before: string
      readonly after: string
      readonly granularity: 'workload' | 'pod'
      readonly changes: readonly {
        readonly type: string
        readonly src: string
        readonly dst: string
        readonly before: Conns
        readonly after: Conns
        readonly workloadChange?: string
      }[]
    }
  | {
      readonly kind: 'explain'
      readonly pairs: readonly {
        readonly src: string
        readonly dst: string
        readonly parts: readonly {
          readonly verdict: string
          readonly conns: Conns
          readonly egress: ExpectedSide
          readonly ingress: ExpectedSide
        }[]
      }[]
      readonly defaultAllowPairs: readonly (readonly [string, string])[]
    }
  | {
      readonly kind: 'trace'
      readonly traces: readonly {
        readonly src: string
        readonly dst: string
        readonly protocol: 'TCP' | 'UDP' | 'SCTP'
        readonly port: number
        readonly side: 'ingress' | 'egress'
        readonly enforced: readonly TraceStep[]
        readonly pending?: readonly TraceStep[]
      }[]
    }
  | { readonly kind: 'relation'; readonly a: string; readonly b: string; readonly holds: boolean }
  | {
      readonly kind: 'selectors'
      readonly cases: readonly {
        readonly selector: string
        readonly match: readonly Readonly<Record<string, string>>[]
        readonly noMatch: readonly Readonly<Record<string, string>>[]
      }[]
    }
  | { readonly kind: 'selectorErrors'; readonly selectors: readonly string[] }
  | { readonly kind: 'selectorCanonical'; readonly cases: readonly { readonly selector: string; readonly canonical: string }[] }

export function readPolicyCases(folder: string): readonly PolicyCase[] {
  return readdirSync(folder)
    .filter((id) => existsSync(join(folder, id, 'expected.json')))
    .map((id) => ({ ...JSON.parse(readFileSync(join(folder, id, 'expected.json'), 'utf8')), folder: join(folder, id) }))
}

export function readManifests(file: string): Cluster {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'))
  if (!Array.isArray(documents)) return readCluster([], { name: file, source: 'manifests' })
  const sources = documents.map((document) => ({ body: document.toJS() as unknown, origin: { file, line: 1, column: 1 } }))
  return readCluster(sources, { name: file, source: 'manifests' })
}

export function compileCase(fixture: PolicyCase, file = 'manifests.yaml'): PolicyEngine {
  const { profile, assumptions } = fixture
  return compilePolicies(readManifests(join(fixture.folder, file)), { profile, assumptions })
}
