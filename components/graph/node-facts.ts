import type { BadgeId, GraphNode } from '@/lib/graph/topology'

/** Which directions of a node are isolated; `some` on a namespace whose workloads differ. */
export type Shield = 'ingress' | 'egress' | 'both' | 'none' | 'some'

/** What a card says in words, read from the node's badges. */
export type NodeFacts = {
  readonly title: string
  /** One short line below the title; empty when there is nothing to say. */
  readonly subtitle: string
  /** null where isolation has no meaning (doors, services, outside). */
  readonly shield: Shield | null
  /** False when the policies exist and nobody enforces them. */
  readonly isEnforced: boolean
  /** How grave the worst finding about it is, and how many errors and warnings there are; null without any. */
  readonly findings: { readonly worst: 'error' | 'warning'; readonly count: number; readonly words: string } | null
  /** Plain sentence; null when nothing is wrong. */
  readonly problem: string | null
}

export function nodeFacts(node: GraphNode, parentName: string | null): NodeFacts {
  return {
    title: titleOf(node, parentName),
    subtitle: subtitleOf(node),
    shield: shieldOf(node),
    isEnforced: badge(node, 'not-enforced') === null,
    findings: findingsOf(node),
    // That a way leads nowhere comes before the reasons for it.
    problem: badge(node, 'nowhere') ?? badge(node, 'problem'),
  }
}

/** What a card says below its title: what is wrong, beside which the kind of a way in or out still stands. */
export function lineBelow(node: GraphNode, { problem, subtitle }: NodeFacts): string {
  const door = badge(node, 'door')
  if (problem === null) return subtitle
  if (door === null) return `! ${problem}`
  return badge(node, 'nowhere') === null ? `! ${shortDoor(door)} · ${problem}` : `! ${problem} · ${shortDoor(door)}`
}

/** The value of the node's first badge of that id; null without one. */
export function badge(node: GraphNode, id: BadgeId): string | null {
  return node.badges.find((one) => one.id === id)?.value ?? null
}

export function badges(node: GraphNode, id: BadgeId): readonly string[] {
  return node.badges.filter((one) => one.id === id).map((one) => one.value)
}

/** Kind as people say it: from the reference for workloads, else a plain word. */
export function kindWord(node: GraphNode): string {
  switch (node.kind) {
    case 'workload':
      return /\[([^[\]]+)\]$/.exec(node.ref)?.[1] ?? 'Workload'
    case 'cluster':
      return 'Cluster'
    case 'namespace':
      return 'Namespace'
    case 'pod':
      return 'Pod'
    case 'container':
      return badge(node, 'sidecar') === null ? 'Container' : 'Sidecar container'
    case 'service':
      return 'Service'
    case 'entry':
      return badge(node, 'door') ?? 'Entry'
    case 'external':
      return 'Outside the cluster'
    case 'machine':
      return 'Cluster node'
    case 'egress-gateway':
      return 'Egress gateway'
  }
}

function titleOf(node: GraphNode, parentName: string | null): string {
  if (node.kind !== 'pod' || parentName === null) return node.name
  // Inside its workload a pod needs only what tells it from its siblings.
  return node.name.startsWith(`${parentName}-`) ? node.name.slice(parentName.length + 1) : node.name
}

function subtitleOf(node: GraphNode): string {
  const parts: string[] = []
  switch (node.kind) {
    case 'cluster': {
      const namespaces = badge(node, 'namespaces')
      if (namespaces !== null) parts.push(plural(namespaces, 'namespace'))
      break
    }
    case 'namespace': {
      const workloads = badge(node, 'workloads')
      if (workloads !== null) parts.push(plural(workloads, 'workload'))
      parts.push(...readyPods(node))
      break
    }
    case 'workload':
      parts.push(...readyPods(node), kindWord(node))
      break
    case 'service': {
      const type = badge(node, 'headless') !== null ? 'headless' : badge(node, 'service-type')
      if (type !== null) parts.push(type)
      const endpoints = badge(node, 'endpoints')
      if (endpoints !== null) parts.push(`${endpoints} ready`)
      break
    }
    case 'entry': {
      const door = badge(node, 'door')
      if (door !== null) parts.push(shortDoor(door))
      if (badge(node, 'tls') !== null) parts.push('TLS')
      if (badge(node, 'predicted') !== null) parts.push('predicted')
      parts.push(...badges(node, 'hosts').slice(0, 1))
      break
    }
    case 'container':
      parts.push(...badges(node, 'ports'))
      break
    case 'external':
    case 'machine':
      parts.push(outsideWord(node), ...badges(node, 'addresses').slice(0, 1))
      break
    case 'egress-gateway':
      parts.push(
        ...badges(node, 'door'),
        ...(badge(node, 'predicted') === null ? [] : ['predicted']),
        ...badges(node, 'addresses').slice(0, 1),
      )
      break
    case 'pod':
      break
  }
  return parts.join(' · ')
}

/** The kind of a way in; its class stands in the panel, and is the least of what a card has room for. */
function shortDoor(door: string): string {
  const comma = door.indexOf(', class ')
  return comma < 0 ? door : door.slice(0, comma)
}

/** What an outside end is to the cluster: an address or a name alone does not say it. */
function outsideWord({ ref, lane, kind }: GraphNode): string {
  if (kind === 'machine') return ref === 'entity:kube-apiserver' ? 'control plane' : 'cluster node'
  if (ref === 'entity:unknown') return 'no object has the address'
  if (lane === 'entry') return 'clients'
  if (ref.startsWith('cidr:')) return 'outside address range'
  if (ref.startsWith('ip:')) return 'outside address'
  if (ref.startsWith('dns:')) return 'DNS name'
  return 'outside the cluster'
}

function readyPods(node: GraphNode): readonly string[] {
  const pods = badge(node, 'pods')
  if (pods === null) return []
  const [ready, total] = pods.split('/')
  if (ready === total && total !== undefined) return [plural(total, 'pod')]
  return [`${pods} pods ready`]
}

function findingsOf(node: GraphNode): NodeFacts['findings'] {
  const words = badge(node, 'findings')
  if (words === null) return null
  const count = [...words.matchAll(/\d+/g)].reduce((sum, [number]) => sum + Number(number), 0)
  return { worst: words.includes('error') ? 'error' : 'warning', count, words }
}

function shieldOf(node: GraphNode): Shield | null {
  const value = badge(node, 'isolated')
  return value === 'ingress' || value === 'egress' || value === 'both' || value === 'none' || value === 'some' ? value : null
}

function plural(count: string, word: string): string {
  return `${count} ${word}${count === '1' ? '' : 's'}`
}
