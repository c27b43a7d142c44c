import { writeFileSync } from 'node:fs'

export type TestCredentials = { readonly token: string } | { readonly tokenFile: string }

/** Writes a kubeconfig with one context, `test`, and gives its path. JSON is YAML. `caFile` null: the system's authorities. */
export function writeKubeconfig(
  path: string,
  { port, caFile, credentials, namespace }: { port: number; caFile: string | null; credentials: TestCredentials; namespace?: string },
): string {
  const trust = caFile === null ? {} : { 'certificate-authority': caFile }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${port}`, ...trust } }],
    users: [{ name: 'test', user: credentials }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', ...(namespace === undefined ? {} : { namespace }) } }],
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}
