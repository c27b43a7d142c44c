import { printTime } from '@/lib/api/print-time'
import type { Result } from '@/lib/model/problem'
import { readBundleHeader } from './bundle/read-bundle-header'
import type { ClusterChoice, LiveChoice, ServerWish } from './config'
import { contextSettings } from './kubernetes/kubeconfig/context-settings'
import { hasInClusterAccount, inClusterSettings } from './kubernetes/kubeconfig/in-cluster-settings'
import { kubeconfigFiles } from './kubernetes/kubeconfig/kubeconfig-files'
import { listContexts } from './kubernetes/kubeconfig/list-contexts'
import { readKubeconfig } from './kubernetes/kubeconfig/read-kubeconfig'

/** Which cluster a server shows, and what to tell of that at the start, a line each. */
export type SettledCluster = { readonly cluster: ClusterChoice; readonly messages: readonly string[] }

/** Why it cannot be had, and whether the options contradict each other or something could not be read. */
export type UnsettledCluster = { readonly kind: 'usage' | 'input'; readonly message: string }

type Wish = Pick<ServerWish, 'cluster' | 'kubeconfig' | 'contexts' | 'flows'>
type Environment = Readonly<Record<string, string | undefined>>
type Settled = Result<SettledCluster, UnsettledCluster>
type SettledLive = Result<SettledCluster & { readonly cluster: LiveChoice }, UnsettledCluster>

/**
 * Finds the live cluster that is meant when there is to be one: with `auto` a context or kubeconfig that is named, else the
 * account of the pod, else the current context.
 */
export function settleLive(
  wish: Omit<Wish, 'cluster' | 'flows'> & { readonly cluster: { readonly kind: 'auto' | 'kubeconfig' | 'in-cluster' } },
  environment: Environment,
  folder: string,
): SettledLive {
  const { kind } = wish.cluster
  const isNamed = wish.contexts.length > 0 || wish.kubeconfig !== null
  const isAccount = kind === 'in-cluster' || (kind === 'auto' && !isNamed && hasInClusterAccount(environment))
  return isAccount ? settleAccount(environment) : settleKubeconfig(wish, environment, folder)
}

/**
 * Finds the cluster that was asked for. `auto` takes the account of the pod, else the current context of the kubeconfig,
 * else the demo; a context or kubeconfig that is named is what was asked for. Reads files, connects nowhere.
 *
 * @param folder where relative paths in KUBECONFIG start
 */
export function settleCluster(wish: Wish, environment: Environment, folder: string): Settled {
  const isNamed = wish.contexts.length > 0 || wish.kubeconfig !== null
  const { cluster } = wish
  switch (cluster.kind) {
    case 'kubeconfig':
      return settleKubeconfig(wish, environment, folder)
    case 'auto':
      return isNamed ? settleKubeconfig(wish, environment, folder) : settleAuto(wish, environment, folder)
    case 'in-cluster':
    case 'demo':
    case 'manifests':
    case 'bundle':
      if (isNamed) {
        const option = wish.contexts.length > 0 ? '--context' : '--kubeconfig'
        return { ok: false, error: { kind: 'usage', message: `${option} goes with --cluster kubeconfig, not with ${cluster.kind}` } }
      }
      if (cluster.kind === 'bundle') return settleBundle(wish, cluster.path)
      return cluster.kind === 'in-cluster' ? settleAccount(environment) : { ok: true, value: { cluster, messages: [] } }
  }
}

function settleBundle({ flows }: Wish, path: string): Settled {
  if (flows.length > 0) {
    return { ok: false, error: { kind: 'usage', message: '--flows and --cluster bundle do not go together: a bundle has its own flows' } }
  }
  const header = readBundleHeader(path)
  if (!header.ok) return { ok: false, error: { kind: 'input', message: `${path}: ${header.error}` } }
  const { cluster, recordedAt, masked } = header.value
  const messages = [`Cluster: a recording of ${cluster} of ${printTime(recordedAt)}`]
  return { ok: true, value: { cluster: { kind: 'bundle', path, name: cluster, at: recordedAt, masked }, messages } }
}

function settleAccount(environment: Environment): SettledLive {
  const settings = inClusterSettings(environment)
  if (!settings.ok) return { ok: false, error: { kind: 'input', message: `--cluster in-cluster: ${settings.error}` } }
  const messages = [`Cluster: the one this pod runs in (${settings.value.server})`]
  return { ok: true, value: { cluster: { kind: 'in-cluster' }, messages } }
}

function settleAuto(wish: Wish, environment: Environment, folder: string): Settled {
  if (hasInClusterAccount(environment)) return settleAccount(environment)
  const files = kubeconfigFiles(null, environment, folder)
  const kubeconfig = readKubeconfig(files)
  if (kubeconfig.ok && kubeconfig.value.currentContext !== '') {
    const settled = settleKubeconfig(wish, environment, folder)
    if (settled.ok) return settled
    return demo(`${settled.error.message}; showing the demo`)
  }
  if (!kubeconfig.ok) return demo(`The kubeconfig cannot be read: ${kubeconfig.error}; showing the demo`)
  if (kubeconfig.value.contexts.size === 0) return demo('No kubeconfig and no in-cluster account: showing the demo')
  return demo('The kubeconfig has no current context: showing the demo; --context NAME connects to one of its contexts')
}

function demo(message: string): Settled {
  return { ok: true, value: { cluster: { kind: 'demo' }, messages: [message] } }
}

function settleKubeconfig(wish: Omit<Wish, 'cluster' | 'flows'>, environment: Environment, folder: string): SettledLive {
  const fail = (message: string): SettledLive => ({ ok: false, error: { kind: 'input', message } })
  const files = kubeconfigFiles(wish.kubeconfig, environment, folder)
  const read = readKubeconfig(files)
  if (!read.ok) return fail(read.error)
  const kubeconfig = read.value
  const names = wish.contexts.length > 0 ? [...new Set(wish.contexts)] : [kubeconfig.currentContext]
  if (names[0] === '') {
    const known = [...kubeconfig.contexts.keys()]
    const paths = files.kind === 'named' ? [files.path] : files.paths
    if (known.length === 0) return fail(`no context in ${paths.join(', ')}: no such file, or an empty one`)
    return fail(`the kubeconfig has no current context; name one with --context: ${known.join(', ')}`)
  }
  for (const name of names) {
    const settings = contextSettings(kubeconfig, name)
    if (!settings.ok) return fail(`kubeconfig: ${settings.error}`)
  }
  const entries = new Map(listContexts(kubeconfig).map((entry) => [entry.name, entry]))
  const messages = names.flatMap((name) => {
    const entry = entries.get(name)
    if (entry === undefined) return []
    const line = `Cluster: context "${name}" of the kubeconfig (${entry.server}${entry.user === '' ? '' : `, user ${entry.user}`})`
    return entry.runs === null ? [line] : [line, `  its credentials come from: ${entry.runs}`]
  })
  return { ok: true, value: { cluster: { kind: 'kubeconfig', files, contexts: names }, messages } }
}
