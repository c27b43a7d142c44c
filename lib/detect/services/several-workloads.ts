import type { Workload } from '../../model/cluster'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'

/** Labels by which several workloads say that they are variants of one. */
const VARIANT_LABELS = [
  'version',
  'app.kubernetes.io/version',
  'track',
  'release-track',
  'color',
  'slot',
  'variant',
  'canary',
  'istio.io/rev',
  'linkerd.io/control-plane-component',
] as const

/** SV-05: a Service spreads connections over workloads that are not versions of one. */
export function* findSeveralWorkloads(view: ClusterView): Iterable<FindingDraft | null> {
  for (const facts of view.services) {
    yield null
    const { service, selector } = facts
    if (selector === null || !view.isReadIn(service.namespace, '/Pod')) continue
    const workloads = facts.workloads.filter(({ desiredReplicas }) => desiredReplicas !== 0)
    if (workloads.length < 2 || areVariants(workloads)) continue
    const ends = workloads.filter(({ kind }) => kind === 'Job' || kind === 'CronJob')
    yield makeFinding('SV-05', aboutService(service.meta), {
      field: ['spec', 'selector'],
      value: [...selector].map(([key, value]) => `${key}=${value}`).join(', '),
      // Members of one system find each other that way.
      ...(service.headless ? { severity: 'info' as const } : {}),
      message:
        ends.length > 0
          ? `The selector also names the pods of ${ends.map(({ ref }) => ref).join(', ')}, which ${ends.length === 1 ? 'is a job' : 'are jobs'}.`
          : `The selector names the pods of ${workloads.length} workloads.`,
      evidence: workloads.map(({ ref, labels }) => `${ref} has ${[...labels].map(([key, value]) => `${key}=${value}`).join(', ')}`),
    })
  }
}

/** Whether one label tells all of them apart as versions. */
function areVariants(workloads: readonly Workload[]): boolean {
  return VARIANT_LABELS.some((label) => {
    const values = workloads.map(({ labels }) => labels.get(label))
    return values.some((value) => value !== undefined) && new Set(values).size === workloads.length
  })
}
