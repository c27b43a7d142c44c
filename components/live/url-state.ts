import { parseDuration } from '@/lib/api/duration'
import { parseInstant } from '@/lib/api/parse-instant'
import { SEVERITIES, type Severity } from '@/lib/detect/finding'
import { VERDICTS, type Verdict } from '@/lib/flows/flow'
import { EDGE_STATES, type EdgeState, type FoldId, LEVELS, type Level } from '@/lib/graph/topology'

export type MapForm = 'map' | 'table' | 'tree'
export type PoliciesTab = 'policies' | 'coverage'
export type ReviewSide = 'draft' | 'now'
export type ReviewRows = 'changed' | 'all'

/**
 * Everything that decides what a page shows, as the query string holds it. A value that is at its default is left out of
 * the URL, so that `/map` alone means the whole cluster, now.
 */
export type ViewState = {
  /** `cluster`: which clusters are shown; empty means the server's first. */
  readonly clusters: readonly string[]
  /** `ns`: only these namespaces; empty means all. */
  readonly namespaces: readonly string[]
  /** `level` */
  readonly level: Level
  /** `window`: length of the time range that ends at `at`. */
  readonly windowMs: number
  /** `at`: end of the time range, milliseconds since the epoch; null is now, which moves on. */
  readonly at: number | null
  /** `vs`: end of the time range that the map is compared with, milliseconds since the epoch; null compares nothing. */
  readonly versus: number | null
  /** `verdict`: only these observed verdicts; empty means all. */
  readonly verdicts: readonly Verdict[]
  /** `state`: only edges in these states; empty means all. */
  readonly states: readonly EdgeState[]
  /** `q`: text in the filter language. */
  readonly filter: string
  /** `sel`: contract name of the selected node, or id of the selected edge; null when nothing is. */
  readonly selection: string | null
  /** `open`: namespaces and workloads that are expanded in place. */
  readonly open: readonly string[]
  /** `show`: folds that the viewer opened. */
  readonly unfolded: readonly FoldId[]
  /** `as`: how the map page draws the graph. */
  readonly form: MapForm
  /** `pane`: whether the flow table under the map is open. */
  readonly flowPane: boolean
  /** `policy`: contract name of the policy that the Policies page shows; null for the list. */
  readonly policy: string | null
  /** `severity`: only findings this grave; empty means all. */
  readonly severities: readonly Severity[]
  /** `detector`: only findings of these detectors; empty means all. */
  readonly detectors: readonly string[]
  /** `finding`: key of the finding that the Findings page shows in full; null for the list alone. */
  readonly finding: string | null
  /** `tab`: what the Policies page lists. */
  readonly policiesTab: PoliciesTab
  /** `side`: whether a review shows what would be, or what is now. */
  readonly reviewSide: ReviewSide
  /** `rows`: whether a review lists only what changes. */
  readonly reviewRows: ReviewRows
}

export const DEFAULT_WINDOW_MS = 15 * 60_000
const LONGEST_WINDOW_MS = 30 * 24 * 60 * 60_000
const SHORTEST_WINDOW_MS = 1_000
/** Lists in a URL are as long as people make them by clicking. */
const LONGEST_LIST = 200

const FOLDS: readonly FoldId[] = [
  'system-namespaces',
  'system-services',
  'empty-namespaces',
  'dns',
  'health-checks',
  'monitoring',
  'edge-limit',
  'node-limit',
  'declared',
  'unused',
]
const FORMS: readonly MapForm[] = ['map', 'table', 'tree']
const TABS: readonly PoliciesTab[] = ['policies', 'coverage']
const SIDES: readonly ReviewSide[] = ['draft', 'now']
const ROWS: readonly ReviewRows[] = ['changed', 'all']

export const DEFAULT_VIEW: ViewState = {
  clusters: [],
  namespaces: [],
  level: 'namespace',
  windowMs: DEFAULT_WINDOW_MS,
  at: null,
  versus: null,
  verdicts: [],
  states: [],
  filter: '',
  selection: null,
  open: [],
  unfolded: [],
  form: 'map',
  flowPane: false,
  policy: null,
  severities: [],
  detectors: [],
  finding: null,
  policiesTab: 'policies',
  reviewSide: 'draft',
  reviewRows: 'changed',
}

/** Reads the view from a query string. What it does not understand falls back to the default: an old link still opens. */
export function parseView(query: string): ViewState {
  const params = new URLSearchParams(query)
  return {
    clusters: listOf(params.get('cluster')),
    namespaces: listOf(params.get('ns')),
    level: oneOf(LEVELS, params.get('level')) ?? DEFAULT_VIEW.level,
    windowMs: parseWindow(params.get('window') ?? '') ?? DEFAULT_VIEW.windowMs,
    at: parseInstant(params.get('at') ?? ''),
    versus: parseInstant(params.get('vs') ?? ''),
    verdicts: manyOf(VERDICTS, params.get('verdict')),
    states: manyOf(EDGE_STATES, params.get('state')),
    filter: params.get('q') ?? '',
    selection: params.get('sel') || null,
    open: listOf(params.get('open')),
    unfolded: manyOf(FOLDS, params.get('show')),
    form: oneOf(FORMS, params.get('as')) ?? DEFAULT_VIEW.form,
    flowPane: params.get('pane') === 'flows',
    policy: params.get('policy') || null,
    severities: manyOf(SEVERITIES, params.get('severity')),
    detectors: listOf(params.get('detector')),
    finding: params.get('finding') || null,
    policiesTab: oneOf(TABS, params.get('tab')) ?? DEFAULT_VIEW.policiesTab,
    reviewSide: oneOf(SIDES, params.get('side')) ?? DEFAULT_VIEW.reviewSide,
    reviewRows: oneOf(ROWS, params.get('rows')) ?? DEFAULT_VIEW.reviewRows,
  }
}

/** Prints the view as a query string without `?`; empty for the default view. */
export function printView(view: ViewState): string {
  const pairs: [string, string][] = []
  const add = (name: string, value: string) => {
    if (value !== '') pairs.push([name, value])
  }
  add('cluster', printList(view.clusters))
  add('ns', printList(view.namespaces))
  add('level', view.level === DEFAULT_VIEW.level ? '' : view.level)
  add('window', view.windowMs === DEFAULT_VIEW.windowMs ? '' : printDuration(view.windowMs))
  add('at', view.at === null ? '' : new Date(view.at).toISOString())
  add('vs', view.versus === null ? '' : new Date(view.versus).toISOString())
  add('verdict', view.verdicts.join(','))
  add('state', view.states.join(','))
  add('q', view.filter)
  add('sel', view.selection ?? '')
  add('open', printList(view.open))
  add('show', view.unfolded.join(','))
  add('as', view.form === DEFAULT_VIEW.form ? '' : view.form)
  add('pane', view.flowPane ? 'flows' : '')
  add('policy', view.policy ?? '')
  add('severity', view.severities.join(','))
  add('detector', printList(view.detectors))
  add('finding', view.finding ?? '')
  add('tab', view.policiesTab === DEFAULT_VIEW.policiesTab ? '' : view.policiesTab)
  add('side', view.reviewSide === DEFAULT_VIEW.reviewSide ? '' : view.reviewSide)
  add('rows', view.reviewRows === DEFAULT_VIEW.reviewRows ? '' : view.reviewRows)
  return pairs.map(([name, value]) => `${name}=${encodeReadable(value)}`).join('&')
}

/** `15m`, `90s`, `1h`: whole seconds in the largest unit that fits. */
export function printDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds % 3600 === 0) return `${seconds / 3600}h`
  if (seconds % 60 === 0) return `${seconds / 60}m`
  return `${seconds}s`
}

/** Milliseconds; null when it is no duration or out of range. */
function parseWindow(text: string): number | null {
  const ms = parseDuration(text)
  return ms === null || ms < SHORTEST_WINDOW_MS || ms > LONGEST_WINDOW_MS ? null : ms
}

function oneOf<Value extends string>(allowed: readonly Value[], text: string | null): Value | null {
  return allowed.find((value) => value === text) ?? null
}

function manyOf<Value extends string>(allowed: readonly Value[], text: string | null): readonly Value[] {
  const wanted = new Set((text ?? '').split(','))
  return allowed.filter((value) => wanted.has(value))
}

function listOf(text: string | null): readonly string[] {
  if (text === null || text === '') return []
  const values = text
    .split(',')
    .map((value) => value.replaceAll('%2C', ',').replaceAll('%25', '%'))
    .filter((value) => value !== '')
  return [...new Set(values)].slice(0, LONGEST_LIST)
}

/** Names with commas between them; a comma inside a name is `%2C`. */
export function printList(values: readonly string[]): string {
  return values.map((value) => value.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')
}

/** Percent-encodes only what would change the meaning of the query string, so that people can read it. */
function encodeReadable(value: string): string {
  return encodeURIComponent(value)
    .replaceAll('%2C', ',')
    .replaceAll('%2F', '/')
    .replaceAll('%3A', ':')
    .replaceAll('%40', '@')
    .replaceAll('%5B', '[')
    .replaceAll('%5D', ']')
    .replaceAll('%20', '+')
}
