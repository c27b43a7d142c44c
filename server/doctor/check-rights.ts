import type { V1ResourceAttributes, V1SelfSubjectAccessReview, V1SubjectAccessReviewStatus } from '@kubernetes/client-node'
import type { Check } from '@/lib/api/report/doctor-report'
import { isRecord } from '@/lib/model/fields'
import { KNOWN_CONFIG_MAPS } from '@/lib/model/projection/known-config-maps'
import type { ApiConnection } from '../kubernetes/connection/api-connection'
import { quoteForShell } from '../kubernetes/connection/connection-settings'
import { readAnswer } from '../kubernetes/reflector/read-answer'
import type { Received } from '../kubernetes/reflector/received'
import { discoverResources, type ServedResource } from '../kubernetes/reflector/served-resources'
import { resourceKey, WANTED_GROUPS, WANTED_KINDS } from '../kubernetes/reflector/wanted-kinds'
import { isDeciding } from '../live-problems'

/** Questions that are under way at once. */
const AT_ONCE = 16
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const VERBS = ['list', 'watch'] as const

type Question = Readonly<Pick<V1ResourceAttributes, 'verb' | 'group' | 'resource' | 'name' | 'namespace'>>

export type RightsOptions = {
  /** Who we are to the server; null when it did not say. */
  readonly user: string | null
  /** Namespace of the context. */
  readonly namespace: string
}

/** Asks the API server for every kind that is watched and that it has, whether we may list and watch it. */
export async function checkRights(connection: ApiConnection, { user, namespace }: RightsOptions): Promise<readonly Check[]> {
  const discovery = await discoverResources(connection, WANTED_GROUPS, new AbortController().signal)
  if (discovery.kind === 'failed') {
    const message = 'the API server does not say which kinds it has, so that the usual ones are tried'
    const fixes = ['allow discovery: kubectl get clusterrolebinding system:discovery -o yaml']
    return [{ about: 'rights', state: 'warning', message, fixes }]
  }
  const kinds = WANTED_KINDS.filter(({ unless }) => unless === null || !discovery.served.has(unless)).flatMap(
    (wanted) => discovery.served.get(resourceKey(wanted)) ?? [],
  )
  const silent: readonly Check[] = [...discovery.silent].map(silentCheck)
  const allowed = await mapAtOnce(kinds, (kind) => rightsOf(connection, kind, namespace))
  const inCluster = kinds.filter((_, index) => allowed[index]?.kind === 'everything')
  const checks = missingChecks(kinds, allowed)
  const fine: Check = {
    about: 'rights',
    state: 'ok',
    message: `${inCluster.length} of ${kinds.length} kinds that the cluster has may be listed and watched`,
    fixes: [],
  }
  // The way out is the same for all, so it stands once, at the end.
  const last = checks.at(-1)
  return [...silent, fine, ...checks.slice(0, -1), ...(last === undefined ? [] : [{ ...last, fixes: [...last.fixes, ...grants(user)] }])]
}

type Rights =
  | { readonly kind: 'everything' }
  | { readonly kind: 'missing'; readonly verbs: readonly string[]; readonly inNamespace: string | null }
  | { readonly kind: 'some-objects'; readonly names: readonly string[] }

async function rightsOf(connection: ApiConnection, { group, resource, isNamespaced }: ServedResource, namespace: string): Promise<Rights> {
  const missing = await missingVerbs(connection, { group, resource })
  if (missing.length === 0) return { kind: 'everything' }
  if (resource === 'configmaps' && group === '') {
    const places = [...KNOWN_CONFIG_MAPS.keys()].map((key) => key.split('/'))
    const refused = await mapAtOnce(places, ([inNamespace = '', name = '']) =>
      missingVerbs(connection, { group, resource, name, namespace: inNamespace }),
    )
    const names = places.filter((_, index) => (refused[index]?.length ?? 0) > 0).map((place) => place.join('/'))
    return names.length === 0 ? { kind: 'everything' } : { kind: 'some-objects', names }
  }
  const isHere = isNamespaced && (await missingVerbs(connection, { group, resource, namespace })).length === 0
  return { kind: 'missing', verbs: missing, inNamespace: isHere ? namespace : null }
}

async function missingVerbs(connection: ApiConnection, question: Omit<Question, 'verb'>): Promise<readonly string[]> {
  const answers = await Promise.all(VERBS.map((verb) => isAllowed(connection, { ...question, verb })))
  return VERBS.filter((_, index) => !answers[index])
}

/** Whether we may take and give back the Leases by which collectors take turns. */
export async function checkLeases(connection: ApiConnection, { user, namespace }: RightsOptions): Promise<Check> {
  const verbs = ['get', 'create', 'update']
  const question = { group: 'coordination.k8s.io', resource: 'leases', namespace }
  const answers = await Promise.all(verbs.map((verb) => isAllowed(connection, { ...question, verb })))
  const missing = verbs.filter((_, index) => answers[index] !== true)
  if (missing.length === 0) {
    const message = `Leases in the namespace ${namespace} may be taken: one collector at a time counts a source`
    return { about: 'rights', state: 'ok', message, fixes: [] }
  }
  const message = `may not ${missing.join(', ')} Leases in the namespace ${namespace}: a collector counts no source that others can read too`
  const fixes = [
    `kubectl apply -n ${namespace} -f deploy/collector-role.yaml`,
    `kubectl create rolebinding sluice-collector -n ${namespace} --role=sluice-collector ${subjectOf(user)}`,
  ]
  return { about: 'rights', state: 'problem', message, fixes }
}

async function isAllowed(connection: ApiConnection, resourceAttributes: Question): Promise<boolean> {
  const question: V1SelfSubjectAccessReview = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
  const answer = await readAnswer(connection, { path: REVIEWS, method: 'POST', body: JSON.stringify(question) })
  const review: Received<V1SubjectAccessReviewStatus> =
    answer.kind === 'body' && isRecord(answer.body) && isRecord(answer.body.status) ? answer.body.status : {}
  return review.allowed === true
}

/** Kinds of which the same is missing share a line. */
function missingChecks(kinds: readonly ServedResource[], rights: readonly Rights[]): readonly Check[] {
  const lines = new Map<string, { readonly state: Check['state']; readonly text: string; readonly names: string[] }>()
  for (const [index, kind] of kinds.entries()) {
    const line = lineOf(kind, rights[index] ?? { kind: 'everything' })
    if (line === null) continue
    const key = JSON.stringify([line.state, line.text])
    const known = lines.get(key)
    if (known === undefined) lines.set(key, line)
    else known.names.push(...line.names)
  }
  return [...lines.values()].map(({ state, text, names }) => {
    return { about: 'rights', state, message: `${text} ${names.join(', ')}`, fixes: [] }
  })
}

function lineOf(kind: ServedResource, rights: Rights) {
  switch (rights.kind) {
    case 'everything':
      return null
    case 'some-objects': {
      const text = 'may not list and watch these configmaps, by which plugins are recognised:'
      return { state: 'warning' as const, text, names: [...rights.names] }
    }
    case 'missing': {
      const { group, resource } = kind
      const state = isDeciding(kind) ? ('problem' as const) : ('warning' as const)
      const only = rights.inNamespace === null ? '' : `, only in the namespace ${rights.inNamespace}`
      const text = `may not ${rights.verbs.join(' and ')} in the whole cluster${only}:`
      return { state, text, names: [group === '' ? resource : `${resource}.${group}`] }
    }
  }
}

function silentCheck(group: string): Check {
  const message = `the server behind ${group} does not answer, so that its kinds cannot be read`
  return { about: 'rights', state: 'warning', message, fixes: [`look at it: kubectl get apiservice | grep ${group}`] }
}

/** Commands that give the rights of `deploy/cluster-role.yaml` to whoever we are. */
function grants(user: string | null): readonly string[] {
  return ['kubectl apply -f deploy/cluster-role.yaml', `kubectl create clusterrolebinding sluice --clusterrole=sluice ${subjectOf(user)}`]
}

/** Who we are, as kubectl wants it for a binding. */
function subjectOf(user: string | null): string {
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user ?? '')
  return account === null ? `--user=${quoteForShell(user ?? 'YOUR-USER')}` : `--serviceaccount=${account[1]}:${account[2]}`
}

async function mapAtOnce<Item, Found>(items: readonly Item[], find: (item: Item) => Promise<Found>): Promise<readonly Found[]> {
  const found: Found[] = []
  for (let start = 0; start < items.length; start += AT_ONCE) {
    found.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(find))))
  }
  return found
}
