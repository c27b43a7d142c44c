import { z } from 'zod'
import type { SourceDocument } from '@/lib/model/source-document'

const TEMPLATE = z.object({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({ hostNetwork: z.boolean().default(false) }),
})

const META = z.looseObject({ name: z.string(), namespace: z.string(), labels: z.record(z.string(), z.string()).default({}) })
const SELECTOR = z.object({ matchLabels: z.record(z.string(), z.string()) })

const WORKLOAD = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('Deployment'),
    metadata: META,
    spec: z.looseObject({ replicas: z.number(), selector: SELECTOR, template: TEMPLATE }),
  }),
  z.object({
    kind: z.literal('StatefulSet'),
    metadata: META,
    spec: z.looseObject({ replicas: z.number(), serviceName: z.string(), selector: SELECTOR, template: TEMPLATE }),
  }),
  z.object({ kind: z.literal('DaemonSet'), metadata: META, spec: z.looseObject({ selector: SELECTOR, template: TEMPLATE }) }),
  z.object({
    kind: z.literal('CronJob'),
    metadata: META,
    spec: z.looseObject({
      schedule: z.string(),
      successfulJobsHistoryLimit: z.number(),
      jobTemplate: z.object({ spec: z.looseObject({ template: TEMPLATE }) }),
    }),
  }),
  z.object({ kind: z.literal('Pod'), metadata: META, spec: z.looseObject({}) }),
])

/** The labels and the spec that a workload gives its pods, as its YAML says. */
export type PodTemplate = { readonly labels: Readonly<Record<string, string>>; readonly spec: Readonly<Record<string, unknown>> }

/** A workload of the demo's YAML, reduced to what is needed to run it. */
export type DemoWorkload = {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'CronJob' | 'Pod'
  readonly namespace: string
  readonly name: string
  /** `NS/NAME`; unique in the demo, whatever the kind. */
  readonly key: string
  readonly template: PodTemplate
  readonly hostNetwork: boolean
  /** Pods that the YAML asks for; of a DaemonSet one on each machine, of a CronJob none. */
  readonly replicas: number
  /** The headless Service of a StatefulSet, which gives its pods their names. */
  readonly serviceName: string | null
  /** Of a CronJob only. */
  readonly cron: { readonly everyMinutes: number; readonly offsetMinutes: number; readonly keptRuns: number } | null
}

/** Reads the workloads among the demo's documents, in their order. Throws when one is not written as the demo writes them. */
export function readDemoWorkloads(documents: readonly SourceDocument[], machines: number): DemoWorkload[] {
  return documents.flatMap((document) => {
    const kind = z.object({ kind: z.string() }).parse(document.body).kind
    if (!['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Pod'].includes(kind)) return []
    return [readWorkload(WORKLOAD.parse(document.body), machines)]
  })
}

function readWorkload(body: z.infer<typeof WORKLOAD>, machines: number): DemoWorkload {
  const { namespace, name, labels } = body.metadata
  const common = { namespace, name, key: `${namespace}/${name}`, serviceName: null, cron: null }
  switch (body.kind) {
    case 'Deployment':
      return { ...common, kind: body.kind, ...podsOf(body.spec.template), replicas: body.spec.replicas }
    case 'StatefulSet':
      return {
        ...common,
        kind: body.kind,
        ...podsOf(body.spec.template),
        replicas: body.spec.replicas,
        serviceName: body.spec.serviceName,
      }
    case 'DaemonSet':
      return { ...common, kind: body.kind, ...podsOf(body.spec.template), replicas: machines }
    case 'CronJob':
      return {
        ...common,
        kind: body.kind,
        ...podsOf(body.spec.jobTemplate.spec.template),
        replicas: 0,
        cron: { ...readSchedule(body.spec.schedule), keptRuns: body.spec.successfulJobsHistoryLimit },
      }
    case 'Pod':
      return { ...common, kind: body.kind, template: { labels, spec: body.spec }, hostNetwork: false, replicas: 1 }
  }
}

function podsOf(template: z.infer<typeof TEMPLATE>): Pick<DemoWorkload, 'template' | 'hostNetwork'> {
  return { template: { labels: template.metadata.labels, spec: template.spec }, hostNetwork: template.spec.hostNetwork }
}

/** A schedule of every so many minutes, or of one time of each day: what the demo uses. Throws for anything else. */
function readSchedule(schedule: string): { everyMinutes: number; offsetMinutes: number } {
  const [minute = '', hour = '', ...rest] = schedule.split(' ')
  if (rest.join(' ') !== '* * *') throw new Error(`Schedule "${schedule}" is not one that the demo runs`)
  if (minute.startsWith('*/') && hour === '*') return { everyMinutes: Number(minute.slice(2)), offsetMinutes: 0 }
  return { everyMinutes: 24 * 60, offsetMinutes: Number(hour) * 60 + Number(minute) }
}
