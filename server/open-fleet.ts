import { hostname } from 'node:os'
import { SYSTEM_CLOCK } from './clock'
import { clusterNameOf } from './cluster-reader'
import type { ServerConfig } from './config'
import { isLoopbackHost } from './config/parse-listen'
import { connectionOf } from './connection-of'
import { DEMO_CLUSTER } from './demo/create-demo'
import { type ClusterPlan, Fleet } from './fleet'
import { type ConnectionSettings, pluginCommand } from './kubernetes/connection/connection-settings'
import { type ConnectionOptions, openConnection } from './kubernetes/connection/open-connection'
import { contextSettings } from './kubernetes/kubeconfig/context-settings'
import { inClusterSettings } from './kubernetes/kubeconfig/in-cluster-settings'
import { listContexts } from './kubernetes/kubeconfig/list-contexts'
import { readKubeconfig } from './kubernetes/kubeconfig/read-kubeconfig'
import { createLiveCluster } from './kubernetes/reflector/create-live-cluster'
import { LeaseClaims } from './lease-claims'
import { liveFeed } from './live-feed'
import { type OpenStore, openStore } from './open-store'
import { Runtime } from './running'
import type { SourceClaims } from './source-claims'
import { SLUICE_VERSION } from './version'

/** The clusters that a configuration names. Flow sources belong to the first of them. */
export function openFleet(config: ServerConfig): Fleet {
  const { cluster } = config
  const store = openStore(config, () => SYSTEM_CLOCK.now())
  const close = async () => store?.close()
  switch (cluster.kind) {
    case 'demo':
      return new Fleet({ ...NOBODY, name: DEMO_CLUSTER, origin: null, open: () => started(new Runtime(config)) })
    case 'manifests': {
      const name = clusterNameOf(cluster.path)
      const open = () => started(new Runtime(config, SYSTEM_CLOCK, undefined, store?.of(name) ?? null))
      return new Fleet({ ...NOBODY, name, origin: cluster.path, open }, undefined, SYSTEM_CLOCK, close)
    }
    case 'bundle': {
      const { name, path } = cluster
      return new Fleet({ ...NOBODY, name, origin: path, open: () => started(new Runtime(config)) })
    }
    case 'in-cluster': {
      const settings = inClusterSettings(process.env)
      if (!settings.ok) throw new Error(settings.error)
      return new Fleet(livePlan(settings.value, config, null, store), undefined, SYSTEM_CLOCK, close)
    }
    case 'kubeconfig': {
      const [first = '', ...further] = cluster.contexts
      const others = () => contextPlans(config, cluster.files, store)
      const fleet = new Fleet(contextPlan(first, config, cluster.files, store), others, SYSTEM_CLOCK, close)
      for (const name of further) fleet.connect(name)
      return fleet
    }
  }
}

const NOBODY = { user: null, runs: null, problem: null }

type KubeconfigFiles = Extract<ServerConfig['cluster'], { kind: 'kubeconfig' }>['files']

/** Every context there is now; none while the kubeconfig cannot be read. */
function contextPlans(config: ServerConfig, files: KubeconfigFiles, store: OpenStore | null): readonly ClusterPlan[] {
  const kubeconfig = readKubeconfig(files)
  if (!kubeconfig.ok) return []
  return listContexts(kubeconfig.value).map(({ name, server, user, runs, problem }) => {
    const settings = contextSettings(kubeconfig.value, name)
    if (settings.ok) return { ...livePlan(settings.value, { ...config, flows: [] }, files, store), user: user === '' ? null : user }
    const open = () => {
      throw new Error(settings.error)
    }
    return { name, origin: server === '' ? null : server, user: user === '' ? null : user, runs, problem: problem ?? settings.error, open }
  })
}

/** The context that is shown first, with the flow sources. Throws when it cannot be used; the start looked before. */
function contextPlan(name: string, config: ServerConfig, files: KubeconfigFiles, store: OpenStore | null): ClusterPlan {
  const kubeconfig = readKubeconfig(files)
  const settings = kubeconfig.ok ? contextSettings(kubeconfig.value, name) : kubeconfig
  if (!settings.ok) throw new Error(settings.error)
  const user = kubeconfig.ok ? (kubeconfig.value.contexts.get(name)?.user ?? '') : ''
  return { ...livePlan(settings.value, config, files, store), user: user === '' ? null : user }
}

/** @param files of the kubeconfig; null for the account of the pod, whose programs are never run. */
function livePlan(settings: ConnectionSettings, config: ServerConfig, files: KubeconfigFiles | null, store: OpenStore | null): ClusterPlan {
  const open = () => {
    const options: Partial<ConnectionOptions> = {
      allowsPlugins: files !== null && config.auth.kind === 'none' && isLoopbackHost(config.listen.host),
      userAgent: `sluice/${SLUICE_VERSION}`,
      reload: () => (files === null ? null : settingsNow(settings.name, files)),
    }
    const connection = openConnection(settings, options)
    const feed = liveFeed(settings.server, (events) =>
      createLiveCluster({
        name: settings.name,
        connection,
        namespaces: [settings.namespace],
        events,
        clock: SYSTEM_CLOCK,
        random: Math.random,
      }),
    )
    const keeping = store?.of(settings.name) ?? null
    return started(new Runtime(config, SYSTEM_CLOCK, feed, keeping, claimsOf(settings, config, options)))
  }
  const { credentials } = settings
  const runs = credentials.kind === 'plugin' ? pluginCommand(credentials.plugin) : null
  return { name: settings.name, origin: settings.server, user: null, runs, problem: null, open }
}

/** Collectors of one cluster take turns by Leases in the namespace of their pod or context; null for other roles. */
function claimsOf(
  settings: ConnectionSettings,
  { role, store, listen, flows }: ServerConfig,
  options: Partial<ConnectionOptions>,
): SourceClaims | null {
  if (role !== 'collector' || store.kind !== 'clickhouse' || flows.length === 0) return null
  const { namespace, name } = settings
  const host = `${hostname()}:${listen.port}`
  return new LeaseClaims({ connection: openConnection(settings, options), namespace, scope: `${store.database}/${name}`, host })
}

/** How the kubeconfig says now that a context is to be reached; null while it does not. */
function settingsNow(name: string, files: KubeconfigFiles): ConnectionSettings | null {
  const settings = connectionOf({ kind: 'kubeconfig', files, contexts: [name] }, process.env)
  return settings.ok ? settings.value : null
}

function started(running: Runtime): Runtime {
  void running.start()
  return running
}
