import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allOf, anyOf, EVERYTHING, MAX_FILTER_LENGTH, parseFilter } from './filter'
import { FIELD_RULES } from './filter-fields'
import { printFilter } from './filter-print'
import { toggleFilter } from './filter-toggle'
import type { Filter, FilterTerm } from './filter-types'

function parsed(text: string): Filter {
  const result = parseFilter(text)
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`)
  return result.value
}

function problem(text: string) {
  const result = parseFilter(text)
  if (result.ok) throw new Error(`${text} was read as ${printFilter(result.value)}`)
  return result.error
}

const term = (field: FilterTerm['field'], ...values: string[]): FilterTerm => ({ kind: 'term', side: null, field, values })

describe('reading', () => {
  test('terms side by side must all hold, or binds weaker, parentheses group', () => {
    const [a, b, c] = [term('ns', 'a'), term('ns', 'b'), term('ns', 'c')]
    expect(parsed('ns:a ns:b or ns:c')).toEqual(anyOf([allOf([a, b]), c]))
    expect(parsed('ns:a (ns:b or ns:c)')).toEqual(allOf([a, anyOf([b, c])]))
    expect(parsed('ns:a and ns:b')).toEqual(allOf([a, b]))
    expect(parsed('   ')).toEqual(EVERYTHING)
  })

  test('a minus or the word not turns a term or a group round', () => {
    expect(parsed('-ns:a')).toEqual({ kind: 'not', filter: term('ns', 'a') })
    expect(parsed('not (ns:a or ns:b)')).toEqual({ kind: 'not', filter: anyOf([term('ns', 'a'), term('ns', 'b')]) })
  })

  test('from and to say which end, short forms mean the same field', () => {
    expect(parsed('from:ns:shop')).toEqual({ ...term('ns', 'shop'), side: 'from' })
    expect(parsed('to:svc:shop/cart')).toEqual({ ...term('service', 'shop/cart'), side: 'to' })
    expect(parsed('from:cart')).toEqual({ kind: 'text', side: 'from', text: 'cart' })
    expect(parsed('proto:tcp cidr:10.1.2.3/8')).toEqual(allOf([term('protocol', 'TCP'), term('ip', '10.0.0.0/8')]))
  })

  test('values are lists, ranges, addresses and quoted text', () => {
    expect(parsed('verdict:Dropped,error')).toEqual(term('verdict', 'dropped', 'error'))
    expect(parsed('port:80,8000-8100')).toEqual(term('port', '80', '8000-8100'))
    expect(parsed('ip:::ffff:10.0.0.1,2001:DB8::1')).toEqual(term('ip', '10.0.0.1', '2001:db8::1'))
    expect(parsed('path:"/a, (b) \\"c\\""')).toEqual(term('path', '/a, (b) "c"'))
    expect(parsed('status:5XX,nxdomain,404')).toEqual(term('status', '5xx', 'NXDOMAIN', '404'))
  })

  test('bare words, addresses and policy names are text', () => {
    expect(parsed('cart fe80::1 NetworkPolicy:shop/cart "or"')).toEqual(
      allOf(['cart', 'fe80::1', 'NetworkPolicy:shop/cart', 'or'].map((text): Filter => ({ kind: 'text', side: null, text }))),
    )
  })

  test('names of built-in properties are names like any other', () => {
    expect(parsed('ns:__proto__,constructor,toString')).toEqual(term('ns', '__proto__', 'constructor', 'toString'))
    expect(problem('constructor:x').message).toContain('no field')
    expect(problem('tostring:x').message).toContain('no field')
  })
})

describe('problems', () => {
  test('an unknown field is named with its place and the fields there are', () => {
    const error = problem('ns:a colour:red')
    expect(error).toMatchObject({ position: 5, length: 6 })
    expect(error.allowed).toContain('verdict')
  })

  test('a value that cannot be is named with those that can', () => {
    expect(problem('verdict:denied')).toMatchObject({
      position: 8,
      length: 6,
      allowed: ['forwarded', 'dropped', 'audit', 'error', 'unknown'],
    })
    expect(problem('port:90000').position).toBe(5)
    expect(problem('port:80-70').message).toContain('port')
    expect(problem('ip:10.0.0').message).toContain('ip')
  })

  test.each([
    ['(ns:a', 0],
    ['ns:a)', 4],
    ['ns:a or', 7],
    ['ns:', 0],
    ['ns:a,', 0],
    ['"open', 0],
    ['()', 0],
    ['- a', 0],
    ['from:port:80', 5],
    ['from:', 5],
  ])('%s is refused at %i', (text, position) => {
    expect(problem(text).position).toBe(position)
  })

  test('length and depth are limited', () => {
    expect(problem('a'.repeat(MAX_FILTER_LENGTH + 1)).message).toContain('at most')
    expect(problem(`${'('.repeat(200)}a${')'.repeat(200)}`).message).toContain('nested')
    expect(problem(`${'-'.repeat(200)}a`).message).toContain('nested')
  })
})

const text = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'ab1-:/.*,"\\() orO_é\n[]') })
const fieldTerm: fc.Arbitrary<Filter> = fc
  .record({
    rule: fc.constantFrom(...FIELD_RULES),
    side: fc.constantFrom('from' as const, 'to' as const, null),
    texts: fc.array(text, { minLength: 1, maxLength: 3 }),
  })
  .map(({ rule, side, texts }) => {
    const examples = rule.allowed ?? (['port', 'ip', 'status'].includes(rule.field) ? [rule.example] : texts)
    const values = examples.slice(0, 3).map((value) => rule.read(value) ?? rule.read(rule.example) ?? '')
    return { kind: 'term', side: rule.hasSides ? side : null, field: rule.field, values: [...new Set(values)] }
  })
const bareText: fc.Arbitrary<Filter> = fc
  .record({ side: fc.constantFrom('from' as const, 'to' as const, null), text })
  .map(({ side, text }) => ({ kind: 'text', side, text }))
const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    fieldTerm,
    bareText,
    fc.array(tie('filter'), { minLength: 2, maxLength: 4 }).map(allOf),
    fc.array(tie('filter'), { minLength: 2, maxLength: 4 }).map(anyOf),
    tie('filter').map((filter): Filter => ({ kind: 'not', filter })),
  ),
})).filter

describe('laws', () => {
  test('reading what was printed gives the same filter', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const printed = printFilter(filter)
        fc.pre(printed.length <= MAX_FILTER_LENGTH)
        expect(parsed(printed)).toEqual(filter)
      }),
      { numRuns: 1_000 },
    )
  })

  test('any text is read or refused with a place inside it, and what was read prints to the same', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 60 }),
          text,
          fc.array(text).map((parts) => parts.join(' ')),
        ),
        (input) => {
          const result = parseFilter(input)
          if (result.ok) expect(parsed(printFilter(result.value))).toEqual(result.value)
          else {
            expect(result.error.position).toBeGreaterThanOrEqual(0)
            expect(result.error.position).toBeLessThanOrEqual(input.length)
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('toggling', () => {
  const choice = { side: null, field: 'ns', value: 'shop', mode: 'include' } as const

  test('a second click takes the value away again', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'cart', 'verdict:dropped cart', 'a or b', '-port:80 (a or b)'), (start) => {
        const once = toggleFilter(parsed(start), choice)
        expect(printFilter(toggleFilter(once, choice))).toBe(printFilter(parsed(start)))
      }),
    )
  })

  test('values of one field join one term, the other way round moves it', () => {
    const pay = toggleFilter(parsed('ns:pay verdict:dropped'), choice)
    expect(printFilter(pay)).toBe('ns:pay,shop verdict:dropped')
    expect(printFilter(toggleFilter(pay, { ...choice, mode: 'exclude' }))).toBe('ns:pay verdict:dropped -ns:shop')
  })
})
