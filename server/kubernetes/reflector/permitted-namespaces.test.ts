import { expect, test } from 'vitest'
import { permitsWatching, readRules } from './permitted-namespaces'

const review = (rules: readonly object[], incomplete = false) => ({ status: { resourceRules: rules, nonResourceRules: [], incomplete } })

test('a right to watch counts, of any rule', () => {
  const rules = readRules(
    review([
      { verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['pods', 'services'] },
      { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] },
      { verbs: ['list'], apiGroups: ['batch'], resources: ['jobs'] },
      { verbs: ['watch'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['one'] },
    ]),
  )
  expect(permitsWatching(rules, '', 'pods')).toBe(true)
  expect(permitsWatching(rules, 'apps', 'deployments')).toBe(true)
  expect(permitsWatching(rules, 'batch', 'jobs')).toBe(false)
  expect(permitsWatching(rules, '', 'configmaps')).toBe(false)
  expect(permitsWatching(rules, 'apps', 'pods')).toBe(true)
  expect(permitsWatching(rules, 'batch', 'pods')).toBe(false)
})

test('where the server cannot say it all, only trying helps', () => {
  expect(permitsWatching(readRules(review([], true)), '', 'pods')).toBe(true)
  expect(permitsWatching(readRules('nonsense'), '', 'pods')).toBe(true)
})
