import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, type LayoutEdge, type LayoutInput, type LayoutNode, layoutGraph } from './layout'
import { boxInset } from './layout-size'

type Plan = { readonly namespaces: readonly (readonly number[])[]; readonly services: number; readonly outside: number }

const plans: fc.Arbitrary<Plan> = fc.record({
  namespaces: fc.array(fc.array(fc.integer({ min: 0, max: 14 }), { maxLength: 9 }), { minLength: 1, maxLength: 8 }),
  services: fc.integer({ min: 0, max: 4 }),
  outside: fc.integer({ min: 0, max: 12 }),
})

/** Namespaces with workloads with so many pods each, services, entries and outside ranges; edges by a fixed rule. */
function aGraph(plan: Plan): LayoutInput {
  const nodes: LayoutNode[] = []
  const edges: LayoutEdge[] = []
  const workloads: string[] = []
  plan.namespaces.forEach((counts, n) => {
    const namespace = `ns-${n}`
    nodes.push({ id: namespace, kind: 'namespace', parent: null, lane: 'workload', isSmall: false })
    counts.forEach((pods, w) => {
      const workload = `${namespace}/w${w}[Deployment]`
      workloads.push(workload)
      nodes.push({ id: workload, kind: 'workload', parent: namespace, lane: 'workload', isSmall: false })
      for (let p = 0; p < pods; p++)
        nodes.push({ id: `${namespace}/w${w}-${p}`, kind: 'pod', parent: workload, lane: 'workload', isSmall: false })
    })
    for (let s = 0; s < Math.min(plan.services, counts.length); s++) {
      nodes.push({ id: `svc:${namespace}/s${s}`, kind: 'service', parent: namespace, lane: 'service', isSmall: false })
      edges.push({ source: `svc:${namespace}/s${s}`, target: `${namespace}/w${s}[Deployment]`, weight: 2 })
    }
  })
  for (let o = 0; o < plan.outside; o++) {
    const entry = o % 2 === 0
    nodes.push({ id: `outside-${o}`, kind: entry ? 'entry' : 'external', parent: null, lane: entry ? 'entry' : 'external', isSmall: false })
    const workload = workloads[(o * 7) % Math.max(1, workloads.length)]
    if (workload) edges.push(entry ? edge(`outside-${o}`, workload) : edge(workload, `outside-${o}`))
  }
  workloads.forEach((from, i) => {
    const to = workloads[(i * 5 + 3) % workloads.length]
    if (to && to !== from) edges.push(edge(from, to))
  })
  return { nodes, edges, aspect: 1.6 }
}

function edge(source: string, target: string): LayoutEdge {
  return { source, target, weight: 3 }
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function expectWellPlaced(input: LayoutInput, boxes: ReadonlyMap<string, Box>): void {
  const ids = new Set(input.nodes.map((node) => node.id))
  const siblings = new Map<string, LayoutNode[]>()
  for (const node of input.nodes) {
    const box = boxes.get(node.id)
    expect(box).toBeDefined()
    const parent = node.parent !== null && ids.has(node.parent) ? node.parent : ''
    siblings.set(parent, [...(siblings.get(parent) ?? []), node])
    const outer = boxes.get(parent)
    if (!box || !outer) continue
    const kind = input.nodes.find((other) => other.id === parent)?.kind ?? 'namespace'
    expect(box.y).toBeGreaterThanOrEqual(outer.y + boxInset(kind).header)
    expect(box.x).toBeGreaterThanOrEqual(outer.x)
    expect(box.x + box.width).toBeLessThanOrEqual(outer.x + outer.width)
    expect(box.y + box.height).toBeLessThanOrEqual(outer.y + outer.height)
  }
  for (const group of siblings.values()) {
    for (let i = 0; i < group.length; i++) {
      for (let j = i + 1; j < group.length; j++) {
        const [a, b] = [boxes.get(group[i]?.id ?? ''), boxes.get(group[j]?.id ?? '')]
        if (a && b && overlaps(a, b)) throw new Error(`${group[i]?.id} overlaps ${group[j]?.id}`)
      }
    }
  }
}

test('every node has a place, inside its parent and below its label, and siblings do not overlap', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const input = aGraph(plan)
      expectWellPlaced(input, layoutGraph(input, null).boxes)
    }),
  )
})

test('the order of the input does not matter', () => {
  fc.assert(
    fc.property(plans, fc.infiniteStream(fc.nat()), (plan, order) => {
      const input = aGraph(plan)
      const shuffle = <T>(list: readonly T[]) =>
        list
          .map((item) => ({ item, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item)
      const shuffled = { ...input, nodes: shuffle(input.nodes), edges: shuffle(input.edges) }
      expect(new Map([...layoutGraph(shuffled, null).boxes].sort())).toEqual(new Map([...layoutGraph(input, null).boxes].sort()))
    }),
    { numRuns: 40 },
  )
})

test('replacing pods moves no pod, workload or namespace that stays', () => {
  fc.assert(
    fc.property(plans, fc.array(fc.array(fc.nat(), { maxLength: 12 }), { maxLength: 12 }), (plan, rounds) => {
      let input = aGraph(plan)
      let layout = layoutGraph(input, null)
      rounds.forEach((victims, round) => {
        const pods = input.nodes.filter((node) => node.kind === 'pod')
        if (pods.length === 0) return
        const gone = new Set(victims.map((victim) => pods[victim % pods.length]?.id))
        const born = pods.filter((pod) => gone.has(pod.id)).map((pod, i) => ({ ...pod, id: `${pod.parent}-r${round}-${i}` }))
        const next = { ...input, nodes: [...born, ...input.nodes.filter((node) => !gone.has(node.id))] }
        const after = layoutGraph(next, layout.memory)
        for (const node of input.nodes) if (!gone.has(node.id)) expect(after.boxes.get(node.id)).toEqual(layout.boxes.get(node.id))
        expectWellPlaced(next, after.boxes)
        input = next
        layout = after
      })
    }),
    { numRuns: 60 },
  )
})

test('a rolling update that adds a pod to each workload before it removes one moves nothing', () => {
  const input = aGraph({ namespaces: [[1, 2, 3, 4, 8, 14]], services: 2, outside: 4 })
  const before = layoutGraph(input, null)
  const surge = input.nodes
    .filter((node) => node.kind === 'workload')
    .map((node) => ({ ...node, id: `${node.id}-new`, kind: 'pod' as const, parent: node.id }))
  const after = layoutGraph({ ...input, nodes: [...input.nodes, ...surge] }, before.memory)
  for (const node of input.nodes) expect(after.boxes.get(node.id)).toEqual(before.boxes.get(node.id))
})

test('any churn at all leaves boxes apart, and boxes never shrink', () => {
  fc.assert(
    fc.property(plans, plans, plans, (first, second, third) => {
      let layout = layoutGraph(aGraph(first), null)
      for (const plan of [second, third, first]) {
        const input = aGraph(plan)
        const next = layoutGraph(input, layout.memory)
        expectWellPlaced(input, next.boxes)
        layout = next
      }
    }),
    { numRuns: 60 },
  )
})

test('a workload that outgrows its box pushes only what stands below it or to its right', () => {
  const input = aGraph({
    namespaces: [
      [3, 3],
      [2, 2],
      [1, 1, 1],
    ],
    services: 0,
    outside: 6,
  })
  const before = layoutGraph(input, null)
  const grown = 'ns-1/w0[Deployment]'
  const more = Array.from(
    { length: 30 },
    (_, i): LayoutNode => ({ id: `more-${i}`, kind: 'pod', parent: grown, lane: 'workload', isSmall: false }),
  )
  const after = layoutGraph({ ...input, nodes: [...input.nodes, ...more] }, before.memory)
  const home = before.boxes.get('ns-1')
  for (const node of input.nodes) {
    const [was, is] = [before.boxes.get(node.id), after.boxes.get(node.id)]
    if (!was || !is || !home) throw new Error('not placed')
    expect(is.x).toBeGreaterThanOrEqual(was.x)
    expect(is.y).toBeGreaterThanOrEqual(was.y)
    if (was.x + was.width <= home.x) expect(is).toEqual(was)
  }
})

test('what enters stands left of everything, what is outside right of everything, services left of their workload', () => {
  const input = aGraph({
    namespaces: [
      [0, 0, 0],
      [0, 0],
    ],
    services: 2,
    outside: 6,
  })
  const { boxes } = layoutGraph(input, null)
  const right = Math.max(...[...boxes].filter(([id]) => id.startsWith('ns-')).map(([, box]) => box.x + box.width))
  for (const node of input.nodes) {
    const box = boxes.get(node.id)
    if (node.lane === 'entry') expect(box?.x ?? 0).toBeLessThan(boxes.get('ns-0')?.x ?? 0)
    if (node.lane === 'external') expect(box?.x ?? 0).toBeGreaterThan(right)
  }
  expect(boxes.get('svc:ns-0/s1')?.x ?? 0).toBeLessThan(boxes.get('ns-0/w1[Deployment]')?.x ?? 0)
})

test('callers stand left of what they call', () => {
  const chain = ['a', 'b', 'c', 'd']
  const nodes: LayoutNode[] = chain.map((id) => ({ id, kind: 'namespace', parent: null, lane: 'workload', isSmall: false }))
  const edges = [edge('c', 'd'), edge('d', 'a'), edge('a', 'b')]
  const { boxes } = layoutGraph({ nodes, edges, aspect: 4 }, null)
  const x = (id: string) => boxes.get(id)?.x ?? 0
  expect(x('c')).toBeLessThanOrEqual(x('d'))
  expect(x('d')).toBeLessThanOrEqual(x('a'))
  expect(x('a')).toBeLessThanOrEqual(x('b'))
  expect(x('c')).toBeLessThan(x('b'))
})

test('names that are words of the language are names like any other', () => {
  const nodes: LayoutNode[] = ['__proto__', 'constructor', 'toString'].map((id) => ({
    id,
    kind: 'namespace',
    parent: null,
    lane: 'workload',
    isSmall: false,
  }))
  const { boxes } = layoutGraph({ nodes, edges: [edge('__proto__', 'constructor')], aspect: 1.6 }, null)
  expect([...boxes.keys()].sort()).toEqual(['__proto__', 'constructor', 'toString'])
})
