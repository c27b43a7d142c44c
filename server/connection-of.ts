import type { Result } from '@/lib/model/problem'
import type { ClusterChoice } from './config'
import type { ConnectionSettings } from './kubernetes/connection/connection-settings'
import { contextSettings } from './kubernetes/kubeconfig/context-settings'
import { inClusterSettings } from './kubernetes/kubeconfig/in-cluster-settings'
import { readKubeconfig } from './kubernetes/kubeconfig/read-kubeconfig'
import type { UnsettledCluster } from './settle-cluster'

export type LiveChoice = Extract<ClusterChoice, { kind: 'kubeconfig' | 'in-cluster' }>

/** How to connect to a live cluster; to the first of its contexts. */
export function connectionOf(
  choice: LiveChoice,
  environment: Readonly<Record<string, string | undefined>>,
): Result<ConnectionSettings, UnsettledCluster> {
  const settings = settingsOf(choice, environment)
  return settings.ok ? settings : { ok: false, error: { kind: 'input', message: settings.error } }
}

function settingsOf(choice: LiveChoice, environment: Readonly<Record<string, string | undefined>>): Result<ConnectionSettings, string> {
  if (choice.kind === 'in-cluster') return inClusterSettings(environment)
  const kubeconfig = readKubeconfig(choice.files)
  return kubeconfig.ok ? contextSettings(kubeconfig.value, choice.contexts[0] ?? '') : kubeconfig
}
