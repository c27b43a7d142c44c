import { afterEach, beforeEach, expect, test } from 'vitest'
import * as clusters from '@/app/api/v1/clusters/route'
import * as status from '@/app/api/v1/status/route'
import { DEFAULT_CONFIG } from './config'
import { Fleet } from './fleet'
import { Runtime } from './running'
import { holdFleet } from './runtime'
import { ManualClock } from './testing/manual-clock'

let fleet: Fleet

beforeEach(() => {
  const plan = (name: string, problem: string | null = null) => ({
    name,
    origin: `https://${name}.example.com`,
    user: 'jo',
    runs: 'login --quiet',
    problem,
    open: () => new Runtime(DEFAULT_CONFIG, new ManualClock(0)),
  })
  fleet = new Fleet(plan('prod'), () => [plan('arn:aws:eks:eu-1:1:cluster/a,b'), plan('broken', 'its certificate cannot be read')])
  holdFleet(fleet)
})

afterEach(async () => {
  await fleet.stop()
  holdFleet(null)
})

const request = (path: string, init?: RequestInit) => new Request(`http://127.0.0.1:3000/api/v1/${path}`, init)
const change = (body: object) =>
  clusters.POST(request('clusters', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }))
const statusOf = (query: string) => status.GET(request(`status${query}`))
const EKS = '?cluster=arn:aws:eks:eu-1:1:cluster/a%252Cb'

test('clusters are listed with how they stand', async () => {
  const answer = await clusters.GET(request('clusters')).json()
  expect(answer).toMatchObject({
    kind: 'Clusters',
    clusters: [
      { name: 'prod', origin: 'https://prod.example.com', user: 'jo', runs: 'login --quiet', state: 'connected', sync: { state: 'live' } },
      { name: 'arn:aws:eks:eu-1:1:cluster/a,b', state: 'off', sync: null },
      { name: 'broken', state: 'unusable', problem: 'its certificate cannot be read' },
    ],
  })
})

test('a route answers for the cluster that is named, once it is connected', async () => {
  expect((await statusOf('')).status).toBe(200)
  expect((await statusOf('?cluster=prod')).status).toBe(200)
  expect((await statusOf('?cluster=nobody')).status).toBe(404)
  expect((await statusOf('?cluster=broken')).status).toBe(409)
  expect((await statusOf(EKS)).status).toBe(409)
  expect((await change({ name: 'arn:aws:eks:eu-1:1:cluster/a,b', connected: true })).status).toBe(200)
  expect((await statusOf(EKS)).status).toBe(200)
  expect((await change({ name: 'arn:aws:eks:eu-1:1:cluster/a,b', connected: false })).status).toBe(200)
  expect((await statusOf(EKS)).status).toBe(409)
})

test('changes that cannot be made say why', async () => {
  expect((await change({ name: 'prod' })).status).toBe(400)
  expect((await change({ name: 'nobody', connected: true })).status).toBe(404)
  const answer = await change({ name: 'broken', connected: true })
  expect(answer.status).toBe(409)
  expect(await answer.json()).toMatchObject({ detail: 'The cluster "broken" cannot be opened: its certificate cannot be read' })
})
