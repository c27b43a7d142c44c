import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isRecord } from '../fields'
import { readCluster } from '../read-cluster'
import { InternPool } from './intern-pool'
import { project } from './project'
import { comparable } from './testing/comparable'
import { FULL_OBJECTS } from './testing/full-objects'

const read = (bodies: readonly unknown[]) =>
  comparable(
    readCluster(
      bodies.map((body) => ({ body, origin: null })),
      { name: 'c', source: 'live' },
    ),
  )

/** Every place of a value, as keys from its top. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  const below = Array.isArray(value) ? [...value.entries()] : isRecord(value) ? Object.entries(value) : []
  return [path, ...below.flatMap(([key, inner]) => placesOf(inner, [...path, key]))]
}

function withValueAt(value: unknown, path: readonly (string | number)[], put: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return put
  if (Array.isArray(value)) return value.map((element, index) => (index === step ? withValueAt(element, rest, put) : element))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === step ? withValueAt(inner, rest, put) : inner]))
}

/** Not what makes the object, and not annotations, most of which are dropped before anybody could complain of them. */
const isDamageable = (path: readonly (string | number)[]): boolean =>
  path.length > 0 && path[0] !== 'kind' && path[0] !== 'apiVersion' && !path.includes('annotations')

/** One object with a few of its values replaced by values of any type. */
const damaged = fc
  .tuple(
    fc.constantFrom(...FULL_OBJECTS),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(
          null,
          'text',
          'x'.repeat(300),
          '',
          0,
          -1,
          70_000,
          1.5,
          true,
          [],
          {},
          ['a'],
          [1],
          [null],
          [{}],
          { a: 'b' },
          { name: 7 },
        ),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([object, damages]) =>
    damages.reduce<unknown>((body, [at, put]) => {
      const places = placesOf(body).filter(isDamageable)
      return withValueAt(body, places[at % places.length] ?? [], put)
    }, object),
  )

describe('the projection', () => {
  test('reads as the whole does, with the same problems, whatever stands in an object', () => {
    fc.assert(
      fc.property(fc.array(damaged, { minLength: 1, maxLength: 3 }), (bodies) => {
        const pool = new InternPool(3)
        expect(read(bodies.map((body) => project(structuredClone(body), pool)))).toEqual(read(bodies))
      }),
      { numRuns: 500 },
    )
  })

  test('changes nothing when it is done again', () => {
    fc.assert(
      fc.property(damaged, (body) => {
        const once = project(structuredClone(body))
        expect(project(structuredClone(once))).toEqual(once)
      }),
      { numRuns: 300 },
    )
  })

  test.each(FULL_OBJECTS.map((body) => [String(isRecord(body) ? body.kind : ''), body] as const))(
    '%s: nothing secret and nothing that tools write comes through',
    (_kind, body) => {
      const text = JSON.stringify(project(structuredClone(body)))
      expect(text).not.toMatch(/hush|managedFields|last-applied|resourceVersion|selfLink/)
      expect(JSON.stringify(body)).toMatch(/hush|managedFields|last-applied|resourceVersion|selfLink/)
    },
  )

  test('pods of one template hold what they have in common once', () => {
    const pod = FULL_OBJECTS.find((body) => isRecord(body) && body.kind === 'Pod')
    const pool = new InternPool()
    const [a, b] = [project(structuredClone(pod), pool), project(structuredClone(pod), pool)]
    const parts = (value: unknown) => {
      const body = JSON.parse('{}')
      Object.assign(body, value)
      return [
        body.metadata.labels,
        body.metadata.ownerReferences,
        body.spec.containers,
        body.status.conditions,
        body.status.containerStatuses,
      ]
    }
    for (const [index, part] of parts(a).entries()) expect(part).toBe(parts(b)[index])
  })
})

test('of a variable that names no endpoint the name is kept and nothing of its value, whoever it is for', () => {
  const env = [
    { name: 'CALICO_IPV4POOL_CIDR', value: '10.244.0.0/16' },
    { name: 'CLUSTER_TYPE', value: 'k8s,bgp' },
  ]
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'calico-node' }, spec: { containers: [{ name: 'calico-node', env }] } }
  expect(project(structuredClone(pod))).toMatchObject({
    spec: { containers: [{ env: [{ name: 'CALICO_IPV4POOL_CIDR' }, { name: 'CLUSTER_TYPE' }] }] },
  })
  expect(JSON.stringify(project(pod))).not.toMatch(/10\.244|bgp/)
})
