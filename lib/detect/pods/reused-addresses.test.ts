import { expect, test } from 'vitest'
import type { FlowEndpoint } from '../../flows/flow'
import { aFlowEdge } from '../../graph/testing/a-flow-edge'
import { aNode } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const edge = aFlowEdge({ from: 'shop/web[Deployment]', to: 'shop/api[Deployment]' })
const uncertain = (ip: string, ...candidates: readonly string[]) => {
  const destination: FlowEndpoint = { ...edge.destination, ip, identity: 'uncertain', candidates }
  return { traffic: { edges: [{ ...edge, destination }], from: 0, to: 1, lookups: [] } }
}

test('an address of which flows name two pods changed hands', () => {
  expect(findIn('IP-01', [], uncertain('10.0.0.1', 'shop/api-1', 'shop/db-1'))).toMatchObject([
    { severity: 'info', value: '10.0.0.1', evidence: ['shop/api-1 held it', 'shop/db-1 held it'] },
  ])
})

test('it is silent for one holder, for machines, and for what is no pod', () => {
  expect(findIn('IP-01', [], uncertain('10.0.0.1', 'shop/api-1'))).toEqual([])
  expect(findIn('IP-01', [aNode({ ip: '10.0.0.1' })], uncertain('10.0.0.1', 'shop/api-1', 'shop/db-1'))).toEqual([])
  expect(findIn('IP-01', [], uncertain('10.0.0.1', 'shop/api-1', 'svc:shop/api'))).toEqual([])
})
