import { expect, test } from 'vitest'
import { accessOf, ownAccessOf } from './access-of'
import { formatOrigin, resolveConfig } from './resolve-config'

type Written = { flags?: Record<string, string[]>; environment?: Record<string, string>; file?: Record<string, string[]> }

/** Settles options given as plain objects, from the folder `/home/me`; the file lies in `/etc/sluice`. */
function settle({ flags = {}, environment = {}, file }: Written) {
  const options = new Map(
    Object.entries(file ?? {}).map(([name, values], index) => [name, { values, file: 'sluice.yaml', line: index + 1, column: 1 }]),
  )
  return resolveConfig({
    flags: new Map(Object.entries(flags)),
    environment,
    file: file ? { folder: '/etc/sluice', options } : null,
    folder: '/home/me',
  })
}

function settled(written: Written) {
  const result = settle(written)
  if (!result.ok) throw new Error(result.error)
  return result.value
}

function refusal(written: Written): string {
  const result = settle(written)
  return result.ok ? 'accepted' : result.error
}

test('a flag wins over the environment, the environment over the file, the file over the default', () => {
  const all = { flags: { listen: ['127.0.0.1:1'] }, environment: { SLUICE_LISTEN: '127.0.0.1:2' }, file: { listen: ['127.0.0.1:3'] } }
  expect(settled(all).wish.listen.port).toBe(1)
  expect(settled({ ...all, flags: {} }).wish.listen.port).toBe(2)
  expect(settled({ file: all.file }).wish.listen.port).toBe(3)
  expect(settled({}).wish.listen).toEqual({ host: '127.0.0.1', port: 3000 })
})

test('every option says where it came from', () => {
  const { options } = settled({ flags: { cluster: ['demo'] }, environment: { SLUICE_FLOWS: 'ingest' }, file: { 'base-path': ['/x'] } })
  const origins = new Map(options.map(({ name, origin }) => [name, formatOrigin(origin)]))
  expect(origins.get('cluster')).toBe('--cluster')
  expect(origins.get('flows')).toBe('SLUICE_FLOWS')
  expect(origins.get('base-path')).toBe('sluice.yaml:1')
  expect(origins.get('listen')).toBe('default')
})

test('flow sources are repeated flags or a comma list, each counted once', () => {
  const expected = [{ kind: 'file', path: '/home/me/a.jsonl', format: null }, { kind: 'ingest' }]
  expect(settled({ flags: { flows: ['file:a.jsonl', 'ingest', 'file:./a.jsonl'] } }).wish.flows).toEqual(expected)
  expect(settled({ environment: { SLUICE_FLOWS: 'file:a.jsonl, ingest,' } }).wish.flows).toEqual(expected)
})

test('a relative path starts at the current folder on the command line and at the file in a file', () => {
  expect(settled({ flags: { cluster: ['manifests:k8s'] } }).wish.cluster).toEqual({ kind: 'manifests', path: '/home/me/k8s' })
  expect(settled({ flags: { cluster: ['bundle:a.sluice.gz'] } }).wish.cluster).toEqual({ kind: 'bundle', path: '/home/me/a.sluice.gz' })
  expect(settled({ file: { cluster: ['manifests:k8s'] } }).wish.cluster).toEqual({ kind: 'manifests', path: '/etc/sluice/k8s' })
})

test.each([
  ['auth', 'token'],
  ['auth', 'oidc'],
  ['auth', 'proxy'],
])('--%s %s is refused as not in this version, with what is', (name, value) => {
  expect(refusal({ flags: { [name]: [value] } })).toMatch(new RegExp(`^--${name}: .* is not in this version; allowed: `))
})

test('a value that no version knows names the allowed ones', () => {
  expect(refusal({ environment: { SLUICE_CLUSTER: 'minikube' } })).toBe(
    'SLUICE_CLUSTER: "minikube" is not known; allowed: auto, kubeconfig, in-cluster, demo, manifests:PATH, bundle:FILE',
  )
})

test.each(['0.0.0.0:3000', '10.0.0.1:3000', '[::]:3000', '[2001:db8::1]:3000', 'sluice.example.com:3000'])(
  '%s can be reached from elsewhere and is refused',
  (address) => {
    expect(refusal({ flags: { listen: [address] } })).toMatch(/^--listen: .*can be reached from other machines/)
  },
)

test.each(['127.0.0.1:0', '127.9.9.9:80', '[::1]:3000', 'localhost:65535', '[::ffff:127.0.0.1]:3000'])('%s is loopback', (address) => {
  expect(refusal({ flags: { listen: [address] } })).toBe('accepted')
})

test.each(['3000', ':3000', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '127.0.0.1:-1', '::1:3000', '[::1]', 'a b:1'])(
  '"%s" is not an address to listen on',
  (address) => {
    expect(refusal({ flags: { listen: [address] } })).toContain('is not HOST:PORT')
  },
)

test.each([
  ['/', ''],
  ['/sluice', '/sluice'],
  ['/tools/sluice/', '/tools/sluice'],
  ['/a.b_c~d-1', '/a.b_c~d-1'],
])('base path %s is kept as "%s"', (text, basePath) => {
  expect(settled({ flags: { 'base-path': [text] } }).wish.basePath).toBe(basePath)
})

test.each(['sluice', '/a//b', '/a/../b', '/a b', '/a?b', '/%61', '/"><script>', '//evil.example'])('base path %s is refused', (text) => {
  expect(refusal({ flags: { 'base-path': [text] } })).toContain('is not a path such as /sluice')
})

test('contexts are repeated flags or a comma list, a kubeconfig is a path', () => {
  const { wish } = settled({ flags: { context: ['prod', 'staging'] }, environment: { SLUICE_KUBECONFIG: 'clusters.yaml' } })
  expect([wish.contexts, wish.kubeconfig]).toEqual([['prod', 'staging'], '/home/me/clusters.yaml'])
  expect(settled({ environment: { SLUICE_CONTEXT: 'prod,staging' } }).wish.contexts).toEqual(['prod', 'staging'])
  expect([settled({}).wish.contexts, settled({}).wish.kubeconfig]).toEqual([[], null])
})

test('more contexts than clusters may be connected are refused', () => {
  const contexts = Array.from({ length: 9 }, (_, index) => `cluster-${index}`)
  expect(refusal({ flags: { context: contexts } })).toBe('--context: names 9 contexts; at most 8 clusters are connected at once')
  expect(settled({ flags: { context: contexts.slice(1) } }).wish.contexts).toHaveLength(8)
})

test('one value where one is wanted', () => {
  expect(refusal({ flags: { listen: ['127.0.0.1:1', '127.0.0.1:2'] } })).toBe('--listen: takes one value, not 2')
})

test('a problem in the file has its place', () => {
  expect(refusal({ file: { store: ['disk'] } })).toBe(
    'sluice.yaml:1:1: store: "disk" is not known; allowed: memory, embedded:DIR, clickhouse:URL',
  )
})

test('a source may name its kind of line, and the files for its connection', () => {
  const { wish } = settled({ flags: { flows: ['file:a.log#hubble'], 'flows-ca': ['ca.crt'], 'flows-server-name': ['ui.example.com'] } })
  expect(wish.flows).toEqual([{ kind: 'file', path: '/home/me/a.log', format: 'hubble' }])
  expect(wish.flowAccess).toEqual({ ca: '/home/me/ca.crt', cert: null, key: null, tokenFile: null, serverName: 'ui.example.com' })
  expect(settled({ flags: { flows: ['hubble:relay.example.com:4245', 'hubble:[::1]:80?namespace=shop,cart'] } }).wish.flows).toEqual([
    { kind: 'hubble', host: 'relay.example.com', port: 4245, namespaces: [] },
    { kind: 'hubble', host: '::1', port: 80, namespaces: ['shop', 'cart'] },
  ])
  expect(refusal({ flags: { flows: ['hubble:relay:80?namespace=Shop'] } })).toMatch(/"Shop" is not the name of a namespace/)
  expect(refusal({ flags: { flows: ['hubble:relay:80?pod=a'] } })).toMatch(/"pod" is not known behind the address/)
  expect(refusal({ flags: { flows: ['file:a.log#nothing'] } })).toMatch(/^--flows: "#nothing" is no kind of line; allowed: hubble/)
})

test('each source may have files of its own, before those for all', () => {
  const flows = [
    'hubble:relay:80',
    'goldmane:gm:7443?ca=a%26b%20%25.crt&serverName=gm.example.com',
    'goldmane:gm:7444?cert=c.crt&key=/k.pem',
  ]
  const { wish } = settled({ flags: { flows, 'flows-ca': ['ca.crt'], 'flows-cert': ['all.crt'], 'flows-key': ['all.key'] } })
  const all = { ca: '/home/me/ca.crt', cert: '/home/me/all.crt', key: '/home/me/all.key', tokenFile: null, serverName: null }
  expect(wish.flows.map((choice) => accessOf(choice, wish.flowAccess))).toEqual([
    all,
    { ...all, ca: '/home/me/a&b %.crt', serverName: 'gm.example.com' },
    { ...all, cert: '/home/me/c.crt', key: '/k.pem' },
  ])
  expect(wish.flows.map((choice) => ownAccessOf(choice) !== null)).toEqual([false, true, true])
  const refused = (value: string) => refusal({ flags: { flows: [value] } })
  expect(refused('goldmane:gm:7443?cert=c.crt')).toBe('--flows: "gm:7443?cert=c.crt": a certificate goes with its key: "key" is missing')
  expect(refused('goldmane:gm:7443?ca=100%')).toContain('the value of "ca" is not percent-encoded')
  expect(refused('goldmane:gm:7443?ca=a&ca=b')).toContain('"ca" stands there twice')
  expect(refused('goldmane:gm:7443?tokenFile=t')).toContain(
    '"tokenFile" is not known behind the address; allowed: ca, cert, key, serverName',
  )
  expect(refused('forward:127.0.0.1:24224?serverName=a')).toContain('"serverName" is not known behind the address')
  expect(refused('hubble:relay:80?ca=')).toContain('"ca=" is not NAME=VALUE')
  expect(refusal({ file: { flows: ['netobserv-loki:http://a.test#key=k'] } })).toMatch(/^sluice\.yaml:1:1: flows: .*"cert" is missing/)
})

test('a forward address with a key of its own may be reached by others', () => {
  const flows = ['forward:0.0.0.0:24224?tokenFile=key#hubble', 'forward:127.0.0.1:24225']
  expect(settled({ flags: { flows } }).wish.flows[0]).toMatchObject({ format: 'hubble', access: { tokenFile: '/home/me/key' } })
})

test('a forward address that others can reach wants a shared key or certificates of senders', () => {
  const flows = ['forward:0.0.0.0:24224']
  expect(refusal({ flags: { flows } })).toMatch(
    /^--flows: forward:0.0.0.0:24224 can be reached from other machines and nothing says who may send/,
  )
  const certificate = { 'flows-cert': ['tls.crt'], 'flows-key': ['tls.key'] }
  expect(refusal({ flags: { flows, ...certificate } })).toMatch(/nothing says who may send/)
  expect(settled({ flags: { flows, ...certificate, 'flows-ca': ['ca.crt'] } }).wish.flows).toHaveLength(1)
  const key = { 'flows-token-file': ['shared-key'] }
  expect(settled({ flags: { flows, ...key } }).wish.flows).toEqual([{ kind: 'forward', host: '0.0.0.0', port: 24224, format: null }])
  expect(settled({ flags: { flows: ['forward:[::1]:24224#hubble'] } }).wish.flows).toEqual([
    { kind: 'forward', host: '::1', port: 24224, format: 'hubble' },
  ])
})

test('a role that shares its store wants a ClickHouse server, and web has no sources', () => {
  const clickhouse = ['clickhouse:http://127.0.0.1:8123']
  expect(refusal({ flags: { role: ['collector'] } })).toBe(
    '--role: collector shares its store with other processes and an embedded store is of one process; add --store clickhouse:URL',
  )
  expect(refusal({ flags: { store: ['memory'] }, environment: { SLUICE_ROLE: 'web' } })).toContain('memory is of one process')
  expect(refusal({ flags: { role: ['web'], store: clickhouse, flows: ['ingest'] } })).toBe(
    '--role: web has no flow sources: give --flows to the collectors',
  )
  expect(refusal({ flags: { role: ['collector'], store: clickhouse, cluster: ['demo'] } })).toContain('--cluster demo')
  expect(settled({ flags: { role: ['collector'], store: clickhouse, flows: ['ingest'] } }).wish.role).toBe('collector')
  expect(settled({ flags: { role: ['web'], store: clickhouse } }).wish.role).toBe('web')
  expect(refusal({ flags: { role: ['reader'] } })).toBe('--role: "reader" is not known; allowed: all, collector, web')
})

test.each([
  'prometheus:http://bob:s3cr3t@db.example.test:port',
  'prometheus:http://bob:s3/cr3t@db.example.test',
  'prometheus:http://bob:s3#cr3t@db.example.test',
  'prometheus:bob:s3cr3t@db.example.test:9090',
  'netobserv-loki:ftp://bob:s3cr3t@db.example.test',
  'promtheus:http://bob:s3cr3t@db.example.test',
  'promtheus:bob:s3cr3t@db.example.test',
  'hubble:bob:s3cr3t@relay.example.test:80',
  'hubble:http://bob:s3cr3t@relay.example.test:80?later=1',
  'forward:http://bob:s3cr3t@relay.example.test:80',
])('%s is refused without its password', (flows) => {
  for (const written of [{ flags: { flows: [flows] } }, { environment: { SLUICE_FLOWS: flows } }, { file: { flows: [flows] } }]) {
    expect(refusal(written)).not.toMatch(/cr3t/)
  }
})

test.each([
  'clickhouse:http://bob:s3cr3t@db.example.test:port',
  'clickhouse:bob:s3cr3t@db.example.test:8123',
  'clickhose:bob:s3cr3t@db.example.test:8123',
  'http://bob:s3cr3t@db.example.test:8123',
  'clickhouse:http://bob:s3cr3t@db.example.test/a-b',
])('%s is refused without its password', (store) => {
  expect(refusal({ flags: { store: [store] } })).not.toMatch(/cr3t/)
})

test('a password with a comma, of which only a piece is left, is not shown', () => {
  expect(refusal({ environment: { SLUICE_FLOWS: 'prometheus:http://bob:s3cr3t,7@db.example.test' } })).not.toMatch(/cr3t/)
})
