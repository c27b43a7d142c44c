import type { Certificate } from './certificate'

/** How somebody proves who they are. */
export type KubeconfigUser = { readonly name: string } & ({ readonly token: string } | Certificate)

/** A kubeconfig of one cluster, user and context, all named `fake`. JSON is YAML. */
export function writeKubeconfig(options: {
  readonly server: string
  readonly ca: string
  readonly user: KubeconfigUser
  readonly namespace?: string
}): string {
  const { server, ca, user, namespace } = options
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const proof =
    'token' in user ? { token: user.token } : { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'fake', cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [{ name: user.name, user: proof }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: user.name, ...(namespace !== undefined && { namespace }) } }],
    'current-context': 'fake',
  }
  return `${JSON.stringify(config, null, 2)}\n`
}
