import { expect, test } from 'vitest'
import { refuseByRole } from './role-gate'

test('a process of all answers everything', () => {
  expect(refuseByRole('all', 'GET', '/map')).toBeNull()
  expect(refuseByRole('all', 'POST', '/api/v1/flows')).toBeNull()
})

test('a collector answers probes, its status and posted flows, and says what it is to everybody else', () => {
  for (const path of ['/livez', '/readyz', '/metrics', '/api/v1/status']) expect(refuseByRole('collector', 'GET', path)).toBeNull()
  for (const path of ['/api/v1/flows', '/api/v1/otlp/v1/logs']) expect(refuseByRole('collector', 'POST', path)).toBeNull()
  for (const [method, path] of [
    ['GET', '/'],
    ['GET', '/map'],
    ['GET', '/api/v1/flows'],
    ['GET', '/api/v1/stream'],
    ['POST', '/api/v1/diff'],
    ['POST', '/api/v1/status'],
    ['GET', '/api/v1/status/'],
    ['GET', '/api/v1/%73tatus'],
  ] as const) {
    expect(refuseByRole('collector', method, path)).toMatchObject({ status: 404, title: 'This process is a collector' })
  }
})

test('a web process takes no flows, and answers the rest', () => {
  expect(refuseByRole('web', 'POST', '/api/v1/flows')).toMatchObject({ status: 404, title: 'This process takes no flows' })
  expect(refuseByRole('web', 'POST', '/api/v1/otlp/v1/metrics')).toMatchObject({ status: 404 })
  expect(refuseByRole('web', 'GET', '/api/v1/flows')).toBeNull()
  expect(refuseByRole('web', 'POST', '/api/v1/diff')).toBeNull()
})
