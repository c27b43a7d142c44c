import type { Fields } from '../fields'
import type { Labels } from '../labels'
import { NO_LABELS } from '../labels'
import type { ObjectMeta } from '../object'
import type { PodSpec } from './pod'
import { readPodSpec } from './pod'

/** An object that makes pods from a template. */
export type WorkloadObject = {
  readonly meta: ObjectMeta
  readonly namespace: string
  readonly template: PodSpec
  /** What the template annotates its pods with: sidecars and proxies are asked for there. */
  readonly templateAnnotations: Labels
  /** Pods that should run at once; null when the object does not say (DaemonSet, CronJob). */
  readonly desiredReplicas: number | null
  /** The governing Service of a StatefulSet; null for other kinds, and where it says none. */
  readonly serviceName: string | null
  /** True when a controller has written a status: then the absence of pods is a fact. */
  readonly isObserved: boolean
}

const WORKLOAD_KINDS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
])

const MAX_REPLICAS = 2 ** 31 - 1

/** `apps`, `batch` and the core group; `extensions` objects count as `apps`. */
export function isWorkloadKind(group: string, kind: string): boolean {
  if (!WORKLOAD_KINDS.has(kind)) return false
  if (kind === 'ReplicationController') return group === ''
  return kind === 'Job' || kind === 'CronJob' ? group === 'batch' : group === 'apps'
}

export function readWorkload(document: Fields, meta: ObjectMeta): WorkloadObject {
  const spec = document.object('spec')
  const template = (meta.kind === 'CronJob' ? spec.object('jobTemplate').object('spec') : spec).object('template')
  return {
    meta,
    namespace: meta.namespace ?? '',
    template: readPodSpec(template.object('spec'), templateLabels(template, meta), null),
    templateAnnotations: template.object('metadata').labels('annotations'),
    desiredReplicas: desiredReplicas(spec, meta.kind),
    serviceName: meta.kind === 'StatefulSet' ? spec.string('serviceName') || null : null,
    isObserved: document.has('status') && document.object('status').keys().length > 0,
  }
}

/** StatefulSet and Job controllers add labels of their own that selectors may name; those known in advance count. */
function templateLabels(template: Fields, meta: ObjectMeta): Labels {
  const labels = template.object('metadata').labels('labels')
  if (meta.kind !== 'Job') return labels.size === 0 ? NO_LABELS : labels
  return new Map([...labels, ['job-name', meta.name], ['batch.kubernetes.io/job-name', meta.name]])
}

function desiredReplicas(spec: Fields, kind: string): number | null {
  switch (kind) {
    case 'DaemonSet':
    case 'CronJob':
      return null
    case 'Job': {
      const parallelism = spec.integer('parallelism', 0, MAX_REPLICAS) ?? 1
      const completions = spec.integer('completions', 0, MAX_REPLICAS)
      return completions === null ? parallelism : Math.min(parallelism, completions)
    }
    default:
      return spec.integer('replicas', 0, MAX_REPLICAS) ?? 1
  }
}
