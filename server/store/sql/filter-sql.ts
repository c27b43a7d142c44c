import { readRange } from '@/lib/flows/filter-fields'
import type { Filter, FilterTerm } from '@/lib/flows/filter-types'
import { parseAddress, parseCidr } from '@/lib/model/address'
import { likePattern, type StatementBuilder } from './statement-builder'

/**
 * A condition that holds for every row that the filter matches. Where `isExact` it holds for no other row; else the
 * filter itself must look at the rows that come.
 */
export type FilterSql = { readonly sql: string; readonly isExact: boolean }

export type FilterContext = {
  readonly builder: StatementBuilder
  /** Start of a query for ids of ends, to which conditions about an end are added. */
  readonly ends: string
  /** Sums know neither requests nor machines; their filter must not ask for them. */
  readonly rows: 'flows' | 'sums'
}

const ANYTHING: FilterSql = { sql: '1', isExact: false }

/** The filter as far as the store can decide it; for rows of `flows`, and of the edges where it asks for no more than those have. */
export function filterSql(filter: Filter, context: FilterContext): FilterSql {
  switch (filter.kind) {
    case 'all':
    case 'any': {
      const parts = filter.filters.map((each) => filterSql(each, context))
      const isExact = parts.every((part) => part.isExact)
      const [joint, empty] = filter.kind === 'all' ? [' AND ', '1'] : [' OR ', '0']
      return { sql: parts.length === 0 ? empty : `(${parts.map(({ sql }) => sql).join(joint)})`, isExact }
    }
    case 'not': {
      const inner = filterSql(filter.filter, context)
      // What holds for more rows than it should would rule out rows that fit.
      return inner.isExact ? { sql: `NOT ${inner.sql}`, isExact: true } : ANYTHING
    }
    case 'text':
      return textSql(filter.text, filter.side, context)
    case 'term':
      return termSql(filter, context)
  }
}

function termSql(term: FilterTerm, context: FilterContext): FilterSql {
  const { builder } = context
  const { values, side } = term
  const plain = (column: string): FilterSql => exact(`${column} IN ${builder.texts(values)}`)
  switch (term.field) {
    case 'ns':
      return atSide(exact(anyOf(values.map((value) => matches('namespace', value, builder)))), side, context)
    case 'workload':
      return atSide(objectSql('workload', values, builder), side, context)
    case 'pod':
      return atSide(objectSql('pod', values, builder), side, context)
    case 'service':
      return atSide(objectSql('service', values, builder), side, context)
    case 'ip':
      return atSide(vague(anyOf(values.map((value) => addressSql(value, builder)))), side, context)
    case 'name':
      return atSide(vague(anyOf(values.map((value) => `lower(ref) LIKE ${builder.text(`dns:${likePattern(value)}`)}`))), side, context)
    case 'entity':
      return atSide(
        exact(`if(startsWith(ref, 'entity:'), substring(ref, 8), if(ip_group = '', '', 'world')) IN ${builder.texts(values)}`),
        side,
        context,
      )
    case 'port': {
      const ranges = values.map((value) => readRange(value, 0, 65_535)).filter((range) => range !== null)
      return exact(anyOf(ranges.map(([first, last]) => `port BETWEEN ${builder.integer(first)} AND ${builder.integer(last)}`)))
    }
    case 'protocol':
      return plain('protocol')
    case 'verdict':
      return plain('toString(verdict)')
    case 'reason':
      return exact(anyOf(values.map((value) => matches('reason', value, builder))))
    case 'node':
      return exact(anyOf(values.map((value) => matches('node', value, builder))))
    case 'reporter':
      return exact(anyOf(values.map((value) => matches('reporter', value, builder))))
    case 'l7':
      return exact(anyOf(values.map((value) => (value === 'none' ? "l7 = ''" : `startsWith(l7, ${builder.text(`["${value}",`)})`))))
    case 'policy':
      return vague(anyOf(values.map((value) => (value === 'none' ? "policies = ''" : holdsPiece('policies', value, builder)))))
    case 'path':
      return vague(anyOf(values.map((value) => holdsPiece('l7', value, builder))))
    case 'method':
    case 'status':
      // Written as they are compared, so that what is asked for stands in the text; classes such as 5xx do not.
      return values.every((value) => /^[A-Za-z]+$|^[0-9]+$/.test(value))
        ? vague(anyOf(values.map((value) => `positionCaseInsensitive(l7, ${builder.text(`"${value}"`)}) > 0`)))
        : ANYTHING
    case 'label':
    case 'state':
      return ANYTHING
  }
}

/** Part of a name of either end, of a policy, a reason or a path. */
function textSql(text: string, side: FilterTerm['side'], context: FilterContext): FilterSql {
  if (!/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/.test(text)) return ANYTHING
  const { builder } = context
  const holds = (column: string) => `positionCaseInsensitive(${column}, ${builder.text(text)}) > 0`
  const ends = atSide(vague(anyOf(['ref', 'workload', 'service', 'ip'].map(holds))), side, context)
  return side === null
    ? vague(anyOf([ends.sql, ...(context.rows === 'flows' ? ['policies', 'reason', 'l7'] : ['policies', 'reason']).map(holds)]))
    : ends
}

/** Asks about an end by its id. */
function atSide({ sql, isExact }: FilterSql, side: FilterTerm['side'], { ends }: FilterContext): FilterSql {
  const ids = `(${ends} AND (${sql}))`
  if (side !== null) return { sql: `${side === 'from' ? 'src' : 'dst'} IN ${ids}`, isExact }
  return { sql: `(src IN ${ids} OR dst IN ${ids})`, isExact }
}

/** `cart`, `shop/cart`, `shop/cart[Deployment]`: what is left out is not compared. */
function objectSql(column: string, values: readonly string[], builder: StatementBuilder): FilterSql {
  const conditions = values.map((value) => {
    const name = `${value.includes('/') ? '' : '%/'}${likePattern(value)}`
    const asked = column === 'service' ? `svc:${name}` : name
    const whole = `${column} LIKE ${builder.text(asked)}`
    return value.endsWith(']') ? whole : anyOf([whole, `${column} LIKE ${builder.text(`${asked}[%]`)}`])
  })
  return vague(anyOf(conditions))
}

function addressSql(value: string, builder: StatementBuilder): string {
  const dash = value.indexOf('-')
  const cidr = parseCidr(value)
  if (cidr === null) {
    const first = dash === -1 ? value : value.slice(0, dash)
    const last = dash === -1 ? value : value.slice(dash + 1)
    if (parseAddress(first) === null || parseAddress(last) === null) return '0'
    return `toIPv6OrNull(ip) BETWEEN toIPv6(${builder.text(first)}) AND toIPv6(${builder.text(last)})`
  }
  return `(toIPv6OrNull(ip) IS NOT NULL AND isIPAddressInRange(if(ip = '', '0.0.0.0', ip), ${builder.text(value)}))`
}

function matches(column: string, pattern: string, builder: StatementBuilder): string {
  if (!pattern.includes('*')) return `${column} = ${builder.text(pattern)}`
  return `(${column} != '' AND ${column} LIKE ${builder.text(likePattern(pattern))})`
}

/** True for texts with the longest piece of the pattern in them, as JSON writes it. */
function holdsPiece(column: string, pattern: string, builder: StatementBuilder): string {
  const pieces = pattern.split('*').sort((a, b) => b.length - a.length)
  const piece = JSON.stringify(pieces[0] ?? '').slice(1, -1)
  return piece === '' ? `${column} != ''` : `${column} LIKE ${builder.text(`%${likePattern(piece)}%`)}`
}

function anyOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '0' : `(${conditions.join(' OR ')})`
}

function exact(sql: string): FilterSql {
  return { sql, isExact: true }
}

function vague(sql: string): FilterSql {
  return { sql, isExact: false }
}
