import { expect, test } from 'vitest'
import type { FlowHintsDocument } from '@/lib/api/documents'
import { DEFAULT_VIEW, printView } from '../live/url-state'
import { fittingEntries, type PaletteEntry, placesFrom } from './palette-entries'

const hints = (fields: Record<string, readonly string[]>): FlowHintsDocument => ({
  apiVersion: 'sluice/v1',
  kind: 'FlowHints',
  fields: Object.entries(fields).map(([field, values]) => ({ field, values, more: false })),
})
const queryOf = (entry: PaletteEntry | undefined) => (entry?.kind === 'place' ? printView(entry.view) : null)

test('a workload is shown selected in its namespace, in the time range of before', () => {
  const [entry] = placesFrom(hints({ workload: ['shop/cart[Deployment]'] }), { ...DEFAULT_VIEW, windowMs: 60_000 }, 5)
  expect(queryOf(entry)).toBe('ns=shop&level=workload&window=1m&sel=shop/cart[Deployment]')
})

test('a namespace is entered, a service and a pod are selected', () => {
  const entries = placesFrom(hints({ ns: ['shop'], service: ['shop/cart'], pod: ['shop/cart-1'] }), DEFAULT_VIEW, 5)
  expect(entries.map(queryOf)).toEqual([
    'ns=shop&level=workload',
    'ns=shop&level=workload&sel=svc:shop/cart',
    'ns=shop&level=pod&sel=shop/cart-1',
  ])
})

test('with several clusters on the map, a find is selected in the one that the page is about', () => {
  const view = { ...DEFAULT_VIEW, clusters: ['prod', 'staging'], selection: '@staging/shop' }
  const [entry] = placesFrom(hints({ service: ['shop/cart'] }), view, 5)
  expect(queryOf(entry)).toBe('cluster=staging,prod&ns=shop&level=workload&sel=@staging/svc:shop/cart')
})

test('a policy opens on the page of the policies', () => {
  const [entry] = placesFrom(hints({ policy: ['NetworkPolicy:shop/cart'] }), DEFAULT_VIEW, 5)
  expect(entry?.kind === 'place' && entry.path).toBe('/policies')
  expect(queryOf(entry)).toBe('policy=NetworkPolicy:shop/cart')
})

test('every word of the text must be found, in any order', () => {
  const entries: PaletteEntry[] = [
    { kind: 'action', group: 'Action', name: 'Pause', about: 'freeze the page', run: () => undefined },
    { kind: 'action', group: 'Action', name: 'Dark theme', about: '', run: () => undefined },
  ]
  expect(fittingEntries(entries, 'theme dark').map(({ name }) => name)).toEqual(['Dark theme'])
})
