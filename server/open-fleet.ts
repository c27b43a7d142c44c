import { clusterNameOf } from './cluster-reader'
import type { ServerConfig } from './config'
import { DEMO_CLUSTER } from './demo/create-demo'
import { Fleet } from './fleet'
import { Runtime } from './running'

/** The clusters that a configuration names. */
export function openFleet(config: ServerConfig): Fleet {
  const { cluster } = config
  if (cluster.kind === 'kubeconfig' || cluster.kind === 'in-cluster') throw new Error('live clusters are not opened yet')
  const isDemo = cluster.kind === 'demo'
  return new Fleet([
    {
      name: isDemo ? DEMO_CLUSTER : clusterNameOf(cluster.path),
      origin: isDemo ? null : cluster.path,
      user: null,
      problem: null,
      open: () => started(new Runtime(config)),
    },
  ])
}

function started(running: Runtime): Runtime {
  void running.start()
  return running
}
