import { allOf } from '@/lib/flows/filter'
import { printFilter } from '@/lib/flows/filter-print'
import type { Filter, FilterSide } from '@/lib/flows/filter-types'
import { FIELD_BY_PREFIX } from '../live/field-by-prefix'

/** An end of a connection for readers: what stands in grey before and after its name. Deployments are the rule and go without their kind. */
export type EndWords = { readonly before: string; readonly name: string; readonly after: string }

const EVERY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0-255.255.255.255', 'any IPv4 address outside'],
  ['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'any IPv6 address outside'],
])

export function endWords(ref: string): EndWords {
  const { prefix, rest } = partsOf(ref)
  if (prefix === 'ip') {
    const all = EVERY_ADDRESS.get(rest)
    return all === undefined ? { before: 'outside ', name: rest.replace('-', ' – '), after: '' } : { before: '', name: all, after: '' }
  }
  if (prefix === 'cidr') return { before: 'outside ', name: rest, after: '' }
  if (prefix !== null) return { before: prefix === 'svc' ? 'Service ' : '', name: rest, after: '' }
  const bracket = ref.endsWith(']') ? ref.lastIndexOf('[') : -1
  const name = bracket < 0 ? ref : ref.slice(0, bracket)
  const slash = name.indexOf('/')
  const kind = bracket < 0 ? '' : ref.slice(bracket + 1, -1)
  return { before: name.slice(0, slash + 1), name: name.slice(slash + 1), after: kind === '' || kind === 'Deployment' ? '' : ` ${kind}` }
}

/** The flows of a connection, as text in the filter language. */
export function connectionFilter(connection: {
  readonly src: string
  readonly dst: string
  readonly protocol: string
  readonly port: number | null
}): string {
  const { src, dst, protocol, port } = connection
  return printFilter(
    allOf([
      endTerm('from', src),
      endTerm('to', dst),
      ...(port === null ? [] : [{ kind: 'term', side: null, field: 'port', values: [String(port)] } as const]),
      { kind: 'term', side: null, field: 'protocol', values: [protocol] },
    ]),
  )
}

function endTerm(side: FilterSide, ref: string): Filter {
  const { prefix, rest } = partsOf(ref)
  const field = prefix === null ? undefined : FIELD_BY_PREFIX.get(prefix)
  if (field !== undefined) return { kind: 'term', side, field, values: [rest] }
  return { kind: 'term', side, field: ref.endsWith(']') ? 'workload' : 'pod', values: [ref] }
}

function partsOf(ref: string): { readonly prefix: string | null; readonly rest: string } {
  const colon = ref.indexOf(':')
  const prefix = colon < 0 ? '' : ref.slice(0, colon)
  return FIELD_BY_PREFIX.has(prefix) ? { prefix, rest: ref.slice(colon + 1) } : { prefix: null, rest: ref }
}
