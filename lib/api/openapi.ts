import { z } from 'zod'
import {
  changesQuery,
  clusterChange,
  compareQuery,
  detailQuery,
  diffBody,
  diffQuery,
  evaluateQuery,
  exportQuery,
  findingsQuery,
  flowsQuery,
  hintsQuery,
  histogramQuery,
  ingestQuery,
  manyQuestions,
  oneQuestion,
  onlyCluster,
  policiesQuery,
  viewQuery,
} from './schemas'

type Json = Readonly<Record<string, unknown>>

/** One operation of the API, as far as it differs from the others. */
type Operation = {
  readonly path: string
  readonly method: 'get' | 'post'
  readonly id: string
  readonly summary: string
  readonly query?: z.ZodObject
  /** Example of the name in the path. */
  readonly reference?: string
  readonly body?: Json
  readonly answer: { readonly type: string; readonly kind: string | null; readonly properties?: Json }
  readonly refusals: readonly number[]
  /** What refusals look like, where they are no problem documents. */
  readonly refusal?: Json
}

const JSON_TYPE = 'application/json'

const OPERATIONS: readonly Operation[] = [
  get(
    '/api/v1/topology',
    'getTopology',
    'Nodes and edges: declared, resolved, allowed and observed, each marked as such.',
    'Topology',
    viewQuery,
  ),
  {
    ...get('/api/v1/stream', 'streamTopology', 'The same as server-sent events: a snapshot, then what changes.', null, viewQuery),
    answer: { type: 'text/event-stream', kind: null },
    refusals: [400, 503],
  },
  get('/api/v1/flows', 'listFlows', 'Recent flows, newest first, with keyset cursors.', 'FlowList', flowsQuery),
  {
    path: '/api/v1/flows',
    method: 'post',
    id: 'postFlows',
    summary: 'Takes flow lines (only with --flows ingest).',
    query: ingestQuery,
    body: {
      required: true,
      content: {
        'application/x-ndjson': { schema: { type: 'string' } },
        [JSON_TYPE]: { schema: { type: 'array', items: { type: 'object' } } },
      },
    },
    answer: { type: JSON_TYPE, kind: 'IngestResult' },
    refusals: [400, 404, 413, 415, 429],
  },
  otlp('logs', 'Takes log records of OTLP/HTTP (only with --flows ingest): lines of any kind that is read.'),
  otlp('metrics', 'Takes metrics of OTLP/HTTP (only with --flows ingest): service graphs and network bytes.'),
  otlp('traces', 'Takes no spans: answers OTLP/HTTP with a partial success that says so (only with --flows ingest).'),
  {
    ...get('/api/v1/flows/histogram', 'getHistogram', 'Flows over time by verdict.', 'FlowHistogram', histogramQuery),
    answer: {
      type: JSON_TYPE,
      kind: 'FlowHistogram',
      properties: {
        unapplied: {
          type: 'array',
          items: { type: 'string' },
          description: 'Terms of the filter that the timeline does not know: it counts as if they were not there.',
        },
      },
    },
  },
  get('/api/v1/flows/hints', 'getHints', 'Real values for filter completion.', 'FlowHints', hintsQuery),
  {
    ...get('/api/v1/workloads/{ref}', 'getWorkload', 'One workload, with who selects it.', 'Workload', detailQuery),
    reference: 'shop/cart[Deployment]',
  },
  {
    ...get('/api/v1/services/{ref}', 'getService', 'One Service, with endpoints, doors and clients.', 'Service', detailQuery),
    reference: 'svc:shop/cart',
  },
  {
    ...get(
      '/api/v1/entries/{ref}',
      'getWayIn',
      'One way into the cluster: hosts, TLS, routes, status or prediction.',
      'WayIn',
      detailQuery,
    ),
    reference: 'Ingress:shop/web',
  },
  {
    ...get(
      '/api/v1/exits/{ref}',
      'getWayOut',
      'One way out of the cluster: who leaves, with which address, to what.',
      'WayOut',
      detailQuery,
    ),
    reference: 'EgressIP:shop',
  },
  {
    ...get('/api/v1/outside/{ref}', 'getOutside', 'What objects say of a name or range outside.', 'Outside', detailQuery),
    reference: 'dns:api.example.com',
  },
  get(
    '/api/v1/policies',
    'listPolicies',
    'Every policy object with what the recorded flows and the detectors say of it, and which workloads are isolated.',
    'PolicyList',
    policiesQuery,
  ),
  {
    ...get('/api/v1/policies/{ref}', 'getPolicy', 'One policy: its YAML, its rules as a picture, findings, hits.', 'Policy', detailQuery),
    reference: 'NetworkPolicy:shop/cart',
  },
  {
    path: '/api/v1/evaluate',
    method: 'post',
    id: 'evaluate',
    summary: 'What the policies say about one connection or many, and which rule decides.',
    query: evaluateQuery,
    body: { required: true, content: { [JSON_TYPE]: { schema: { anyOf: [jsonSchema(oneQuestion), jsonSchema(manyQuestions)] } } } },
    answer: { type: JSON_TYPE, kind: 'Evaluation' },
    refusals: [400, 413],
  },
  {
    path: '/api/v1/diff',
    method: 'post',
    id: 'diff',
    summary: 'What a draft of objects would open, close and break. Nothing is applied to the cluster.',
    query: diffQuery,
    body: {
      required: true,
      content: {
        [JSON_TYPE]: { schema: jsonSchema(diffBody) },
        'application/yaml': { schema: { type: 'string', description: 'The draft itself; the parameters then stand in the query.' } },
      },
    },
    answer: { type: JSON_TYPE, kind: 'ConnectivityDiff' },
    refusals: [400, 413, 415, 429],
  },
  get('/api/v1/findings', 'listFindings', 'What the detectors see now, gravest first.', 'Findings', findingsQuery),
  get(
    '/api/v1/changes',
    'listChanges',
    'What changed in the cluster, newest first, with the verdicts that it altered.',
    'Changes',
    changesQuery,
  ),
  get(
    '/api/v1/compare',
    'compareTimes',
    'Two times: connections that appeared, that vanished, and those whose verdict flipped.',
    'Comparison',
    compareQuery,
  ),
  get('/api/v1/clusters', 'listClusters', 'The clusters that this server could show, and how each stands.', 'Clusters'),
  {
    path: '/api/v1/clusters',
    method: 'post',
    id: 'changeCluster',
    summary: 'Connects a cluster, or forgets it.',
    body: { required: true, content: { [JSON_TYPE]: { schema: jsonSchema(clusterChange) } } },
    answer: { type: JSON_TYPE, kind: 'Clusters' },
    refusals: [400, 404, 409, 413, 429],
  },
  get('/api/v1/status', 'getStatus', 'Cluster, sources with their loss ledgers, limits and versions.', 'Status', onlyCluster),
  { ...get('/api/v1/export', 'exportView', 'The current view as a file.', null, exportQuery), answer: { type: '*/*', kind: null } },
]

/** The OpenAPI 3.1 document, made from the schemas that check the requests. */
export function openApiDocument(version: string, basePath: string): Json {
  const paths = new Map<string, Map<string, Json>>()
  for (const operation of OPERATIONS) {
    const methods = paths.get(operation.path) ?? new Map<string, Json>()
    methods.set(operation.method, describe(operation))
    paths.set(operation.path, methods)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sluice', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    paths: Object.fromEntries([...paths].map(([path, methods]) => [path, Object.fromEntries(methods)])),
    components: { schemas: { Problem: PROBLEM } },
  }
}

const PROBLEM: Json = {
  type: 'object',
  required: ['apiVersion', 'kind', 'type', 'title', 'status', 'detail'],
  properties: {
    apiVersion: { const: 'sluice/v1' },
    kind: { const: 'Problem' },
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    problems: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, line: { type: ['integer', 'null'] }, message: { type: 'string' } },
      },
    },
  },
}

const PROBLEM_CONTENT: Json = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }

const TITLES = new Map([
  [400, 'The request cannot be read.'],
  [404, 'There is no such thing, or this server does not do this.'],
  [409, 'The cluster is not connected.'],
  [413, 'The body is too large.'],
  [415, 'The body is of a kind that is not read.'],
  [429, 'Too much at once; try again later.'],
  [503, 'Too many viewers; try again later.'],
])

function get(path: string, id: string, summary: string, kind: string | null, query?: z.ZodObject): Operation {
  const refusals = path.endsWith('{ref}') ? [400, 404] : query === undefined ? [] : [400]
  return { path, method: 'get', id, summary, answer: { type: JSON_TYPE, kind }, refusals, ...(query === undefined ? {} : { query }) }
}

/** One of the three addresses of OTLP/HTTP, whose bodies are those of its specification. */
function otlp(signal: 'logs' | 'metrics' | 'traces', summary: string): Operation {
  const either = (schema: Json): Json => ({
    'application/x-protobuf': { schema: { type: 'string', format: 'binary' } },
    [JSON_TYPE]: { schema },
  })
  return {
    path: `/api/v1/otlp/v1/${signal}`,
    method: 'post',
    id: `postOtlp${signal[0]?.toUpperCase()}${signal.slice(1)}`,
    summary,
    query: onlyCluster,
    body: { required: true, content: either({ type: 'object' }) },
    answer: { type: JSON_TYPE, kind: null },
    refusals: [400, 404, 413, 415, 429],
    refusal: either({ type: 'object', properties: { code: { type: 'integer' }, message: { type: 'string' } } }),
  }
}

function describe({ id, summary, query, reference, body, answer, refusals, refusal }: Operation): Json {
  const parameters = [
    ...(reference === undefined ? [] : [pathParameter(reference)]),
    ...(query === undefined ? [] : queryParameters(query)),
  ]
  const isAboutCluster = query !== undefined && Object.hasOwn(query.shape, 'cluster')
  const statuses = isAboutCluster ? [...new Set([...refusals, 404, 409])].sort() : refusals
  const refused = statuses.map((status) => [String(status), { description: TITLES.get(status), content: refusal ?? PROBLEM_CONTENT }])
  return {
    operationId: id,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      '200': { description: summary, content: { [answer.type]: { schema: answerSchema(answer) } } },
      ...Object.fromEntries(refused),
    },
  }
}

function answerSchema({ kind, properties = {} }: Operation['answer']): Json {
  if (kind === null) return {}
  return {
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: { apiVersion: { const: 'sluice/v1' }, kind: { const: kind }, ...properties },
  }
}

function pathParameter(example: string): Json {
  return { name: 'ref', in: 'path', required: true, description: 'Its name, percent-encoded.', schema: { type: 'string' }, example }
}

function queryParameters(query: z.ZodObject): Json[] {
  const { properties, required } = jsonSchema(query) as { properties?: Readonly<Record<string, Json>>; required?: readonly string[] }
  return Object.entries(properties ?? {}).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required?.includes(name) ?? false,
    ...(description === undefined ? {} : { description }),
    schema,
  }))
}

/** What a request may send, before it is brought into the program's form. */
function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}
