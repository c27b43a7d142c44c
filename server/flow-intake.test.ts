import { expect, test } from 'vitest'
import { aPipeline } from '@/lib/flows/testing/a-pipeline'
import { anObservedFlow } from '@/lib/flows/testing/an-observed-flow'
import { FlowIntake } from './flow-intake'

function anIntake(kind: string) {
  const world = { now: 1_000_000 }
  const clock = { now: () => world.now, every: () => () => undefined, after: () => () => undefined }
  const intake = new FlowIntake({ name: kind, kind, proof: null }, { pipeline: aPipeline(), clock, onAccepted: () => undefined })
  let number = 0
  /** A second passes, in which `flows` come. */
  const second = (flows: number) => {
    world.now += 1_000
    const observed = Array.from({ length: flows }, () => anObservedFlow({ time: world.now, sourcePort: 1024 + number++ }))
    if (flows > 0) intake.accept({ flows: observed, ignored: new Map(), rejected: new Map(), lostAtSource: 0, unknownFields: 0 })
    intake.sample()
  }
  return {
    intake,
    second,
    seconds: (count: number) => {
      for (let passed = 0; passed < count; passed++) second(0)
    },
  }
}

test('of a source that takes records of any kind, each kind that came is told with how far its reading is proved', () => {
  const { intake } = anIntake('file')
  const flows = { ignored: new Map(), rejected: new Map(), lostAtSource: 0, unknownFields: 0, flows: [anObservedFlow({})] }
  const one = { title: 'kernel log', proof: 'specification' } as const
  const other = { title: 'conntrack', proof: 'real-server' } as const
  expect(intake.facts).toEqual([])
  intake.accept({ ...flows, kinds: new Set([one]) })
  intake.become('live', null, [{ name: 'files', value: '2' }])
  intake.accept({ ...flows, kinds: new Set([one, other]) })
  intake.accept(flows)
  expect(intake.facts).toEqual([
    { name: 'files', value: '2' },
    { name: 'conntrack', value: 'tested on the real server' },
    { name: 'kernel log', value: 'written from the specification' },
  ])
})

test('what a source says of a URL is shown without its password', () => {
  const { intake } = anIntake('prometheus')
  intake.become('failed', 'http://bob:s3cr3t@db.example.test:9090 cannot be asked')
  expect(intake.summary().message).toBe('http://***@db.example.test:9090 cannot be asked')
})

test('a source that says something every second is silent within ten, with what to look at', () => {
  const { intake, second, seconds } = anIntake('hubble')
  for (let count = 0; count < 5; count++) second(3)
  seconds(9)
  expect(intake.summary()).toMatchObject({ state: 'live', message: null, lastAt: 1_005_000 })
  seconds(1)
  expect(intake.summary()).toMatchObject({ state: 'silent', message: expect.stringMatching(/^no flows for 10 s; .*relay/) })
  second(1)
  expect(intake.summary().state).toBe('live')
})

test('a source that speaks four times a minute is not silent between', () => {
  const { intake, second, seconds } = anIntake('goldmane')
  for (let bucket = 0; bucket < 5; bucket++) {
    second(3)
    seconds(14)
    expect(intake.summary().state).toBe('live')
  }
  seconds(31)
  expect(intake.summary().state).toBe('silent')
})

test('a source that never said anything is silent after a minute, and has its time again when it comes back', () => {
  const { intake, seconds } = anIntake('hubble')
  intake.become('live', null)
  seconds(60)
  expect(intake.summary()).toMatchObject({ state: 'silent', lastAt: null, message: expect.stringContaining('no flows since the start') })
  intake.become('failed', 'relay refuses; trying again')
  seconds(60)
  expect(intake.summary()).toMatchObject({ state: 'failed', message: 'relay refuses; trying again' })
  intake.become('live', null)
  seconds(30)
  expect(intake.summary().state).toBe('live')
})

test('what a source says of itself stays while flows come', () => {
  const { intake, second } = anIntake('hubble')
  intake.become('live', '1 of 3 nodes is missing')
  second(3)
  expect(intake.summary().message).toBe('1 of 3 nodes is missing')
})
