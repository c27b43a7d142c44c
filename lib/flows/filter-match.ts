import { type Address, parseAddress, parseCidr } from '../model/address'
import type { EdgeState } from './edge-state'
import { readRange } from './filter-fields'
import { edgeSubject, type FilterSubject, flowSubject, laneSubject, nodeSubject } from './filter-subject'
import type { Filter, FilterTerm } from './filter-types'
import type { Flow, FlowEndpoint } from './flow'
import { textPattern } from './text-pattern'
import { timelineFilter } from './timeline-filter'
import type { Lane } from './window-lanes'
import type { FlowEdge } from './window-types'

/** Labels of an end, as the cluster has them; null when it has none to look at. */
export type LabelLookup = (end: FlowEndpoint) => ReadonlyMap<string, string> | null

/** True or false; null when the subject cannot tell. */
type Test = (subject: FilterSubject) => boolean | null
type EndTest = (end: FlowEndpoint) => boolean | null

/** A filter made ready to be asked often. */
export type CompiledFilter = {
  /** What it was compiled from. */
  readonly tree: Filter
  readonly matchesFlow: (flow: Flow) => boolean
  readonly matchesEdge: (edge: FlowEdge, state: EdgeState | null) => boolean
  /** Without the terms that `unappliedToLanes` lists. */
  readonly matchesLane: (lane: Lane) => boolean
  readonly unappliedToLanes: readonly string[]
  /** True when the node by itself fits, whatever its traffic. */
  readonly matchesNode: (endpoint: FlowEndpoint) => boolean
  readonly matches: (subject: FilterSubject) => boolean
}

/**
 * Compiles a filter. What a subject cannot tell (the path of an edge that sums many) leaves the answer open, and only
 * a clear yes matches: neither `path:/x` nor `-path:/x` holds for an edge.
 */
export function compileFilter(filter: Filter, labels: LabelLookup = () => null): CompiledFilter {
  const test = compile(filter, labels)
  const timeline = timelineFilter(filter)
  const laneTest = timeline.unapplied.length === 0 ? test : compile(timeline.applied, labels)
  return {
    tree: filter,
    matches: (subject) => test(subject) === true,
    matchesFlow: (flow) => test(flowSubject(flow)) === true,
    matchesEdge: (edge, state) => test(edgeSubject(edge, state)) === true,
    matchesLane: (lane) => laneTest(laneSubject(lane)) === true,
    unappliedToLanes: timeline.unapplied,
    matchesNode: (endpoint) => test(nodeSubject(endpoint)) === true,
  }
}

export function matchesFlow(filter: Filter, flow: Flow): boolean {
  return compileFilter(filter).matchesFlow(flow)
}

export function matchesNode(filter: Filter, endpoint: FlowEndpoint): boolean {
  return compileFilter(filter).matchesNode(endpoint)
}

function compile(filter: Filter, labels: LabelLookup): Test {
  switch (filter.kind) {
    case 'all': {
      const tests = filter.filters.map((each) => compile(each, labels))
      return (subject) => decide(tests, subject, false)
    }
    case 'any': {
      const tests = filter.filters.map((each) => compile(each, labels))
      return (subject) => decide(tests, subject, true)
    }
    case 'not': {
      const test = compile(filter.filter, labels)
      return (subject) => negate(test(subject))
    }
    case 'text':
      return compileText(filter.text, filter.side)
    case 'term':
      return compileTerm(filter, labels)
  }
}

/** `deciding` settles the answer at once; otherwise an open answer leaves it open. */
function decide(tests: readonly Test[], subject: FilterSubject, deciding: boolean): boolean | null {
  let answer: boolean | null = !deciding
  for (const test of tests) {
    const each = test(subject)
    if (each === deciding) return deciding
    if (each === null) answer = null
  }
  return answer
}

function negate(answer: boolean | null): boolean | null {
  return answer === null ? null : !answer
}

function compileText(text: string, side: FilterTerm['side']): Test {
  const wanted = text.toLowerCase()
  const inText = (candidate: string | null): boolean => candidate?.toLowerCase().includes(wanted) === true
  const atEnd: EndTest = (end) => inText(end.ref) || inText(end.workload) || inText(end.service) || inText(end.ip)
  const ends = atSide(atEnd, side)
  if (side !== null) return ends
  return (subject) => {
    if (ends(subject) === true) return true
    if (subject.policies?.some(({ policy }) => inText(policy)) || subject.reasons?.some(inText)) return true
    const { l7 } = subject
    return l7 !== undefined && l7 !== null && inText(l7.path)
  }
}

/** Tests one end, or either. */
function atSide(test: EndTest, side: FilterTerm['side']): Test {
  if (side === 'from') return (subject) => test(subject.source)
  if (side === 'to') return (subject) => test(subject.destination)
  return (subject) => {
    const source = test(subject.source)
    if (source === true) return true
    const destination = test(subject.destination)
    if (destination === true) return true
    return source === null || destination === null ? null : false
  }
}

function compileTerm(term: FilterTerm, labels: LabelLookup): Test {
  const { values } = term
  switch (term.field) {
    case 'ns': {
      const fits = anyPattern(values)
      return atSide((end) => end.namespace !== null && fits(end.namespace), term.side)
    }
    case 'workload': {
      const tests = values.map(objectPattern)
      return atSide((end) => end.workload !== null && someFit(tests, end.workload), term.side)
    }
    case 'pod': {
      const tests = values.map(objectPattern)
      return atSide((end) => end.pod !== null && someFit(tests, end.pod), term.side)
    }
    case 'service': {
      const tests = values.map(objectPattern)
      return atSide((end) => end.service !== null && someFit(tests, end.service.slice('svc:'.length)), term.side)
    }
    case 'ip': {
      const tests = values.map(addressTest)
      return atSide((end) => {
        const address = end.ip === null ? null : parseAddress(end.ip)
        return address !== null && tests.some((test) => test(address))
      }, term.side)
    }
    case 'name': {
      const fits = anyPattern(values)
      return atSide((end) => end.ref.startsWith('dns:') && fits(end.ref.slice('dns:'.length).toLowerCase()), term.side)
    }
    case 'entity':
      return atSide((end) => values.includes(entityOf(end) ?? ''), term.side)
    case 'label': {
      const tests = values.map(labelTest)
      return atSide((end) => {
        const known = labels(end)
        return known === null ? null : tests.some((test) => test(known))
      }, term.side)
    }
    case 'port': {
      const ranges = values.map((value) => readRange(value, 0, 65_535) ?? ([0, -1] as const))
      return ({ ports }) => (ports === undefined ? null : ports.some(([a, b]) => ranges.some(([first, last]) => a <= last && first <= b)))
    }
    case 'protocol':
      return ({ protocol }) => (protocol === undefined ? null : values.includes(protocol))
    case 'verdict':
      return ({ verdicts }) => (verdicts === undefined ? null : verdicts.some((verdict) => values.includes(verdict)))
    case 'state':
      return ({ state }) => (state === undefined ? null : values.includes(state))
    case 'policy': {
      const tests = values.map(policyPattern)
      const wantsNone = values.includes('none')
      return ({ policies }) => {
        if (policies === undefined) return null
        return policies.length === 0 ? wantsNone : policies.some(({ policy }) => someFit(tests, policy))
      }
    }
    case 'reason': {
      const fits = anyPattern(values)
      return ({ reasons }) => (reasons === undefined ? null : reasons.some(fits))
    }
    case 'l7':
      return ({ l7 }) => (l7 === undefined ? null : values.includes(l7?.protocol ?? 'none'))
    case 'method':
      return ({ l7 }) => (l7 === undefined ? null : values.includes(l7?.method?.toUpperCase() ?? ''))
    case 'path': {
      const fits = anyPattern(values)
      return ({ l7 }) => (l7 === undefined ? null : typeof l7?.path === 'string' && fits(l7.path))
    }
    case 'status': {
      const tests = values.map(statusTest)
      return ({ l7 }) => (l7 === undefined ? null : typeof l7?.code === 'string' && someFit(tests, l7.code.toUpperCase()))
    }
    case 'node': {
      const fits = anyPattern(values)
      return ({ node }) => (node === undefined ? null : node !== null && fits(node))
    }
    case 'reporter': {
      const fits = anyPattern(values)
      return ({ reporters }) => (reporters === undefined ? null : reporters.some(fits))
    }
  }
}

type TextTest = (text: string) => boolean

function someFit(tests: readonly TextTest[], text: string): boolean {
  return tests.some((test) => test(text))
}

function anyPattern(values: readonly string[]): TextTest {
  const tests = values.map(textPattern)
  return (text) => someFit(tests, text)
}

/**
 * `cart`, `shop/cart` and `shop/cart[Deployment]` against `NS/NAME` or `NS/NAME[KIND]`: what the value leaves out is not
 * compared.
 */
function objectPattern(value: string): TextTest {
  const fits = textPattern(value)
  const hasNamespace = value.includes('/')
  const hasKind = value.endsWith(']')
  return (ref) => {
    const kind = hasKind || !ref.endsWith(']') ? -1 : ref.lastIndexOf('[')
    const start = hasNamespace ? 0 : ref.indexOf('/') + 1
    return fits(ref.slice(start, kind === -1 ? ref.length : kind))
  }
}

/** `cart`, `shop/cart` and `NetworkPolicy:shop/cart` against `KIND:NS/NAME` or `KIND:NAME`. */
function policyPattern(value: string): TextTest {
  const fits = textPattern(value)
  if (value.includes(':')) return fits
  const hasNamespace = value.includes('/')
  return (ref) => {
    const name = ref.slice(ref.indexOf(':') + 1)
    return fits(hasNamespace ? name : name.slice(name.indexOf('/') + 1))
  }
}

function labelTest(value: string): (labels: ReadonlyMap<string, string>) => boolean {
  const equals = value.indexOf('=')
  if (equals === -1) return (labels) => labels.has(value)
  const key = value.slice(0, equals)
  const fits = textPattern(value.slice(equals + 1))
  return (labels) => {
    const held = labels.get(key)
    return held !== undefined && fits(held)
  }
}

function addressTest(value: string): (address: Address) => boolean {
  const dash = value.indexOf('-')
  const cidr = parseCidr(value)
  const first = parseAddress(dash === -1 ? value : value.slice(0, dash))
  const last = dash === -1 ? first : parseAddress(value.slice(dash + 1))
  const family = cidr?.family ?? first?.family
  const from = cidr?.first ?? first?.value
  const to = cidr?.last ?? last?.value
  if (from === undefined || to === undefined) return () => false
  return (address) => address.family === family && address.value >= from && address.value <= to
}

function statusTest(value: string): TextTest {
  if (value.endsWith('xx')) return (code) => code.length === 3 && code[0] === value[0]
  const range = readRange(value, 0, 999)
  if (range === null) return (code) => code === value
  return (code) => {
    const number = readRange(code, 0, 999)
    return number !== null && number[0] >= range[0] && number[0] <= range[1]
  }
}

/** Whatever has a group is outside the cluster, so it is the world. */
function entityOf(end: FlowEndpoint): string | null {
  if (end.ref.startsWith('entity:')) return end.ref.slice('entity:'.length)
  return end.group === null ? null : 'world'
}
