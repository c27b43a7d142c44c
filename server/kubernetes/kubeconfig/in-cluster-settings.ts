import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { Result } from '@/lib/model/problem'
import type { ConnectionSettings } from '../connection/connection-settings'

const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

type Environment = Readonly<Record<string, string | undefined>>

/** True in a pod that has an account: there are the address of the API server and a token. */
export function hasInClusterAccount(environment: Environment, folder = ACCOUNT_FOLDER): boolean {
  return inClusterSettings(environment, folder).ok
}

/** How to connect with the account of the pod this process runs in. Token and authorities are files that are read again. */
export function inClusterSettings(environment: Environment, folder = ACCOUNT_FOLDER): Result<ConnectionSettings, string> {
  const host = environment.KUBERNETES_SERVICE_HOST ?? ''
  const port = environment.KUBERNETES_SERVICE_PORT ?? ''
  if (host === '' || port === '') {
    return { ok: false, error: 'not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set' }
  }
  const token = join(folder, 'token')
  if (read(token) === null) {
    return { ok: false, error: `no account: ${token} cannot be read (is automountServiceAccountToken off?)` }
  }
  const authority = join(folder, 'ca.crt')
  return {
    ok: true,
    value: {
      name: 'in-cluster',
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      trust: read(authority) === null ? { kind: 'system' } : { kind: 'authorities', pem: { kind: 'file', path: authority } },
      serverName: null,
      proxy: null,
      clientCertificate: null,
      credentials: { kind: 'token-file', path: token, fallback: null },
      impersonation: new Map(),
      namespace: read(join(folder, 'namespace'))?.trim() || 'default',
    },
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
