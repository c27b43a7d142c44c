import type { Result } from '@/lib/model/problem'
import type { LiveChoice } from './config'
import type { ConnectionSettings } from './kubernetes/connection/connection-settings'
import { contextSettings } from './kubernetes/kubeconfig/context-settings'
import { inClusterSettings } from './kubernetes/kubeconfig/in-cluster-settings'
import { readKubeconfig } from './kubernetes/kubeconfig/read-kubeconfig'

/** How to connect to a live cluster; to the first of its contexts. The error is one sentence. */
export function connectionOf(
  choice: LiveChoice,
  environment: Readonly<Record<string, string | undefined>>,
): Result<ConnectionSettings, string> {
  if (choice.kind === 'in-cluster') return inClusterSettings(environment)
  const kubeconfig = readKubeconfig(choice.files)
  return kubeconfig.ok ? contextSettings(kubeconfig.value, choice.contexts[0] ?? '') : kubeconfig
}
