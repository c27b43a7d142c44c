import { expect, test } from 'vitest'
import { flowOf } from '../../testing/decode-flows'
import { LineMemory } from '../line-memory'
import { sampleLine } from '../testing/sample-lines'

test("Felix's counters only grow: each line adds the difference", () => {
  const memory = new LineMemory()
  const at = (bytes: number) => flowOf(sampleLine('felix-syslog').replace('outBytes=120', `outBytes=${bytes}`), { memory: memory })
  expect([120, 300, 300, 60].map((bytes) => [at(bytes)].map(({ bytes, phase }) => `${bytes} ${phase}`)[0])).toEqual([
    '120 start',
    '180 later',
    '0 later',
    '60 start',
  ])
  expect(flowOf(sampleLine('felix-syslog'))).toMatchObject({
    node: 'bastion',
    policies: [{ policy: 'GlobalNetworkPolicy:security.outside' }],
    reason: 'policy/default-deny',
  })
})
