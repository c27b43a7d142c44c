import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

/** Which files kubectl would read, as absolute paths. */
export type KubeconfigFiles =
  /** Named by somebody (`--kubeconfig`): it must be there. */
  | { readonly kind: 'named'; readonly path: string }
  /** Of the variable KUBECONFIG, or the one in the home folder: those that are not there are left out. */
  | { readonly kind: 'found'; readonly paths: readonly string[] }

/** @param named path of `--kubeconfig`; null when it is not given. */
export function kubeconfigFiles(
  named: string | null,
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): KubeconfigFiles {
  if (named !== null) return { kind: 'named', path: resolve(folder, named) }
  const list = environment.KUBECONFIG ?? ''
  if (list === '') return { kind: 'found', paths: [join(environment.HOME ?? homedir(), '.kube', 'config')] }
  const paths = list.split(delimiter).filter((path) => path !== '')
  return { kind: 'found', paths: [...new Set(paths)].map((path) => resolve(folder, path)) }
}
