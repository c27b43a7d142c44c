import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flowOf } from '../testing/decode-flows'
import { LineMemory } from './line-memory'
import { TimeZone } from './time-zone'

test.each([
  ['Europe/Berlin', '2026-01-15T12:00:00', '2026-01-15T11:00:00Z'],
  ['Europe/Berlin', '2026-07-15T12:00:00', '2026-07-15T10:00:00Z'],
  ['Europe/Berlin', '2026-03-29T03:00:00', '2026-03-29T01:00:00Z'],
  ['America/New_York', '2026-07-15T22:30:00.25', '2026-07-16T02:30:00.25Z'],
  ['Asia/Kathmandu', '2026-05-04T00:00:00', '2026-05-03T18:15:00Z'],
  ['UTC', '2026-05-04T10:00:00', '2026-05-04T10:00:00Z'],
])('in %s %s is %s', (name, local, moment) => {
  expect(new TimeZone(name).momentOf(Date.parse(`${local}Z`))).toBe(Date.parse(moment))
})

test('a moment is found by what the clocks show at it, but for the hours of a change', () => {
  const zone = new TimeZone('America/New_York')
  const show = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short', timeStyle: 'medium' })
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) }), (time) => {
      const moment = Math.floor(time / 1_000) * 1_000
      const found = zone.momentOf(Date.parse(`${show.format(moment).replace(' ', 'T')}Z`))
      expect([0, 3_600_000]).toContain(Math.abs(found - moment))
      expect(show.format(found)).toBe(show.format(moment))
    }),
    { numRuns: 200 },
  )
})

test('a name that is not known is none', () => {
  expect(() => new TimeZone('Atlantis/Harbour')).toThrow(RangeError)
})

test("times of Antrea's log and of ulogd without a zone are those of the source", () => {
  const memory = new LineMemory({ zone: new TimeZone('Europe/Berlin') })
  const antrea =
    '2026/05/04 12:00:00.500000 IngressDefaultRule K8sNetworkPolicy <nil> Ingress Drop <nil> shop/cart 192.0.2.1 41000 192.0.2.20 80 TCP 60 <nil>'
  const ulogd = { 'oob.family': 2, 'ip.protocol': 17, src_ip: '192.0.2.1', dest_ip: '192.0.2.2', src_port: 41_000, dest_port: 53 }
  expect(flowOf(antrea, { memory }).time).toBe(Date.UTC(2026, 4, 4, 10, 0, 0, 500))
  expect(flowOf(antrea).time).toBe(Date.UTC(2026, 4, 4, 12, 0, 0, 500))
  expect(flowOf({ ...ulogd, timestamp: '2026-05-04T12:00:00.25' }, { memory }).time).toBe(Date.UTC(2026, 4, 4, 10, 0, 0, 250))
  expect(flowOf({ ...ulogd, timestamp: '2026-05-04T12:00:00.25+0300' }, { memory }).time).toBe(Date.UTC(2026, 4, 4, 9, 0, 0, 250))
})
