import type { Cluster } from '@/lib/model/cluster'
import type { InputProblem } from '@/lib/model/problem'
import type { SourceDocument } from '@/lib/model/source-document'
import { SYSTEM_CLOCK } from './clock'
import type { ConnectionSettings } from './kubernetes/connection/connection-settings'
import { openConnection } from './kubernetes/connection/open-connection'
import { createLiveCluster } from './kubernetes/reflector/create-live-cluster'
import { unreadOf } from './live-feed'
import { liveProblems } from './live-problems'
import { SLUICE_VERSION } from './version'

/** A live cluster as it was at one moment. */
export type LiveMoment = {
  readonly documents: readonly SourceDocument[]
  /** What could not be read: an error where answers depend on it, else a warning. */
  readonly problems: readonly InputProblem[]
  /** As `Cluster.unread`. */
  readonly unread: Cluster['unread']
}

/** A cluster of many thousand pods over a slow line takes half a minute. */
const TIMEOUT_MS = 120_000

/** Reads every kind of a cluster once, as far as its rights go, and lets go of it. Never throws: what fails is a problem. */
export async function readLiveOnce(settings: ConnectionSettings): Promise<LiveMoment> {
  const cluster = createLiveCluster({
    name: settings.name,
    // Whoever runs a command has the kubeconfig in hand.
    connection: openConnection(settings, { allowsPlugins: true, userAgent: `sluice/${SLUICE_VERSION}` }),
    namespaces: [settings.namespace],
    events: { onUpdate: () => undefined },
    clock: SYSTEM_CLOCK,
    random: Math.random,
  })
  const timeout = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, TIMEOUT_MS)
    void cluster.firstSync.then(() => clearTimeout(timer))
  })
  try {
    cluster.start()
    await Promise.race([cluster.firstSync, timeout])
    const kinds = cluster.kinds()
    return {
      documents: cluster.documents(),
      problems: [...cluster.problems(), ...liveProblems(kinds)],
      unread: unreadOf(kinds),
    }
  } finally {
    cluster.stop()
  }
}
