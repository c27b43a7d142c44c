import { expect, test } from 'vitest'
import { aDeployment, aService, aWorkload } from '../../model/testing/objects'
import { findIn } from '../testing/find-in'

const service = aService({ name: 'web', namespace: 'shop' })
const deployment = (name: string, more: Record<string, string> = {}, replicas = 1) =>
  aDeployment({ name, namespace: 'shop', podLabels: { app: 'web', ...more }, replicas })

test('a Service over workloads that are not versions of one is a warning', () => {
  expect(findIn('SV-05', [service, deployment('web'), deployment('worker')])).toMatchObject([
    { severity: 'warning', message: 'The selector names the pods of 2 workloads.' },
  ])
  const job = aWorkload('batch/v1', 'Job', { name: 'migrate', namespace: 'shop', podLabels: { app: 'web' } })
  expect(findIn('SV-05', [service, deployment('web'), job])).toMatchObject([
    { message: 'The selector also names the pods of shop/migrate[Job], which is a job.' },
  ])
})

test('versions, and a variant that is scaled to zero, are meant', () => {
  expect(findIn('SV-05', [service, deployment('web-v1', { version: 'v1' }), deployment('web-v2', { version: 'v2' })])).toEqual([])
  expect(findIn('SV-05', [service, deployment('web'), deployment('web-canary', { track: 'canary' })])).toEqual([])
  expect(findIn('SV-05', [service, deployment('web'), deployment('worker', {}, 0)])).toEqual([])
  expect(findIn('SV-05', [service, deployment('web'), deployment('worker')], { unread: ['/Pod'] })).toEqual([])
})

test('members that find each other through a headless Service are information', () => {
  const headless = aService({ name: 'web', namespace: 'shop', clusterIp: 'None' })
  expect(findIn('SV-05', [headless, deployment('data'), deployment('master')])).toMatchObject([{ severity: 'info' }])
})
