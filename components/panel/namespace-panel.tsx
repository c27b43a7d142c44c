'use client'

import { useQuery } from '@tanstack/react-query'
import { ChangedLately } from '@/components/graph/changed-lately'
import { badge } from '@/components/graph/node-facts'
import { useViewState } from '@/components/live/use-view-state'
import { Button } from '@/components/ui/button'
import { Facts } from '@/components/ui/table'
import type { GraphNode } from '@/lib/graph/topology'
import { namespacePoliciesOptions } from './panel-queries'
import { PolicyList } from './policy-list'
import { Section } from './section'
import { TrafficSections } from './traffic-sections'

const ISOLATION: Readonly<Record<string, string>> = {
  both: 'every workload, in both directions',
  ingress: 'every workload, for what comes in',
  egress: 'every workload, for what goes out',
  some: 'some workloads',
  none: 'none: everything is allowed',
  unknown: 'cannot tell: not all policies may be read',
}

export function NamespacePanel({ node }: { node: GraphNode }) {
  const [view, changeView] = useViewState()
  const { data } = useQuery(namespacePoliciesOptions(node.name))
  const isolated = badge(node, 'isolated')
  const facts = [
    { name: 'Workloads', value: badge(node, 'workloads') },
    { name: 'Pods ready', value: badge(node, 'pods') },
    { name: 'Isolated', value: isolated === null ? null : (ISOLATION[isolated] ?? isolated) },
  ].flatMap((fact) => (fact.value === null ? [] : [{ name: fact.name, value: fact.value }]))
  const isInside = view.namespaces.length === 1 && view.namespaces[0] === node.name
  return (
    <>
      {facts.length > 0 && (
        <Section title="Facts">
          <Facts facts={facts} />
        </Section>
      )}
      <ChangedLately about={node.name} />
      {!isInside && (
        <Section title="Look inside">
          <Button
            icon="zoomIn"
            onClick={() =>
              changeView({
                namespaces: [node.name],
                level: view.level === 'namespace' ? 'workload' : view.level,
                open: [],
                selection: null,
              })
            }
          >
            Its workloads and what they talk to
          </Button>
        </Section>
      )}
      {data !== undefined && (
        <Section title="Policies in it" count={data.policies.length}>
          <PolicyList policies={data.policies} />
        </Section>
      )}
      <TrafficSections nodeIds={[node.id]} />
    </>
  )
}
