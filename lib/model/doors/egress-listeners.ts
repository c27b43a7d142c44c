import type { RouteAttachment } from '../route-attachment'

/** True when everything that a Gateway's routes lead to is a name outside: the Gateway is a way out. */
export function leadsOutOfCluster(attachments: readonly RouteAttachment[]): boolean {
  const backends = attachments.flatMap(({ route }) => route.rules.flatMap((rule) => rule.backends))
  return backends.length > 0 && backends.every(({ kind }) => kind === 'Hostname')
}
