import type { ControlPlane } from './control-plane'
import { eventually } from './eventually'
import type { KubeObject } from './kube-object'

/** Machines without machines: gives pods what a kubelet would give them. */
export type FakeKubelet = {
  /** Sets whether a pod is ready; a pod that starts is. */
  readonly setReady: (namespace: string, name: string, isReady: boolean) => Promise<void>
  readonly stop: () => Promise<void>
}

type PodFields = {
  readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string }
  readonly spec: { readonly nodeName?: string; readonly hostNetwork?: boolean }
  readonly status?: { readonly podIP?: string }
}

type Machine = {
  readonly own: readonly string[]
  readonly take: () => readonly string[]
  readonly giveBack: (ips: readonly string[]) => void
}

/**
 * Registers nodes and runs their pods: an address of each family from the ranges that the controller manager gave the
 * node (the node's own for a host-network pod), running and ready at once, gone at once when deleted.
 */
export async function startFakeKubelet({ admin }: ControlPlane, nodes: number): Promise<FakeKubelet> {
  const machines = new Map<string, Machine>()
  for (let index = 0; index < nodes; index += 1) {
    const name = `node-${index}`
    const own = [`192.0.2.${index + 1}`, `2001:db8::${(index + 1).toString(16)}`]
    const node = aNode(name)
    await admin.apply(node)
    await admin.merge(node, { status: nodeStatus(own) }, 'status')
    const ranges = await eventually(`pod ranges of ${name}`, async () => {
      const { spec } = (await admin.read(`/api/v1/nodes/${name}`)) as { spec: { podCIDRs?: readonly string[] } }
      return spec.podCIDRs ?? null
    })
    // The addresses of a node are few, so those of pods that went are given again.
    const free: (readonly string[])[] = Array.from({ length: 250 }, (_, number) => ranges.map((range) => addressIn(range, number + 2)))
    const take = () => {
      const taken = free.shift()
      if (taken === undefined) throw new Error(`${name} has no address left`)
      return taken
    }
    machines.set(name, { own, take, giveBack: (ips) => free.push(ips) })
  }

  const started = new Set<string>()
  const given = new Map<string, readonly string[]>()
  const handle = async (type: string, pod: KubeObject) => {
    const { metadata, spec, status } = pod as KubeObject & PodFields
    const machine = machines.get(spec.nodeName ?? '')
    if (type === 'BOOKMARK' || machine === undefined) return
    if (type === 'DELETED') {
      const ips = given.get(metadata.uid)
      given.delete(metadata.uid)
      if (ips !== undefined) machine.giveBack(ips)
      return
    }
    if (metadata.deletionTimestamp !== undefined) return admin.delete(pod)
    if (status?.podIP !== undefined || started.has(metadata.uid)) return
    started.add(metadata.uid)
    if (!spec.hostNetwork) given.set(metadata.uid, machine.take())
    const podIPs = (given.get(metadata.uid) ?? machine.own).map((ip) => ({ ip }))
    await admin.merge(
      pod,
      { status: { phase: 'Running', podIP: podIPs[0]?.ip, podIPs, hostIP: machine.own[0], conditions: readiness(true) } },
      'status',
    )
  }
  const stopping = new AbortController()
  const ignoreLoss = () => undefined
  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        for await (const { type, object } of admin.watch('/api/v1/pods?watch=1', stopping.signal)) {
          // A pod that goes meanwhile, or a server that is being killed, is what these tests are about.
          handle(type, object).catch(ignoreLoss)
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  })()

  return {
    setReady: (namespace, name, isReady) =>
      admin.merge(
        { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } },
        { status: { conditions: readiness(isReady) } },
        'status',
      ),
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

function addressIn(range: string, number: number): string {
  const start = range.slice(0, range.indexOf('/'))
  return start.includes(':') ? `${start}${number.toString(16)}` : start.replace(/0$/, String(number))
}

function aNode(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': 'here' } },
  }
}

function nodeStatus(own: readonly string[]): unknown {
  const room = { cpu: '64', memory: '256Gi', pods: '250' }
  return {
    addresses: own.map((address) => ({ type: 'InternalIP', address })),
    capacity: room,
    allocatable: room,
    conditions: [{ type: 'Ready', status: 'True', reason: 'Fake', message: '', lastHeartbeatTime: null, lastTransitionTime: null }],
  }
}

function readiness(isReady: boolean): unknown {
  return ['Ready', 'ContainersReady'].map((type) => ({ type, status: isReady ? 'True' : 'False' }))
}
