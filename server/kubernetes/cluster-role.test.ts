import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { KNOWN_CONFIG_MAPS } from '@/lib/model/projection/known-config-maps'
import { resourceKey, WANTED_KINDS } from './reflector/wanted-kinds'

const clusterRole = z.object({
  kind: z.literal('ClusterRole'),
  rules: z.array(
    z.strictObject({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      resourceNames: z.array(z.string()).default([]),
      verbs: z.array(z.string()),
    }),
  ),
})

const { rules } = clusterRole.parse(parse(readFileSync(new URL('../../deploy/cluster-role.yaml', import.meta.url), 'utf8')))
const lines = rules.flatMap(({ apiGroups, resources, resourceNames }) =>
  apiGroups.flatMap((group) => resources.map((resource) => ({ key: resourceKey({ group, resource }), resourceNames }))),
)

test('the role in deploy/ allows every kind that is watched, once, and nothing else', () => {
  // Endpoints are watched only where there are no EndpointSlices, which every server of the last years has.
  const watched = WANTED_KINDS.map(resourceKey).filter((key) => key !== '/endpoints')
  expect(lines.map(({ key }) => key).sort()).toEqual([...watched, 'apiextensions.k8s.io/customresourcedefinitions'].sort())
})

test('it allows to list and to watch, and of ConfigMaps the named ones only', () => {
  for (const { verbs } of rules) expect(verbs).toEqual(['list', 'watch'])
  const names = new Set([...KNOWN_CONFIG_MAPS.keys()].map((key) => key.slice(key.indexOf('/') + 1)))
  for (const { key, resourceNames } of lines) expect([key, resourceNames]).toEqual([key, key === '/configmaps' ? [...names].sort() : []])
})

test('collectors may take Leases beside that, in their namespace, and nothing else', () => {
  const role = parse(readFileSync(new URL('../../deploy/collector-role.yaml', import.meta.url), 'utf8'))
  expect(role).toMatchObject({
    kind: 'Role',
    rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] }],
  })
})
