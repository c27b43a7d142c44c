import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SEVERITIES } from '@/lib/detect/finding'
import { VERDICTS } from '@/lib/flows/flow'
import { EDGE_STATES, LEVELS } from '@/lib/graph/topology'
import { DEFAULT_VIEW, parseView, printView, type ViewState } from './url-state'

const name = fc.string({ minLength: 1, unit: 'grapheme' })
const views: fc.Arbitrary<ViewState> = fc.record({
  clusters: fc.uniqueArray(name, { maxLength: 3 }),
  namespaces: fc.uniqueArray(name, { maxLength: 5 }),
  level: fc.constantFrom(...LEVELS),
  windowMs: fc.integer({ min: 1, max: 3600 }).map((seconds) => seconds * 1000),
  versus: fc.option(fc.integer({ min: 0, max: 4_102_444_800_000 }), { nil: null }),
  at: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000 })),
  verdicts: fc.subarray([...VERDICTS]),
  states: fc.subarray([...EDGE_STATES]),
  filter: fc.string({ unit: 'grapheme' }),
  selection: fc.option(name),
  open: fc.uniqueArray(name, { maxLength: 5 }),
  unfolded: fc.subarray(['system-namespaces', 'dns', 'health-checks', 'monitoring'] as const),
  form: fc.constantFrom('map', 'table', 'tree'),
  flowPane: fc.boolean(),
  policy: fc.option(name),
  severities: fc.subarray([...SEVERITIES]),
  detectors: fc.uniqueArray(name, { maxLength: 3 }),
  finding: fc.option(name),
  policiesTab: fc.constantFrom('policies', 'coverage'),
  reviewSide: fc.constantFrom('draft', 'now'),
  reviewRows: fc.constantFrom('changed', 'all'),
})

test('a printed view reads back as the same view', () => {
  fc.assert(
    fc.property(views, (view) => {
      expect(parseView(printView(view))).toEqual(view)
    }),
  )
})

test('the default view is an empty query string', () => {
  expect(printView(DEFAULT_VIEW)).toBe('')
  expect(parseView('')).toEqual(DEFAULT_VIEW)
})

test('a shared link stays readable', () => {
  const view: ViewState = {
    ...DEFAULT_VIEW,
    namespaces: ['shop', 'payments'],
    level: 'workload',
    windowMs: 300_000,
    verdicts: ['dropped'],
    selection: 'shop/cart[Deployment]',
  }
  expect(printView(view)).toBe('ns=shop,payments&level=workload&window=5m&verdict=dropped&sel=shop/cart[Deployment]')
})

test('a moment may be written as the API takes it: in RFC 3339, or in milliseconds', () => {
  expect(parseView('at=2026-05-04T10:00:00Z&vs=1777888800000')).toMatchObject({ at: 1_777_888_800_000, versus: 1_777_888_800_000 })
})

test('values that nobody knows fall back to the default instead of breaking the page', () => {
  expect(parseView('level=galaxy&window=15y&at=yesterday&verdict=maybe&as=pie&pane=x&side=left&rows=many&show=__proto__')).toEqual(
    DEFAULT_VIEW,
  )
})

test('names that are special in JavaScript are names like any other', () => {
  expect(parseView('ns=__proto__,constructor').namespaces).toEqual(['__proto__', 'constructor'])
})
