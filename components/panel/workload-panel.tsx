'use client'

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ChangedLately } from '@/components/graph/changed-lately'
import { FilterValue } from '@/components/live/filter-value'
import { useViewState } from '@/components/live/use-view-state'
import { formatCount } from '@/components/ui/format'
import { Facts } from '@/components/ui/table'
import type { PodSummary, WorkloadDocument } from '@/lib/api/details'
import { EdgeList } from './edge-list'
import { LabelList } from './label-list'
import { workloadOptions } from './panel-queries'
import { PolicyList } from './policy-list'
import { Section } from './section'
import { ServiceList } from './service-list'
import { workloadNetworkFacts } from './workload-network'
import styles from './workload-panel.module.css'

const ISOLATION: Readonly<Record<WorkloadDocument['isolation'], string>> = {
  both: 'in both directions: only what a rule allows enters and leaves',
  ingress: 'for what comes in; everything may go out',
  egress: 'for what goes out; everything may come in',
  unknown: 'cannot tell: policies that Sluice may not read could select it',
  none: 'not at all: no policy selects it, everything is allowed',
}

/** A workload, or one pod of it with the facts of its workload around it. */
export function WorkloadPanel({ workload, pod }: { workload: string; pod: string | null }) {
  const { data, error } = useQuery(workloadOptions(workload))
  if (error !== null) return <p className={styles.pending}>{error.message}</p>
  if (data === undefined) return <p className={styles.pending}>Reading…</p>
  const traffic = data.traffic.items
  const into = traffic.filter((edge) => edge.target === workload)
  const out = traffic.filter((edge) => edge.source === workload)
  const chosen = pod === null ? null : (data.pods.items.find((one) => one.ref === pod) ?? null)
  return (
    <>
      <Section title="Facts">
        <Facts
          facts={[
            ...(chosen === null ? [] : podFacts(chosen, data)),
            { name: 'Isolated', value: ISOLATION[data.isolation] },
            ...(chosen === null && !data.pods.items.some((one) => one.isImplied)
              ? [{ name: 'Pods ready', value: `${data.replicas.ready} of ${data.replicas.desired ?? data.pods.total}` }]
              : []),
            ...(data.serviceAccount === null ? [] : [{ name: 'Service account', value: data.serviceAccount }]),
            ...(data.network === null ? [] : workloadNetworkFacts(data.network)),
            ...(data.origin === null ? [] : [{ name: 'Written in', value: `${data.origin.file}:${data.origin.line}` }]),
          ]}
        />
      </Section>
      <ChangedLately about={workload} />
      {into.length > 0 && (
        <Section title="In" count={into.length}>
          <EdgeList edges={into} ends="source" />
        </Section>
      )}
      {out.length > 0 && (
        <Section title="Out" count={out.length}>
          <EdgeList edges={out} ends="target" />
        </Section>
      )}
      <Section title="Policies for what comes in" count={data.policies.ingress.length}>
        <PolicyList policies={data.policies.ingress} />
      </Section>
      <Section title="Policies for what goes out" count={data.policies.egress.length}>
        <PolicyList policies={data.policies.egress} />
      </Section>
      {(data.services.length > 0 || data.doors.length > 0) && (
        <Section title="Reached through" count={data.services.length + data.doors.length}>
          <ServiceList services={data.services} doors={data.doors} />
        </Section>
      )}
      <Section title="Pods" count={formatCount(data.pods.total)}>
        <PodList pods={chosen === null ? data.pods.items : [chosen]} total={chosen === null ? data.pods.total : 1} />
      </Section>
      {data.labels.length > 0 && (
        <Section title="Labels of its pods">
          <LabelList labels={data.labels} />
        </Section>
      )}
    </>
  )
}

function podFacts(pod: PodSummary, workload: WorkloadDocument): readonly { name: string; value: ReactNode }[] {
  return [
    { name: 'Workload', value: <FilterValue field="workload" value={workload.ref} /> },
    { name: 'Phase', value: `${pod.phase}${pod.ready ? ', ready' : ', not ready'}${pod.terminating ? ', terminating' : ''}` },
    ...pod.ips.map((ip) => ({ name: 'Address', value: <FilterValue field="ip" value={ip} /> })),
    ...(pod.nodeName === null ? [] : [{ name: 'Runs on', value: <FilterValue field="node" value={pod.nodeName} /> }]),
    ...(pod.hostNetwork ? [{ name: 'Network', value: 'that of its machine' }] : []),
  ]
}

function PodList({ pods, total }: { pods: readonly PodSummary[]; total: number }) {
  const [, changeView] = useViewState()
  const shown = pods.slice(0, 12)
  return (
    <>
      <ul className={styles.pods}>
        {shown.map((pod) => (
          <li key={pod.ref}>
            {pod.isImplied ? (
              <span className={styles.muted}>one pod from the template: the input holds no Pod objects of it</span>
            ) : (
              <>
                <FilterValue field="pod" value={pod.ref}>
                  {pod.name}
                </FilterValue>{' '}
                <span className={styles.muted}>
                  {pod.ready ? 'ready' : pod.phase.toLowerCase()} {pod.ips.join(', ')}
                </span>
              </>
            )}
            <ul className={styles.containers}>
              {pod.containers.map((container) => (
                <li key={container.name}>
                  <bdi>{container.name}</bdi>{' '}
                  <span className={styles.muted}>
                    {container.kind === 'regular' ? '' : `${container.kind} · `}
                    {container.ports.map((port) => `${port.port}/${port.protocol}${port.name === null ? '' : ` ${port.name}`}`).join(', ')}
                    {container.restarts > 0 ? ` · ${container.restarts} restarts` : ''}
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {total > shown.length && (
        <button type="button" className={styles.more} onClick={() => changeView({ level: 'pod' })}>
          and {formatCount(total - shown.length)} more: show all as pods
        </button>
      )}
    </>
  )
}
