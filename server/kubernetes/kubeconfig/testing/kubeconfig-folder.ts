import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder of kubeconfig files for one test file. */
export class KubeconfigFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'sluice-kubeconfig-'))

  /** Writes a file, and the folders above it, and gives its path. */
  file(name: string, text: string): string {
    const path = join(this.path, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }

  remove(): void {
    rmSync(this.path, { recursive: true })
  }
}

/** A kubeconfig of one context `x` with the given cluster and user, in flow style. */
export function aKubeconfig(cluster: string, user = '{}', context = ''): string {
  return `apiVersion: v1
kind: Config
current-context: x
clusters: [{ name: c, cluster: ${cluster} }]
users: [{ name: u, user: ${user} }]
contexts: [{ name: x, context: { cluster: c, user: u${context} } }]
`
}
