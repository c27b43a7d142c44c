import type { Check } from '@/lib/api/report/doctor-report'
import type { Cluster } from '@/lib/model/cluster'
import { readCluster } from '@/lib/model/read-cluster'
import { detectNetwork } from '@/lib/platform/network/detect-network'
import { readBundleHeader } from '../bundle/read-bundle-header'
import type { ServerWish } from '../config'
import { connectionOf } from '../connection-of'
import { ApiConnectionError } from '../kubernetes/connection/api-connection-error'
import type { ConnectionSettings } from '../kubernetes/connection/connection-settings'
import { openConnection } from '../kubernetes/connection/open-connection'
import { readLiveOnce } from '../read-live-once'
import { settleLive } from '../settle-cluster'
import { SLUICE_VERSION } from '../version'
import { checkApiServer } from './check-api-server'
import { checkLeases, checkRights } from './check-rights'
import { checkSources } from './check-sources'
import { checkStore } from './check-store'

export type Surroundings = {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where relative paths in KUBECONFIG start. */
  readonly folder: string
  readonly now: () => number
}

/** Looks at everything that a server with these options rests on, in the order in which one thing needs the other. */
export async function examine(wish: ServerWish, surroundings: Surroundings): Promise<readonly Check[]> {
  const { cluster, checks } = await examineCluster(wish, surroundings)
  return [...checks, ...(await checkSources(wish, cluster, surroundings.now())), await checkStore(wish)]
}

type ClusterChecks = { readonly cluster: Cluster | null; readonly checks: readonly Check[] }

async function examineCluster(wish: ServerWish, { environment, folder, now }: Surroundings): Promise<ClusterChecks> {
  const asked = wish.cluster
  if (asked.kind === 'demo' || asked.kind === 'manifests') {
    const what = asked.kind === 'demo' ? 'the built-in demo' : `the manifests in ${asked.path}`
    return { cluster: null, checks: [{ about: 'cluster', state: 'ok', message: `${what}; no API server is asked`, fixes: [] }] }
  }
  if (asked.kind === 'bundle') {
    const header = readBundleHeader(asked.path)
    const message = header.ok ? `the recording in ${asked.path}; no API server is asked` : `${asked.path}: ${header.error}`
    return { cluster: null, checks: [{ about: 'cluster', state: header.ok ? 'ok' : 'problem', message, fixes: [] }] }
  }
  const settled = settleLive({ ...wish, cluster: asked }, environment, folder)
  const settings = settled.ok ? connectionOf(settled.value.cluster, environment) : { ok: false as const, error: settled.error.message }
  if (!settled.ok || !settings.ok) return { cluster: null, checks: [noCluster(settings.ok ? '' : settings.error)] }
  const chosen: Check = { about: 'cluster', state: 'ok', message: settled.value.messages.join('; ').replace(/^Cluster: /, ''), fixes: [] }

  const connection = openConnection(settings.value, { environment, allowsPlugins: true, userAgent: `sluice/${SLUICE_VERSION}` })
  try {
    const { checks, user, isUsable } = await checkApiServer(settings.value, connection, now)
    if (!isUsable) return { cluster: null, checks: [chosen, ...checks] }
    const who = { user, namespace: settings.value.namespace }
    const rights = await checkRights(connection, who)
    const leases = wish.role === 'collector' ? [await checkLeases(connection, who)] : []
    const { cluster, checks: reading } = await checkReading(settings.value, now)
    return { cluster, checks: [chosen, ...checks, ...rights, ...leases, ...reading] }
  } catch (error) {
    if (!(error instanceof ApiConnectionError)) throw error
    return { cluster: null, checks: [chosen, { about: 'API server', state: 'problem', message: error.message, fixes: ['try again'] }] }
  } finally {
    connection.close()
  }
}

function noCluster(message: string): Check {
  const fixes = [
    'fetch a kubeconfig from where you got the cluster, or name one: --kubeconfig FILE',
    'see what kubectl knows: kubectl config get-contexts',
  ]
  return { about: 'cluster', state: 'problem', message, fixes }
}

/** Reads the cluster as the server does. What may not be read was said before. */
async function checkReading(settings: ConnectionSettings, now: () => number): Promise<ClusterChecks> {
  const startedAt = now()
  const { documents, problems, unread } = await readLiveOnce(settings)
  const tookMs = now() - startedAt
  const failed = problems.filter(({ message }) => !message.startsWith('not permitted '))
  const wrong = failed.map(({ message, severity }): Check => {
    return { about: 'reading', state: severity === 'error' ? 'problem' : 'warning', message, fixes: [] }
  })
  const read: Check = {
    about: 'reading',
    state: documents.length === 0 ? 'warning' : 'ok',
    message: `${documents.length} objects were read in ${(tookMs / 1_000).toFixed(1)} s`,
    fixes: [],
  }
  const cluster = readCluster(documents, { name: settings.name, source: 'live', unread })
  return { cluster, checks: [read, ...wrong, networkCheck(cluster)] }
}

function networkCheck(cluster: Cluster): Check {
  const { name, network, policy } = detectNetwork(cluster)
  if (name === null) {
    const message = 'no network plugin was recognised, so that nobody knows who enforces the policies'
    return {
      about: 'network',
      state: 'warning',
      message,
      fixes: ['plugins are recognised by their DaemonSets and ConfigMaps: may they be listed?'],
    }
  }
  const evidence = (network ?? policy).evidence[0]?.text ?? policy.evidence[0]?.text ?? ''
  const message = `${name}: ${policy.reason}. ${evidence}`.trim()
  const fixes = ['install a plugin that enforces policies, such as Calico or Cilium']
  return policy.enforces === 'no'
    ? { about: 'network', state: 'warning', message, fixes }
    : { about: 'network', state: 'ok', message, fixes: [] }
}
