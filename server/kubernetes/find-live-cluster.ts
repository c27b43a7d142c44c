import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/**
 * Says in a few words which live cluster this process could reach, as kubectl would look for it; null when there is none.
 * A kubeconfig that cannot be read is named with the reason.
 */
export async function findLiveCluster(environment: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  if (environment.KUBERNETES_SERVICE_HOST !== undefined) return 'an in-cluster account'
  const named = environment.KUBECONFIG?.split(delimiter) ?? [join(environment.HOME ?? homedir(), '.kube', 'config')]
  const paths = named.filter((path) => path !== '' && existsSync(path))
  if (paths.length === 0) return null
  // Loaded only here: it takes longer than everything else that a start needs.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const contexts = new KubeConfig()
  try {
    for (const path of paths) {
      const one = new KubeConfig()
      one.loadFromFile(path)
      // The first file that names a current context decides, as with kubectl.
      contexts.mergeConfig(one, (contexts.getCurrentContext() ?? '') !== '')
    }
  } catch (error) {
    return `a kubeconfig that cannot be read (${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'unknown reason'})`
  }
  const current = contexts.getCurrentContext()
  return current === undefined || current === '' ? 'a kubeconfig without a current context' : `the kubeconfig context "${current}"`
}
