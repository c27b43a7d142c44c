import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiClient } from './api-client'
import { eventually } from './eventually'
import { writeKubeconfig } from './kubeconfig'
import { type ServerProcess, startServerProcess } from './server-process'

const API_PORT = 6443
const ETCD_PORT = 2379
const ADMIN_TOKEN = 'the-administrator'

/** A running control plane with an empty cluster: no nodes, and no pods but those that a test makes. */
export type ControlPlane = {
  /** With every right. */
  readonly admin: ApiClient
  readonly adminToken: string
  readonly port: number
  /** For files of the test; goes with the control plane. */
  readonly folder: string
  readonly caFile: string
  /** Kubeconfig of the administrator. */
  readonly kubeconfig: string
  readonly killApiServer: () => Promise<void>
  /** Unless it runs. Settles when it answers that it is ready. */
  readonly startApiServer: () => Promise<void>
  /** Forgets every version of every object but the newest one. */
  readonly compact: () => Promise<void>
  readonly stop: () => Promise<void>
}

type ControlPlaneOptions = {
  readonly hasScheduler?: boolean
  readonly apiServerFlags?: Readonly<Record<string, string>>
}

/**
 * Starts etcd, API server, controller manager and, when asked for, the scheduler. The ports are the usual ones: the
 * tests have a network namespace of their own, in which nothing else listens.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { hasScheduler = false, apiServerFlags = {} } = options
  const program = process.env.SLUICE_CONTROL_PLANE
  if (program === undefined) throw new Error('there is no control plane; run the tests with "npm run test:cluster"')
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cluster-'))
  const file = (name: string) => join(folder, name)
  const start = (name: string, flags: Readonly<Record<string, string>>) => startServerProcess(program, name, flags, file(`${name}.log`))

  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(file('accounts.key'), keys.privateKey.export({ type: 'pkcs1', format: 'pem' }))
  writeFileSync(file('accounts.pub'), keys.publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(file('tokens.csv'), `${ADMIN_TOKEN},admin,1,"system:masters"\n`)

  const etcdUrl = `http://127.0.0.1:${ETCD_PORT}`
  const etcd = start('etcd', {
    'data-dir': file('etcd'),
    'listen-client-urls': etcdUrl,
    'advertise-client-urls': etcdUrl,
    'listen-peer-urls': 'http://127.0.0.1:2380',
    'initial-advertise-peer-urls': 'http://127.0.0.1:2380',
    'initial-cluster': 'default=http://127.0.0.1:2380',
    'unsafe-no-fsync': 'true',
  })
  await eventually('answer of etcd', () => answers(etcd, `${etcdUrl}/health`))

  const startApi = () =>
    start('kube-apiserver', {
      'etcd-servers': etcdUrl,
      'bind-address': '127.0.0.1',
      // There is no route out of the namespace from which it could guess its own address.
      'advertise-address': '10.255.255.1',
      'secure-port': String(API_PORT),
      'cert-dir': file('certificates'),
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': file('accounts.pub'),
      'service-account-signing-key-file': file('accounts.key'),
      'service-cluster-ip-range': '10.96.0.0/16,fd00:10:96::/112',
      'authorization-mode': 'RBAC',
      'token-auth-file': file('tokens.csv'),
      // Nodes here have no kubelet that would take the taint away again.
      'disable-admission-plugins': 'TaintNodesByCondition',
      ...apiServerFlags,
    })
  let api = startApi()
  const caFile = file('certificates/apiserver.crt')
  const admin = await eventually('certificate of the API server', () => {
    api.check()
    return tryTo(() => new ApiClient({ port: API_PORT, token: ADMIN_TOKEN, caFile }))
  })
  const ready = async () => {
    await eventually('ready API server', async () => {
      api.check()
      return (await admin.send('GET', '/readyz').catch(() => null))?.status === 200
    })
  }
  await ready()

  const kubeconfig = writeKubeconfig(file('admin.kubeconfig'), { port: API_PORT, caFile, credentials: { token: ADMIN_TOKEN } })
  const shared = { kubeconfig, 'leader-elect': 'false', 'secure-port': '0', 'kube-api-qps': '2000', 'kube-api-burst': '2000' }
  const controllers = start('kube-controller-manager', {
    ...shared,
    'service-account-private-key-file': file('accounts.key'),
    'root-ca-file': caFile,
    'allocate-node-cidrs': 'true',
    'cluster-cidr': '10.244.0.0/14,fd00:10:244::/48',
    // It would call nodes dead that do not renew their lease.
    controllers: '*,-node-lifecycle-controller',
    'concurrent-deployment-syncs': '20',
    'concurrent-replicaset-syncs': '20',
    'concurrent-service-endpoint-syncs': '20',
  })
  const scheduler = hasScheduler ? [start('kube-scheduler', shared)] : []

  return {
    admin,
    adminToken: ADMIN_TOKEN,
    port: API_PORT,
    folder,
    caFile,
    kubeconfig,
    killApiServer: () => api.end('SIGKILL'),
    startApiServer: () => {
      if (!api.isRunning()) api = startApi()
      return ready()
    },
    compact: async () => {
      const { header } = await askEtcd<{ header: { revision: string } }>(etcdUrl, 'range', { key: 'AA==' })
      await askEtcd(etcdUrl, 'compaction', { revision: header.revision, physical: true })
    },
    stop: async () => {
      // None of them has anything to save.
      await Promise.all([api, etcd, controllers, ...scheduler].map((server) => server.end('SIGKILL')))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answers(server: ServerProcess, url: string): Promise<boolean> {
  server.check()
  return (await fetch(url).catch(() => null))?.ok ?? false
}

/** etcd's gRPC calls as JSON over HTTP. */
async function askEtcd<T>(url: string, call: string, question: unknown): Promise<T> {
  const answer = await fetch(`${url}/v3/kv/${call}`, { method: 'POST', body: JSON.stringify(question) })
  if (!answer.ok) throw new Error(`etcd, ${call}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

function tryTo<T>(make: () => T): T | null {
  try {
    return make()
  } catch {
    return null
  }
}
