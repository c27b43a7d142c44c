import { expect, test } from 'vitest'
import { parseFlows } from './parse-flows'

const one = (text: string) => {
  const read = parseFlows([text], '/base')
  return read.ok ? read.value[0] : read.error
}

test.each([
  ['file:np.log?zone=Europe/Berlin#antrea', { kind: 'file', path: '/base/np.log', format: 'antrea', zone: 'Europe/Berlin' }],
  ['file:/logs/what?.log', { kind: 'file', path: '/logs/what?.log', format: null }],
  ['dir:/logs?zone=Asia/Kathmandu', { kind: 'dir', path: '/logs', format: null, zone: 'Asia/Kathmandu' }],
  ['forward:127.0.0.1:24224?zone=UTC', { kind: 'forward', host: '127.0.0.1', port: 24_224, format: null, zone: 'UTC' }],
  ['ingest?zone=America/New_York', { kind: 'ingest', zone: 'America/New_York' }],
  ['ingest', { kind: 'ingest' }],
])('%s', (text, choice) => {
  expect(one(text)).toEqual(choice)
})

test.each([
  ['file:np.log?zone=Atlantis', /"Atlantis" is no time zone/],
  ['ingest?zone=', /is not NAME=VALUE/],
  ['ingest?zone=UTC&zone=UTC', /twice/],
  ['ingest?ca=x', /allowed: zone/],
])('%s is refused', (text, reason) => {
  expect(one(text)).toMatch(reason)
})
