import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keptAnnotation } from './kept-annotations'

test('configuration and what changes all the time do not come through', () => {
  expect(keptAnnotation('kubectl.kubernetes.io/last-applied-configuration', '{}')).toBeNull()
  expect(keptAnnotation('endpoints.kubernetes.io/last-change-trigger-time', 'x')).toBeNull()
  expect(keptAnnotation('example.org/anything', 'x')).toBeNull()
  expect(keptAnnotation('without-domain', 'x')).toBeNull()
  expect(keptAnnotation('nginx.ingress.kubernetes.io/server-snippet', 'password')).toBe('')
  expect(keptAnnotation('nginx.ingress.kubernetes.io/canary', 'true')).toBe('true')
  expect(keptAnnotation('prometheus.io/port', '9100')).toBe('9100')
  expect(keptAnnotation('cert-manager.io/cluster-issuer', 'x')).toBe('x')
})

test('of the command line of k3s only known flags come through', () => {
  const words = [
    'server',
    '--flannel-backend',
    'host-gw',
    '--token',
    'hush',
    '--disable-network-policy',
    '--datastore-endpoint=postgres://hush',
  ]
  expect(keptAnnotation('k3s.io/node-args', JSON.stringify(words))).toBe(
    '["server","--flannel-backend","host-gw","--disable-network-policy"]',
  )
  expect(keptAnnotation('k3s.io/node-args', 'hush')).toBe('')
})

test('every annotation that the domain names is kept', () => {
  const root = join(import.meta.dirname, '..', '..')
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.ts$/.test(file) && !/\.test\.ts$|testing\/|projection\//.test(file),
  )
  const named = new Set<string>()
  for (const file of sources) {
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, name] of text.matchAll(/annotations\w*\??\.(?:get|has)\('([^']+)'\)/g)) if (name !== undefined) named.add(name)
    // Names in constants: everything of their form that is neither a version of an API nor a media type.
    for (const [, name] of text.matchAll(/'((?:[a-z0-9-]+\.)+[a-z]{2,}\/[A-Za-z][\w.-]*)'/g))
      if (name !== undefined && !/\/v\d/.test(name)) named.add(name)
  }
  expect(named.size).toBeGreaterThan(20)
  const dropped = [...named].filter((name) => keptAnnotation(name, 'x') === null).sort()
  expect(dropped.filter((name) => !NO_ANNOTATIONS.has(name))).toEqual([])
})

/** Dropped on purpose although sources name it, and a kind that looks like one. */
const NO_ANNOTATIONS: ReadonlySet<string> = new Set(['kubectl.kubernetes.io/last-applied-configuration', 'split.smi-spec.io/TrafficSplit'])
