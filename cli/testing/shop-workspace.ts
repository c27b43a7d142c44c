import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runMain } from './run-main'
import type { Ran } from './run-sluice'

/** A folder of its own for one test file, commands that run in it, and a small shop to ask about. */
export class ShopWorkspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'sluice-commands-'))

  readonly run = (...args: readonly string[]): Promise<Ran> => runMain(args, this.folder)

  /** Writes a file and gives its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text)
    return path
  }

  /** The pods, and a policy by which only web reaches the cart, on port 80. */
  shop(): string {
    return this.file('shop.yaml', PODS + aPolicy('web', 80))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** `shop/web`, `shop/cart` and `dev/shell`, each with its name as label `app`; ends with a document marker. */
export const PODS: string = [
  ['shop', 'web'],
  ['shop', 'cart'],
  ['dev', 'shell'],
]
  .map(
    ([namespace, name]) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }\n---\n`,
  )
  .join('')

/** The policy `shop/cart`: who may reach the cart, and on which port. */
export function aPolicy(peer: string, port: number): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: ${peer} } } }]
      ports: [{ port: ${port} }]
`
}
