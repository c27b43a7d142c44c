'use client'

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ChangedLately } from '@/components/graph/changed-lately'
import { plainName } from '@/components/graph/ref-words'
import { FilterValue } from '@/components/live/filter-value'
import { asSelection } from '@/components/live/selection'
import { useViewState } from '@/components/live/use-view-state'
import { Facts } from '@/components/ui/table'
import type { ServiceDocument } from '@/lib/api/details'
import { EdgeList } from './edge-list'
import { LabelList } from './label-list'
import { serviceOptions } from './panel-queries'
import { Section } from './section'
import { ServiceList } from './service-list'
import { familyWords, ServiceNetworkSections } from './service-network'
import styles from './service-panel.module.css'

/** A Service: addresses, ports, endpoints, who stands behind it and who uses it. */
export function ServicePanel({ refName }: { refName: string }) {
  const [, changeView] = useViewState()
  const { data, error } = useQuery(serviceOptions(refName))
  if (error !== null) return <p className={styles.pending}>{error.message}</p>
  if (data === undefined) return <p className={styles.pending}>Reading…</p>
  return (
    <>
      {data.problem !== null && <p className={styles.problem}>! {data.problem}</p>}
      <Section title="Facts">
        <Facts facts={serviceFacts(data)} />
      </Section>
      <ChangedLately about={refName} />
      {data.ports.length > 0 && (
        <Section title="Ports" count={data.ports.length}>
          <ul className={styles.list}>
            {data.ports.map((port) => (
              <li key={`${port.protocol} ${port.port}`}>
                {port.protocol} <FilterValue field="port" value={String(port.port)} /> → {port.targetPort}{' '}
                <span className={styles.muted}>
                  {[port.name, port.appProtocol, port.nodePort === null ? null : `node port ${port.nodePort}`].filter(Boolean).join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {data.type !== 'ExternalName' && (
        <Section title="Endpoints" count={`${data.endpoints.ready} of ${data.endpoints.total} ready`}>
          <ul className={styles.list}>
            {data.endpoints.items.slice(0, 12).map((endpoint, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an endpoint may have neither pod nor address
              <li key={i}>
                {endpoint.pod === null ? (
                  <FilterValue field="ip" value={endpoint.addresses[0] ?? ''} />
                ) : (
                  <FilterValue field="pod" value={endpoint.pod} />
                )}{' '}
                <span className={styles.muted}>
                  {[
                    (endpoint.pod === null ? endpoint.addresses.slice(1) : endpoint.addresses).join(', '),
                    endpoint.ports.map((port) => port ?? 'port not found').join(', '),
                    endpoint.ready ? null : 'not ready',
                    endpoint.terminating ? 'terminating' : null,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
          {data.endpoints.total > 12 && <p className={styles.muted}>and {data.endpoints.total - 12} more</p>}
        </Section>
      )}
      <ServiceNetworkSections network={data.network} />
      {data.workloads.length > 0 && (
        <Section title="Workloads behind it" count={data.workloads.length}>
          <ul className={styles.list}>
            {data.workloads.map((workload) => (
              <li key={workload}>
                <button
                  type="button"
                  className={styles.link}
                  onClick={() => changeView((now) => ({ selection: asSelection(workload, now) }))}
                >
                  <bdi>{plainName(workload)}</bdi>
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {data.doors.length > 0 && (
        <Section title="Ways in from outside" count={data.doors.length}>
          <ServiceList services={[]} doors={data.doors} />
        </Section>
      )}
      {data.clients.items.length > 0 && (
        <Section title="Who uses it" count={data.clients.total}>
          <EdgeList edges={data.clients.items} ends="source" />
        </Section>
      )}
      {data.selector !== null && data.selector.length > 0 && (
        <Section title="Selects pods with">
          <LabelList labels={data.selector} />
        </Section>
      )}
    </>
  )
}

const FROM: Readonly<Record<ServiceDocument['endpoints']['from'], string>> = {
  slices: 'EndpointSlices',
  endpoints: 'Endpoints',
  selector: 'its selector: the input holds no EndpointSlices of it',
  none: 'nowhere',
}

function serviceFacts(data: ServiceDocument): readonly { name: string; value: ReactNode }[] {
  const addresses = [...data.clusterIps, ...data.externalIps, ...data.loadBalancer.ingress.flatMap(({ ip }) => ip ?? [])]
  const facts: { name: string; value: ReactNode }[] = [{ name: 'Type', value: data.headless ? `${data.type}, headless` : data.type }]
  for (const address of addresses) facts.push({ name: 'Address', value: <FilterValue field="ip" value={address} /> })
  for (const { hostname } of data.loadBalancer.ingress) if (hostname !== null) facts.push({ name: 'Host name', value: hostname })
  if (data.externalName !== null) facts.push({ name: 'Stands for', value: <FilterValue field="name" value={data.externalName} /> })
  const families = familyWords(data.network)
  if (families !== null && data.type !== 'ExternalName') facts.push({ name: 'Families', value: families })
  if (data.sessionAffinity.mode !== 'None') {
    facts.push({ name: 'Session affinity', value: `${data.sessionAffinity.mode}, ${data.sessionAffinity.timeoutSeconds ?? 10_800} s` })
  }
  if (data.internalTrafficPolicy !== 'Cluster') facts.push({ name: 'Traffic from inside', value: 'only to endpoints on the same machine' })
  if (data.externalTrafficPolicy !== 'Cluster')
    facts.push({ name: 'Traffic from outside', value: 'only to endpoints on the machine it arrives at' })
  if (data.trafficDistribution !== null) facts.push({ name: 'Distribution', value: data.trafficDistribution })
  if (data.loadBalancer.sourceRanges.length > 0) facts.push({ name: 'Allowed sources', value: data.loadBalancer.sourceRanges.join(', ') })
  if (data.type !== 'ExternalName') facts.push({ name: 'Endpoints from', value: FROM[data.endpoints.from] })
  if (data.origin !== null) facts.push({ name: 'Written in', value: `${data.origin.file}:${data.origin.line}` })
  return facts
}
