import { z } from 'zod'
import { CHANGE_TOPICS } from '../changes/cluster-change'
import { SEVERITIES } from '../detect/finding'
import { VERDICTS } from '../flows/flow'
import { EDGE_STATES, FOLDS, LEVELS } from '../graph/topology'
import { PROTOCOLS } from '../model/protocol'
import { LINE_FORMAT_IDS } from './line-format-ids'
import { choiceList, filterText, instant, nameList, wholeNumber, windowLength } from './query-fields'

/**
 * What requests may say. The routes check with these schemas and openapi.json is made from them, so the two cannot differ.
 */

/** What every route about a cluster takes. */
const clusterQuery = z.object({
  cluster: z
    .string()
    .max(2_000)
    .meta({ description: 'Name of the cluster, as api/v1/clusters lists it; the first one when left out.' })
    .optional(),
})

export const viewQuery = clusterQuery.extend({
  level: z.enum(LEVELS).optional(),
  namespaces: nameList.optional(),
  at: instant.optional(),
  window: windowLength.optional(),
  filter: filterText.optional(),
  verdict: choiceList(VERDICTS).optional(),
  state: choiceList(EDGE_STATES).optional(),
  open: nameList.optional(),
  show: choiceList(FOLDS).optional(),
  select: z.string().max(600).meta({ description: 'Node whose unused connections are drawn.' }).optional(),
})
export type ViewQuery = z.output<typeof viewQuery>

export const MAX_FLOW_PAGE = 1_000
export const DEFAULT_FLOW_PAGE = 100

export const flowsQuery = clusterQuery.extend({
  filter: filterText.optional(),
  from: instant.optional(),
  to: instant.optional(),
  cursor: z.string().max(64).meta({ description: 'The `next` of the page before.' }).optional(),
  limit: wholeNumber(1, MAX_FLOW_PAGE).optional(),
})

export const histogramQuery = clusterQuery.extend({
  filter: filterText.optional(),
  from: instant.optional(),
  to: instant.optional(),
  window: windowLength.optional(),
  buckets: wholeNumber(1, 360).optional(),
})

export const hintsQuery = clusterQuery.extend({
  field: z.string().max(40).meta({ description: 'Field of the filter language; left out lists the fields.' }).optional(),
  prefix: z.string().max(200).optional(),
  limit: wholeNumber(1, 100).optional(),
})

export const ingestQuery = clusterQuery.extend({
  format: z.enum(LINE_FORMAT_IDS).meta({ description: 'Left out, each line says by its fields what it is.' }).optional(),
})

export const exportQuery = viewQuery.extend({
  format: z.enum(['json', 'csv', 'svg', 'png', 'bundle']),
  theme: z.enum(['light', 'dark']).optional(),
})

export const policiesQuery = clusterQuery.extend({
  namespaces: nameList.optional(),
  at: instant.optional(),
  window: windowLength.optional(),
})

export const findingsQuery = clusterQuery.extend({
  namespaces: nameList.optional(),
  severity: choiceList(SEVERITIES).optional(),
  object: z.string().max(600).meta({ description: 'Only findings about this object, by its contract name.' }).optional(),
  format: z.enum(['json', 'sarif']).meta({ description: 'json when left out.' }).optional(),
})

export const MAX_CHANGES = 1_000
export const DEFAULT_CHANGES = 200

export const changesQuery = clusterQuery.extend({
  from: instant.optional().meta({ description: 'The first moment; an hour before the last one when left out.' }),
  to: instant.optional().meta({ description: 'The last moment; now when left out.' }),
  about: nameList.optional().meta({ description: 'Contract names of objects, separated by commas.' }),
  namespaces: nameList.optional(),
  topic: choiceList(CHANGE_TOPICS).optional(),
  limit: wholeNumber(1, MAX_CHANGES).optional(),
})

export const MAX_COMPARED = 2_000
export const DEFAULT_COMPARED = 500

export const compareQuery = clusterQuery.extend({
  before: instant.meta({ description: 'End of the time range that is compared with.' }),
  after: instant.optional().meta({ description: 'End of the other time range; now when left out.' }),
  window: windowLength.optional(),
  namespaces: nameList.optional(),
  filter: filterText.optional(),
  limit: wholeNumber(1, MAX_COMPARED).optional(),
})
export type CompareQuery = z.output<typeof compareQuery>

const endName = z.string().min(1).max(600).meta({ description: 'A contract name: NS/NAME[KIND], NS/NAME, svc:NS/NAME, ip:A, cidr:C.' })

export const evaluateQuestion = z.object({
  id: z.string().max(200).optional(),
  from: endName,
  to: endName,
  port: z.int().min(1).max(65_535).nullable().optional(),
  protocol: z.enum(PROTOCOLS).optional(),
})
export type EvaluateQuestion = z.output<typeof evaluateQuestion>

export const MAX_QUESTIONS = 1_000

export const oneQuestion = evaluateQuestion.extend({ explain: z.boolean().optional() })

export const manyQuestions = z.object({
  queries: z.array(evaluateQuestion).min(1).max(MAX_QUESTIONS),
  explain: z.boolean().optional(),
})

/** Bytes of a draft. */
export const MAX_DRAFT_BYTES = 1024 * 1024

const truth = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .meta({ description: 'true or false.' })

/** How a draft is compared: parameters of a plain YAML body. */
export const diffQuery = clusterQuery.extend({
  level: z.enum(['workload', 'pod']).optional(),
  external: truth.optional().meta({ description: 'Also addresses outside the cluster; true when left out.' }),
  unchanged: truth.optional().meta({ description: 'Also the pairs of which nothing changes.' }),
  window: windowLength.optional().meta({ description: 'Length of the time range whose flows are replayed: 15m when left out.' }),
  at: instant.optional().meta({ description: 'End of that time range; now when left out.' }),
})

/** The same with the draft, as a JSON body. */
export const diffBody = z.object({
  changes: z.string().max(MAX_DRAFT_BYTES).meta({ description: 'YAML or JSON documents. `$patch: delete` in one deletes its object.' }),
  level: z.enum(['workload', 'pod']).optional(),
  external: z.boolean().optional(),
  unchanged: z.boolean().optional(),
  window: windowLength.optional(),
  at: instant.optional(),
  lenient: z.boolean().optional().meta({ description: 'A draft of which nothing can be read is answered with its problems, not refused.' }),
})
export type DiffBody = z.output<typeof diffBody>

/** Routes that take no parameters. */
export const noQuery = z.object({})

/** Routes that take nothing but the cluster. */
export const onlyCluster = clusterQuery

/** Connects a cluster, or forgets it. */
export const clusterChange = z.object({ name: z.string().min(1).max(600), connected: z.boolean() })

export const readyzQuery = z.object({ verbose: z.string().optional() })

export const evaluateQuery = clusterQuery.extend({
  at: instant.optional().meta({ description: 'By the policies of this moment; now when left out.' }),
})

export const detailQuery = clusterQuery.extend({ at: instant.optional(), window: windowLength.optional() })
