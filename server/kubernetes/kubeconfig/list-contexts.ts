import { maskUserinfo } from '@/lib/model/mask-userinfo'
import { pluginCommand } from '../connection/connection-settings'
import { contextSettings } from './context-settings'
import type { Kubeconfig } from './kubeconfig'

/** One context of a kubeconfig, as it is shown for choice. */
export type ContextEntry = {
  readonly name: string
  readonly cluster: string
  readonly user: string
  /** `default` where none is named. */
  readonly namespace: string
  /** Address of the API server; empty when its cluster names none. */
  readonly server: string
  readonly isCurrent: boolean
  /** The program that is run for its credentials; null when none is. */
  readonly runs: string | null
  /** Why it cannot be used; null when nothing is known against it. */
  readonly problem: string | null
}

/** Every context, by name. */
export function listContexts(kubeconfig: Kubeconfig): readonly ContextEntry[] {
  const names = [...kubeconfig.contexts.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return names.map((name) => {
    const settings = contextSettings(kubeconfig, name)
    const context = kubeconfig.contexts.get(name)
    const credentials = settings.ok ? settings.value.credentials : null
    return {
      name,
      cluster: context?.cluster ?? '',
      user: context?.user ?? '',
      namespace: context?.namespace || 'default',
      server: settings.ok ? settings.value.server : maskUserinfo(kubeconfig.clusters.get(context?.cluster ?? '')?.server ?? ''),
      isCurrent: name === kubeconfig.currentContext,
      runs: credentials?.kind === 'plugin' ? pluginCommand(credentials.plugin) : null,
      problem: settings.ok ? null : settings.error,
    }
  })
}
