import { isDeepStrictEqual } from 'node:util'
import type { AccessRule } from './access'
import { type Asked, type AskedServer, type AskOptions, ask } from './ask'
import { aDefinition } from './custom-resource'
import { AGGREGATED } from './discovery'
import type { KubernetesObject } from './kubernetes-object'

/** A server that is asked, and into which objects can be put. */
export type ComparedServer = {
  readonly admin: AskedServer
  /** May do what `READER_RULES` say; goes by the name `readerName`. */
  readonly reader: AskedServer
  readonly readerName: string
  readonly put: (object: KubernetesObject) => Promise<void>
  readonly remove: (object: KubernetesObject) => Promise<void>
}

/** A question that two servers answered differently. */
export type Difference = { readonly question: string; readonly real: unknown; readonly fake: unknown }

/** What the reader may do; the caller gives it. */
export const READER_RULES: readonly AccessRule[] = [
  { namespace: 'compare', apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] },
  {
    namespace: 'compare',
    apiGroups: ['networking.k8s.io'],
    resources: ['networkpolicies'],
    verbs: ['get', 'list', 'watch'],
    resourceNames: ['b'],
  },
]

const GADGETS = aDefinition({ group: 'compare.example.com', versions: ['v1', 'v1beta1'], kind: 'Gadget' })
const POLICIES = '/apis/networking.k8s.io/v1/namespaces/compare/networkpolicies'
const STREAMING = 'watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** Path with `{early}` and `{now}` for revisions and `{token}` for a continue token, all of the asked server. */
type Question = { readonly path: string; readonly as?: 'admin' | 'reader'; readonly options?: AskOptions }

const QUESTIONS: readonly Question[] = [
  ...['', '?limit=2', '?limit=2&resourceVersion=0', '?limit=2&continue={token}', '?limit=x', '?continue=abc'].map(of(POLICIES)),
  ...['?resourceVersion=abc', '?resourceVersion=999999999', '?resourceVersionMatch=Exact', '?resourceVersion={early}'].map(of(POLICIES)),
  ...['999999999', '{early}'].map((version) => `?limit=1&resourceVersion=${version}&resourceVersionMatch=NotOlderThan`).map(of(POLICIES)),
  ...['?resourceVersion={early}&resourceVersionMatch=Exact', '?resourceVersion={early}&limit=2', '?sendInitialEvents=true'].map(
    of(POLICIES),
  ),
  ...['?resourceVersion=0&resourceVersionMatch=Exact', '?continue={token}&resourceVersion=5'].map(of(POLICIES)),
  ...['?fieldSelector=metadata.name%3Db', '?fieldSelector=metadata.name!%3Db', '?fieldSelector=data.x%3Db'].map(of(POLICIES)),
  ...['?labelSelector=colour%3Dred', '?labelSelector=colour', '/b', '/nobody', '/b/nothing', '/b?watch=1&timeoutSeconds=1'].map(
    of(POLICIES),
  ),
  ...['?watch=1&timeoutSeconds=1', '?watch=1&timeoutSeconds=1&resourceVersion=0', '?watch=1&timeoutSeconds=1&resourceVersion={early}'].map(
    of(POLICIES),
  ),
  ...['?watch=1&timeoutSeconds=1&resourceVersion=abc', '?watch=1&timeoutSeconds=1&resourceVersion=999999999'].map(of(POLICIES)),
  ...['?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Db', '?watch=1&timeoutSeconds=1&resourceVersionMatch=Exact'].map(
    of(POLICIES),
  ),
  ...['&allowWatchBookmarks=true', '', '&allowWatchBookmarks=true&resourceVersion={early}'].map(of(`${POLICIES}?${STREAMING}`)),
  ...['&sendInitialEvents=true', '&sendInitialEvents=false', '&sendInitialEvents=true&resourceVersionMatch=Exact'].map(
    of(`${POLICIES}?watch=1&timeoutSeconds=1`),
  ),
  ...['?fieldSelector=metadata.namespace%3Dcompare', '?fieldSelector=metadata.namespace%3Dcompare&limit=2'].map(
    of('/apis/networking.k8s.io/v1/networkpolicies'),
  ),
  ...[
    '/apis/compare.example.com/v1/gadgets',
    '/apis/compare.example.com/v1beta1/namespaces/compare/gadgets/g',
    '/apis/compare.example.com/v1/gadgets?watch=1&timeoutSeconds=1',
  ].map(of('')),
  ...[
    '/api/v1/namespaces/nobody/pods',
    '/api/v1/nothing',
    '/apis/no.such/v1/things',
    '/nothing',
    '/api/v2',
    '/api/v1/namespaces/compare/nodes',
  ].map(of('')),
  ...['/apis/compare.example.com', '/apis/compare.example.com/v1', '/apis/discovery.k8s.io', '/apis/discovery.k8s.io/v1', '/readyz'].map(
    of(''),
  ),
  ...[
    '/api/v1/pods',
    `${POLICIES}`,
    `${POLICIES}?watch=1`,
    `${POLICIES}/a`,
    '/apis/apps/v1/deployments',
    '/metrics',
    '/api/v1/nothing',
  ].map(of('', 'reader')),
  ...[
    `${POLICIES}?fieldSelector=metadata.name%3Da`,
    `${POLICIES}?fieldSelector=metadata.name%3Db`,
    '/api/v1/namespaces/compare/services',
  ].map(of('', 'reader')),
  { path: '/api', options: { accept: AGGREGATED } },
  { path: '/apis', options: { accept: AGGREGATED } },
  { path: POLICIES, options: { accept: 'text/html' } },
  { path: POLICIES, options: { method: 'PUT', body: {} } },
  ...[
    { verb: 'list', resource: 'pods' },
    { verb: 'list', resource: 'services', namespace: 'compare' },
    { verb: 'list', resource: 'services' },
  ]
    .map((resourceAttributes) => ({ spec: { resourceAttributes } }))
    .map((body) => ({
      path: REVIEW,
      as: 'reader' as const,
      options: { method: 'POST', body: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', ...body } },
    })),
  { path: REVIEW, options: { method: 'POST', body: { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec: {} } } },
  ...['compare', ''].map((namespace) => ({
    path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
    as: 'reader' as const,
    options: { method: 'POST', body: { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', spec: { namespace } } },
  })),
]

/**
 * Puts the same objects into both servers, asks both the same, and says where the answers differ in more than what always
 * differs: identities, times, revisions, tokens, and kinds that the fake does not know.
 */
export async function compareAnswers(real: ComparedServer, fake: ComparedServer): Promise<readonly Difference[]> {
  const [ofReal, ofFake] = await Promise.all([answersOf(real), answersOf(fake)])
  const known = new Set(JSON.stringify([...ofFake]).match(/"(?:resource|groupVersion)":"[^"]+"/g))
  return [...ofReal].flatMap(([question, answer]) => {
    const seen = withoutUnknownKinds(answer, known)
    const other = ofFake.get(question)
    return isDeepStrictEqual(seen, other) ? [] : [{ question, real: seen, fake: other }]
  })
}

async function answersOf(server: ComparedServer): Promise<Map<string, unknown>> {
  const admin = (path: string) => ask(server.admin, path)
  const revision = async () => JSON.parse((await admin(`${POLICIES}?limit=1`)).text).metadata.resourceVersion as string
  await server.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'compare' } })
  for (const name of ['a', 'b', 'c']) await server.put(aPolicy(name, name === 'b' ? 'red' : 'blue'))
  const early = await revision()
  await server.put(aPolicy('d', 'red'))
  await server.put(aPolicy('b', 'green'))
  await server.remove(aPolicy('a', 'blue'))
  const token = JSON.parse((await admin(`${POLICIES}?limit=1`)).text).metadata.continue as string
  await server.put(GADGETS)
  await server.put({
    apiVersion: 'compare.example.com/v1',
    kind: 'Gadget',
    metadata: { name: 'g', namespace: 'compare' },
    spec: { size: 1 },
  })

  const filled = (path: string) => path.replace('{early}', early).replace('{token}', encodeURIComponent(token))
  const answers = new Map<string, unknown>()
  const asked = QUESTIONS.map(async ({ path, as = 'admin', options = {} }) => {
    const answer = await ask(server[as], filled(path), options)
    const question = `${as}: ${options.method ?? 'GET'} ${path} ${JSON.stringify(options.body ?? '')} ${options.accept ?? ''}`
    return [question, comparable(answer, server)] as const
  })
  for (const [question, answer] of await Promise.all(asked)) answers.set(question, answer)

  const watch = admin('/apis/compare.example.com/v1/gadgets?watch=1&timeoutSeconds=20')
  await new Promise((resolve) => setTimeout(resolve, 300))
  await server.remove(GADGETS)
  answers.set('a watch whose definition is deleted', comparable(await watch, server))
  return answers
}

function of(prefix: string, as: 'admin' | 'reader' = 'admin') {
  return (path: string): Question => ({ path: `${prefix}${path}`, as })
}

function aPolicy(name: string, colour: string): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'compare', labels: { colour } },
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  }
}

/** An answer without what is never the same. */
function comparable({ status, headers, text }: Asked, { readerName }: ComparedServer): unknown {
  const type = headers.get('content-type')
  const said = text
    .replaceAll(readerName, 'reader')
    .replace(/(version: \d+, current: )\d+/, '$1NOW')
    .replace(/, application.yaml, application.vnd.kubernetes.protobuf\b|, application.vnd.kubernetes.protobuf;stream=watch/g, '')
  if (!type?.startsWith('application/json')) return { status, type, said }
  const documents = said.split('\n').filter((line) => line !== '')
  const parse = (json: string): unknown => JSON.parse(json, (key, value) => stable(key, value))
  const isStream = documents.length !== 1 && documents.every((line) => line.startsWith('{"type"'))
  if (!isStream) return { status, type, said: said.trim() === '' ? '' : parse(said) }
  // Whether a bookmark comes at the end of a watch is a matter of time; the one that ends a streaming list is not.
  return {
    status,
    type,
    said: documents.filter((line) => !line.startsWith('{"type":"BOOKMARK"') || line.includes('initial-events-end')).map(parse),
  }
}

const LEFT_OUT = new Set([
  'managedFields',
  'storageVersionHash',
  'categories',
  'subresources',
  'serverAddressByClientCIDRs',
  'nonResourceRules',
  'generation',
])
const REPLACED = new Set(['uid', 'resourceVersion', 'creationTimestamp'])

function stable(key: string, value: unknown): unknown {
  if (LEFT_OUT.has(key)) return undefined
  if (REPLACED.has(key) || (key === 'continue' && value !== '')) return `<${key}>`
  if (typeof value !== 'object' || value === null) return value
  // Which role gave a right is told by the real one only.
  if ('allowed' in value) return { allowed: value.allowed }
  if ('type' in value && value.type === 'BOOKMARK' && 'object' in value) return { ...value, object: withoutContent(value.object) }
  if (!Array.isArray(value)) return value
  // In which order groups, kinds, verbs and rules are listed says nothing; nothing here is deleted by the collection.
  if (key === 'verbs') return value.filter((verb) => verb !== 'deletecollection').sort()
  if (key === 'resources' || (key === 'items' && value.some((item) => 'versions' in item))) return value.sort(byText)
  if (key === 'resourceRules') return value.map(sortedFields).filter(isNotOfAccounts).sort()
  return value
}

/** The real one sends the empty object of the kind with a bookmark, with whatever fields are never left out. */
function withoutContent(object: unknown): unknown {
  const { spec: _spec, status: _status, ...rest } = object as { spec?: unknown; status?: unknown }
  return rest
}

function byText(one: unknown, other: unknown): number {
  return nameOf(one) < nameOf(other) ? -1 : 1
}

function nameOf(item: unknown): string {
  const { metadata, resource, name } = item as { metadata?: { name?: string }; resource?: string; name?: string }
  return metadata?.name ?? resource ?? name ?? ''
}

function sortedFields(rule: object): string {
  return JSON.stringify(Object.entries(rule).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** What every service account may do; the reader is one at the real server only. */
function isNotOfAccounts(rule: string): boolean {
  return !rule.includes('clustertrustbundles')
}

/** Of discovery only what the fake serves too; of everything else everything. */
function withoutUnknownKinds(answer: unknown, known: ReadonlySet<string>): unknown {
  return JSON.parse(JSON.stringify(answer), (_key, value) => {
    if (!Array.isArray(value)) return value
    const kept = value.filter((entry) => {
      if (typeof entry !== 'object' || entry === null) return true
      if ('scope' in entry && 'resource' in entry) return known.has(`"resource":"${entry.resource}"`)
      if ('versions' in entry && Array.isArray(entry.versions)) return entry.versions.some(hasResources)
      return !('freshness' in entry) || hasResources(entry)
    })
    return kept
  })
}

function hasResources(version: unknown): boolean {
  return (
    typeof version === 'object' &&
    version !== null &&
    (!('resources' in version) || (Array.isArray(version.resources) && version.resources.length > 0))
  )
}
