import { CoreV1Api, KubeConfig, makeInformer } from '@kubernetes/client-node'
import type { FakeApi } from '../fake-api/fake-api'
import { THROWING_POD, turnOf } from './pods'
import type { Watcher } from './watcher'

/** How long its documentation waits before it starts an informer again that has reported an error. */
const RESTART_MS = 5_000

/** Thrown by what a program does with a new pod; nothing catches it, so that it would end the program. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
  readonly end: () => void

  constructor(end: () => void) {
    super('the program failed while it took a change')
    this.end = end
  }
}

/**
 * The informer of client-node, the baseline: as it is, or started again after every error as its documentation shows.
 */
export function startInformer(api: FakeApi, { restarts }: { readonly restarts: boolean }): Watcher {
  const config = new KubeConfig()
  config.loadFromString(api.kubeconfig())
  const core = config.makeApiClient(CoreV1Api)
  const informer = makeInformer(config, '/api/v1/pods', () => core.listPodForAllNamespaces())
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const start = () => void informer.start().catch(() => undefined)
  informer.on('error', () => {
    if (restarts && !isStopped) timer = setTimeout(start, RESTART_MS)
  })
  const stop = () => {
    isStopped = true
    clearTimeout(timer)
    void informer.stop()
  }
  informer.on('add', ({ metadata }) => {
    if (metadata?.name === THROWING_POD) throw new ProgramError(stop)
  })
  start()
  return {
    pods: () => (isStopped ? [] : informer.list().flatMap((pod) => turnOf(pod) ?? [])).sort(),
    saysLive: () => null,
    stop,
  }
}
