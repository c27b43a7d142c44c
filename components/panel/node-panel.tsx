'use client'

import { badge, badges, kindWord } from '@/components/graph/node-facts'
import { useGraphStore } from '@/components/live/live-provider'
import { enteringId, selectionOf } from '@/components/live/selection'
import { Facts } from '@/components/ui/table'
import type { GraphNode } from '@/lib/graph/topology'
import { FindingList } from './finding-list'
import { NamespacePanel } from './namespace-panel'
import styles from './node-panel.module.css'
import { OutsidePanel } from './outside-panel'
import { RefName } from './ref-name'
import { PanelHead, Section } from './section'
import { ServicePanel } from './service-panel'
import { TrafficSections } from './traffic-sections'
import { WayInPanel } from './way-in-panel'
import { WayOutPanel } from './way-out-panel'
import { WorkloadPanel } from './workload-panel'

/** What is known of one thing on the map. */
export function NodePanel({ node }: { node: GraphNode }) {
  const { nodes } = useGraphStore()
  const pod = node.kind === 'container' && node.parent !== null ? nodes.get(node.parent) : node
  const workload = pod?.parent == null ? null : (nodes.get(pod.parent)?.ref ?? pod.parent)
  // Ways in and out list what is wrong with them further down.
  const problems = node.kind === 'entry' || node.kind === 'egress-gateway' ? [] : badges(node, 'problem')
  return (
    <>
      <PanelHead kind={kindWord(node)}>
        <RefName refName={node.ref} />
      </PanelHead>
      {problems.map((problem) => (
        <p key={problem} className={styles.problem}>
          ! {problem}
        </p>
      ))}
      <FindingList
        refName={node.kind === 'container' ? (pod?.parent ?? node.ref) : node.kind === 'pod' ? (node.parent ?? node.ref) : node.ref}
      />
      {node.kind === 'namespace' && <NamespacePanel node={node} />}
      {node.kind === 'workload' && <WorkloadPanel workload={node.ref} pod={null} />}
      {node.kind === 'service' && <ServicePanel refName={node.ref} />}
      {(node.kind === 'pod' || node.kind === 'container') && workload !== null && (
        <WorkloadPanel workload={workload} pod={pod?.ref ?? null} />
      )}
      {node.kind === 'entry' && <WayInPanel refName={node.ref} />}
      {node.kind === 'egress-gateway' && <WayOutPanel refName={node.ref} />}
      {node.kind === 'external' && <OutsidePanel refName={node.ref} />}
      {node.kind === 'machine' && <OuterFacts node={node} />}
      {OUTER.has(node.kind) && <TrafficSections nodeIds={[node.id, enteringId(selectionOf(node))]} />}
    </>
  )
}

const OUTER: ReadonlySet<GraphNode['kind']> = new Set(['entry', 'external', 'machine', 'egress-gateway'])

function OuterFacts({ node }: { node: GraphNode }) {
  const facts = [
    { name: 'Addresses', value: badges(node, 'addresses').join(', ') },
    { name: 'Hosts', value: badges(node, 'hosts').join(', ') },
    { name: 'TLS', value: badge(node, 'tls') ?? '' },
    { name: 'Class', value: badge(node, 'service-type') ?? '' },
  ].filter((fact) => fact.value !== '')
  if (facts.length === 0) return null
  return (
    <Section title="Facts">
      <Facts facts={facts} />
    </Section>
  )
}
