import type { FakeApi } from '../fake-api/fake-api'
import type { KubernetesObject } from '../fake-api/kubernetes-object'

/** What takes the changes of a watcher throws when this one comes. */
export const THROWING_POD = 'throws'

/** A pod that says in a label which writing of it this is. */
export function aTurnPod(name: string, turn = 1, extra: Record<string, unknown> = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { turn: String(turn) }, ...extra },
    spec: { containers: [{ name: 'app', image: 'app:1', ports: [{ containerPort: 8080 }] }] },
    status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] },
  }
}

/** `NAME TURN` of a pod, wherever it was read; null for what is no pod of ours. */
export function turnOf(pod: unknown): string | null {
  const { metadata } = pod as { metadata?: { name?: unknown; labels?: { turn?: unknown } } }
  return typeof metadata?.name === 'string' && metadata.labels?.turn !== undefined
    ? `${metadata.name} ${String(metadata.labels.turn)}`
    : null
}

/** The pods there really are. */
export function truth(api: FakeApi): readonly string[] {
  const pods = api.objects.kindNamed('', 'pods')
  return pods === null ? [] : api.objects.list(pods).flatMap((pod) => turnOf(pod) ?? [])
}
