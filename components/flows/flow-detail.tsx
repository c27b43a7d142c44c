'use client'

import type { ReactNode } from 'react'
import type { FlowDocument } from '@/lib/api/documents'
import type { FilterField } from '@/lib/flows/filter-types'
import type { FlowEndpoint } from '@/lib/flows/flow'
import { FilterValue } from '../live/filter-value'
import { formatBytes, formatCount, formatDateTime } from '../ui/format'
import { SidePanel } from '../ui/side-panel'
import { Facts } from '../ui/table'
import { EndpointName } from './endpoint-name'
import { EngineAnswer } from './engine-answer'
import styles from './flow-detail.module.css'
import { l7Text } from './l7-text'

type Fact = { readonly name: string; readonly value: ReactNode }

/** Everything known of one flow, with what the policies say now beside what was observed. */
export function FlowDetail({ flow, onClose }: { flow: FlowDocument; onClose: () => void }) {
  return (
    <SidePanel
      label="Flow"
      heading={
        <h2>
          <EndpointName endpoint={flow.source} /> → <EndpointName endpoint={flow.destination} />
        </h2>
      }
      closeLabel="Close the flow"
      onClose={onClose}
    >
      <EngineAnswer flow={flow} />
      <section className={styles.section}>
        <h3>Source</h3>
        <Facts facts={endpointFacts(flow.source, 'from')} />
      </section>
      <section className={styles.section}>
        <h3>Destination</h3>
        <Facts facts={endpointFacts(flow.destination, 'to')} />
      </section>
      <section className={styles.section}>
        <h3>Record</h3>
        <Facts facts={recordFacts(flow)} />
      </section>
    </SidePanel>
  )
}

function endpointFacts(endpoint: FlowEndpoint, side: 'from' | 'to'): Fact[] {
  const facts: Fact[] = []
  const add = (name: string, field: FilterField, value: string | null) => {
    if (value !== null) facts.push({ name, value: <FilterValue side={side} field={field} value={value} /> })
  }
  add('Namespace', 'ns', endpoint.namespace)
  add('Workload', 'workload', endpoint.workload)
  add('Pod', 'pod', endpoint.pod)
  add('Service', 'service', endpoint.service?.replace('svc:', '') ?? null)
  add('Address', 'ip', endpoint.ip)
  if (endpoint.workload === null && endpoint.pod === null) facts.push({ name: 'Name', value: <bdi>{endpoint.ref}</bdi> })
  facts.push({ name: 'Known', value: IDENTITY[endpoint.identity] })
  if (endpoint.candidates.length > 1) facts.push({ name: 'May be', value: <bdi>{endpoint.candidates.join(' or ')}</bdi> })
  return facts
}

const IDENTITY: Readonly<Record<FlowEndpoint['identity'], string>> = {
  stated: 'stated by the record',
  resolved: 'by its address in the cluster',
  uncertain: 'uncertain: several things fit the address, or had it within seconds of the flow',
}

function recordFacts(flow: FlowDocument): Fact[] {
  const facts: Fact[] = [
    { name: 'Time', value: formatDateTime(Date.parse(flow.time)) },
    {
      name: 'Port',
      value: (
        <>
          {flow.port !== null && <FilterValue field="port" value={String(flow.port)} />}{' '}
          <FilterValue field="protocol" value={flow.protocol} />
        </>
      ),
    },
  ]
  if (flow.sourcePort !== null) facts.push({ name: "Client's port", value: flow.sourcePort })
  if (flow.l7 !== null) {
    const latency = flow.l7.latencyMs === null ? '' : `, ${flow.l7.latencyMs} ms`
    facts.push({ name: `Layer 7 (${flow.l7.type})`, value: <bdi>{l7Text(flow.l7) + latency}</bdi> })
  }
  if (flow.reason !== null) facts.push({ name: 'Reason', value: <FilterValue field="reason" value={flow.reason} /> })
  if (flow.rawReason !== null && flow.rawReason !== flow.reason) facts.push({ name: "Source's reason", value: <bdi>{flow.rawReason}</bdi> })
  if (flow.direction !== null) facts.push({ name: 'Direction', value: flow.direction })
  if (flow.guessedOrder) facts.push({ name: 'Order', value: 'the record does not say who opened the connection: guessed from the ports' })
  if (flow.count > 1) facts.push({ name: 'Stands for', value: `${formatCount(flow.count)} connections` })
  if (flow.mutualTls !== undefined) {
    facts.push({ name: 'Mutual TLS', value: flow.mutualTls ? 'seen: both ends showed certificates' : 'not used, as the proxy says' })
  }
  if (flow.overMs !== undefined) {
    const seconds = Math.round(flow.overMs / 1000)
    facts.push({ name: 'From metrics', value: `how much counters grew in ${formatCount(seconds)} s; no single connection is known` })
  }
  if (flow.bytes !== null) facts.push({ name: 'Bytes', value: formatBytes(flow.bytes) })
  if (flow.packets !== null) facts.push({ name: 'Packets', value: formatCount(flow.packets) })
  facts.push({ name: 'Reporter', value: flow.node === null ? flow.reporter : `${flow.reporter} on ${flow.node}` })
  return facts
}
