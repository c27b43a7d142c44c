import type { ControlPlane } from './control-plane'
import { eventually } from './eventually'
import type { KubeObject } from './kube-object'

export function aServiceAccount(namespace: string, name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } }
}

/** Makes the account unless it is there, and a token for it. A token ends with its account, also when one of the same name comes. */
export async function makeToken({ admin }: ControlPlane, namespace: string, name: string): Promise<string> {
  await admin.apply(aServiceAccount(namespace, name))
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
  const { body } = await eventually(`token of ${name}`, async () => {
    const answer = await admin.send('POST', path, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} })
    return answer.status === 201 ? answer : null
  })
  const { status } = JSON.parse(body) as { status: { token: string } }
  return status.token
}
