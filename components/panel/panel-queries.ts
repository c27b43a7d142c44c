import { queryOptions } from '@tanstack/react-query'
import type { Question } from '@/components/graph/why-sentence'
import { apiUrl } from '@/components/live/api-url'
import { requestJson } from '@/components/live/request-json'
import type { EvaluateDocument, PolicyDocument, PolicyListDocument, ServiceDocument, WorkloadDocument } from '@/lib/api/details'
import type { OutsideDocument } from '@/lib/api/outside-document'
import type { TopologyDocument } from '@/lib/api/topology-document'
import type { WayInDocument } from '@/lib/api/way-in-document'
import type { WayOutDocument } from '@/lib/api/way-out-document'

/** Details follow the cluster at this pace while their panel is open. */
const FRESH_MS = 10_000

export function workloadOptions(ref: string) {
  return queryOptions({
    queryKey: ['workload', ref],
    queryFn: ({ signal }) => requestJson<WorkloadDocument>(apiUrl(`workloads/${encodeURIComponent(ref)}`), { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function serviceOptions(ref: string) {
  return queryOptions({
    queryKey: ['service', ref],
    queryFn: ({ signal }) => requestJson<ServiceDocument>(apiUrl(`services/${encodeURIComponent(ref)}`), { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function wayInOptions(ref: string) {
  return queryOptions({
    queryKey: ['way in', ref],
    queryFn: ({ signal }) => requestJson<WayInDocument>(apiUrl(`entries/${encodeURIComponent(ref)}`), { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function wayOutOptions(ref: string) {
  return queryOptions({
    queryKey: ['way out', ref],
    queryFn: ({ signal }) => requestJson<WayOutDocument>(apiUrl(`exits/${encodeURIComponent(ref)}`), { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function outsideOptions(ref: string) {
  return queryOptions({
    queryKey: ['outside', ref],
    queryFn: ({ signal }) => requestJson<OutsideDocument>(apiUrl(`outside/${encodeURIComponent(ref)}`), { signal }),
    refetchInterval: FRESH_MS,
  })
}

export function panelPolicyOptions(ref: string) {
  return queryOptions({
    queryKey: ['policy', ref],
    queryFn: ({ signal }) => requestJson<PolicyDocument>(apiUrl(`policies/${encodeURIComponent(ref)}`), { signal }),
    staleTime: FRESH_MS,
  })
}

export function namespacePoliciesOptions(namespace: string) {
  return queryOptions({
    queryKey: ['policies', namespace],
    queryFn: ({ signal }) => requestJson<PolicyListDocument>(apiUrl('policies', { namespaces: namespace }), { signal }),
    staleTime: FRESH_MS,
  })
}

/** What the policies say of one connection now, with near misses and the YAML of the policies that decide. */
export function evaluateOptions(question: Question) {
  return queryOptions({
    queryKey: ['evaluate', question],
    queryFn: ({ signal }) =>
      requestJson<EvaluateDocument>(apiUrl('evaluate'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...question, explain: true }),
        signal,
      }),
    staleTime: 5_000,
  })
}

export type TopologyAnswer = Pick<TopologyDocument, 'nodes' | 'edges'>

/** The workloads of some namespaces and what they talk to, for what a line between namespaces stands for. */
export function workloadsOfOptions(namespaces: readonly string[], windowMs: number, at: number | null) {
  const query = {
    level: 'workload',
    namespaces: namespaces.join(','),
    window: `${Math.round(windowMs / 1000)}s`,
    at: at === null ? '' : new Date(at).toISOString(),
    show: 'unused',
  }
  return queryOptions({
    queryKey: ['workloads of', query],
    queryFn: ({ signal }) => requestJson<TopologyAnswer>(apiUrl('topology', query), { signal }),
    refetchInterval: at === null ? FRESH_MS : false,
  })
}
