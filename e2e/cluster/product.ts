import type { ClusterSync } from '@/lib/api/cluster-sync'
import type { StatusDocument } from '@/lib/api/documents'
import { type StartedServer, startServer } from '../../testing/start-server.mjs'
import { eventually } from './eventually'

/** `sluice serve`, watching a cluster through a kubeconfig. */
export type Product = {
  readonly url: string
  /** A document of `/api/v1`; throws when it is refused. */
  readonly read: <T>(path: string) => Promise<T>
  /** null for a thing that the product does not know. */
  readonly find: <T>(path: string) => Promise<T | null>
  /** How completely the cluster is known. */
  readonly sync: () => Promise<ClusterSync>
  /** Waits until the cluster is known in such a way. */
  readonly reaches: (state: ClusterSync['state'], withinMs?: number) => Promise<ClusterSync>
  /** How many objects of a kind it holds. */
  readonly count: (kind: string) => Promise<number>
  /** What the policies say about TCP to a port: `allowed`, `denied`, `partial` or `unknown`. */
  readonly verdict: (from: string, to: string, port: number) => Promise<string>
  readonly stop: () => Promise<unknown>
}

/** Starts the product with the current context of a kubeconfig. */
export async function startProduct(kubeconfig: string, args: readonly string[] = []): Promise<Product> {
  const server: StartedServer = await startServer(['--cluster', 'kubeconfig', ...args], { environment: { KUBECONFIG: kubeconfig } })
  const find = async <T>(path: string): Promise<T | null> => {
    const answer = await fetch(`${server.url}/api/v1/${path}`)
    if (answer.status === 404) return null
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const read = async <T>(path: string): Promise<T> => {
    const found = await find<T>(path)
    if (found === null) throw new Error(`${path}: not found`)
    return found
  }
  const sync = async () => (await read<StatusDocument>('status')).cluster.sync
  return {
    url: server.url,
    read,
    find,
    sync,
    reaches: async (state, withinMs) => {
      let last: ClusterSync | null = null
      try {
        return await eventually(
          state,
          async () => {
            last = await sync()
            return last.state === state ? last : null
          },
          withinMs,
        )
      } catch (error) {
        throw new Error(`${String(error)}, but ${JSON.stringify(last)}`)
      }
    },
    count: async (kind) => (await read<StatusDocument>('status')).cluster.objects.find((objects) => objects.kind === kind)?.count ?? 0,
    verdict: async (from, to, port) => {
      const answer = await fetch(`${server.url}/api/v1/evaluate`, { method: 'POST', body: JSON.stringify({ from, to, port }) })
      const { answers } = (await answer.json()) as { answers: readonly { verdict: string }[] }
      return answers[0]?.verdict ?? `no answer: ${answer.status}`
    },
    stop: () => server.stop(),
  }
}
