import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LeaseAnswer, LeaseClient } from './lease-client'
import { LEASE_MS, LeaseElection, RENEW_DEADLINE_MS, RETRY_MS } from './lease-election'
import { type LeaseClaim, leaseBody, readLease } from './lease-record'

/** A Lease as the API server keeps it: whoever writes must have read the newest version. */
class StoredLease {
  #body: string | null = null
  #version = 0

  read(): LeaseAnswer {
    const lease = this.#body === null ? null : readLease(JSON.parse(this.#body))
    return lease === null ? { kind: 'absent' } : { kind: 'lease', lease }
  }

  write(claim: LeaseClaim, readVersion: string | null): LeaseAnswer {
    if ((this.#body === null ? null : String(this.#version)) !== readVersion) return { kind: 'conflict' }
    this.#version++
    this.#body = leaseBody({ name: 'sluice-1', resourceVersion: String(this.#version) }, claim)
    return this.read()
  }
}

/** What happens to one request: when it reaches the server, when the answer is back; null for one that is lost on the way. */
type Travel = { readonly thereMs: number; readonly backMs: number; readonly fate: 'answered' | 'never-arrives' | 'answer-lost' }

const DIRECT: Travel = { thereMs: 0, backMs: 0, fate: 'answered' }

/** Time that a test lets pass, with what is due in it. */
class Schedule {
  now = 0
  readonly #due: { readonly at: number; readonly task: () => void }[] = []

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#due.push({ at: this.now + ms, task: resolve }))
  }

  async advance(ms: number): Promise<void> {
    const end = this.now + ms
    for (;;) {
      for (let round = 0; round < 8; round++) await Promise.resolve()
      const next = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#due.splice(this.#due.indexOf(next), 1)
      this.now = Math.max(this.now, next.at)
      next.task()
    }
    this.now = end
  }
}

function clientOf(stored: StoredLease, schedule: Schedule, travel: () => Travel): LeaseClient {
  async function go(act: () => LeaseAnswer): Promise<LeaseAnswer> {
    const { thereMs, backMs, fate } = travel()
    await schedule.wait(thereMs)
    const answer: LeaseAnswer = fate === 'never-arrives' ? { kind: 'failed', message: 'no answer' } : act()
    await schedule.wait(backMs)
    return fate === 'answer-lost' ? { kind: 'failed', message: 'no answer' } : answer
  }
  return {
    read: () => go(() => stored.read()),
    create: (claim) => go(() => stored.write(claim, null)),
    replace: (lease, claim) => go(() => stored.write(claim, lease.resourceVersion)),
  }
}

function anElection(stored: StoredLease, schedule: Schedule, identity: string, travel: () => Travel = () => DIRECT, clockMs = 0) {
  const ticks = () => schedule.now
  return new LeaseElection({
    lease: clientOf(stored, schedule, travel),
    identity,
    ticks,
    now: () => 1_800_000_000_000 + clockMs + schedule.now,
  })
}

async function run(schedule: Schedule, elections: readonly LeaseElection[], ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += RETRY_MS) {
    for (const election of elections) void election.tick()
    await schedule.advance(RETRY_MS)
  }
}

test('the first holds, the other waits, and takes over when the first is silent for long enough', async () => {
  const [stored, schedule] = [new StoredLease(), new Schedule()]
  // Their clocks are a day apart.
  const [one, two] = [anElection(stored, schedule, 'one'), anElection(stored, schedule, 'two', undefined, 86_400_000)]
  await run(schedule, [one, two], 60_000)
  expect([one.state, two.state]).toEqual([{ kind: 'holds' }, { kind: 'waits', holder: 'one' }])
  await run(schedule, [two], LEASE_MS - RETRY_MS)
  expect([one.isHeld, two.isHeld]).toEqual([false, false])
  await run(schedule, [two], 2 * RETRY_MS)
  expect(two.state).toEqual({ kind: 'holds' })
  await run(schedule, [one, two], 10_000)
  expect(one.state).toEqual({ kind: 'waits', holder: 'two' })
  const lease = stored.read()
  expect(lease.kind === 'lease' && lease.lease.transitions).toBe(1)
})

test('a claim that is given back is taken at once', async () => {
  const [stored, schedule] = [new StoredLease(), new Schedule()]
  const [one, two] = [anElection(stored, schedule, 'one'), anElection(stored, schedule, 'two')]
  await run(schedule, [one, two], 10_000)
  const released = one.release()
  await schedule.advance(0)
  await released
  await run(schedule, [two], RETRY_MS)
  expect([one.isHeld, two.isHeld]).toEqual([false, true])
})

test('without the API server the holder gives up in time, and holds again when nobody took over', async () => {
  const [stored, schedule] = [new StoredLease(), new Schedule()]
  let isAway = false
  const one = anElection(stored, schedule, 'one', () => ({ ...DIRECT, fate: isAway ? 'never-arrives' : 'answered' }))
  await run(schedule, [one], 10_000)
  isAway = true
  await run(schedule, [one], RENEW_DEADLINE_MS - 2 * RETRY_MS)
  expect(one.state.kind).toBe('holds')
  await run(schedule, [one], 2 * RETRY_MS)
  expect(one.state).toEqual({ kind: 'failed', message: 'no answer' })
  isAway = false
  await run(schedule, [one], 2 * RETRY_MS)
  expect(one.state).toEqual({ kind: 'holds' })
})

test('whatever happens to requests, clocks and processes, never two hold it', async () => {
  const ms = fc.oneof({ weight: 8, arbitrary: fc.nat(300) }, { weight: 1, arbitrary: fc.nat(8_000) })
  const fate = fc.constantFrom<Travel['fate'][]>('answered', 'answered', 'answered', 'answered', 'never-arrives', 'answer-lost')
  const travel = fc.record<Travel>({ thereMs: ms, backMs: ms, fate })
  // Who is awake for how many seconds.
  const phase = fc.record({ awake: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), seconds: fc.integer({ min: 1, max: 20 }) })
  const clock = fc.integer({ min: -100_000_000, max: 100_000_000 })
  const phases = fc.array(phase, { minLength: 4, maxLength: 12 })
  let holders = 0
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(travel), fc.array(clock, { minLength: 3, maxLength: 3 }), phases, async (travels, clocks, all) => {
      const [stored, schedule] = [new StoredLease(), new Schedule()]
      const next = () => travels.next().value ?? DIRECT
      const elections = clocks.map((clockMs, index) => anElection(stored, schedule, String(index), next, clockMs))
      const held = new Set<LeaseElection>()
      for (const { awake, seconds } of all) {
        for (let second = 0; second < seconds; second++) {
          for (const [index, election] of elections.entries()) if (awake[index] === true) void election.tick()
          await schedule.advance(1_000)
          const holding = elections.filter(({ isHeld }) => isHeld)
          expect(holding.length).toBeLessThan(2)
          for (const election of holding) held.add(election)
        }
      }
      holders += held.size
    }),
    { numRuns: 150 },
  )
  // Turns were taken, or there is nothing to say.
  expect(holders).toBeGreaterThan(200)
})

test('what is no Lease is none, and fields of others stay', () => {
  for (const body of [null, 7, {}, { metadata: {} }, { metadata: { resourceVersion: 7 } }]) expect(readLease(body)).toBeNull()
  const lease = readLease({
    metadata: { resourceVersion: '7', annotations: { a: 'b' } },
    spec: { holderIdentity: '', leaseDurationSeconds: 'long' },
  })
  expect(lease).toMatchObject({ holder: null, durationMs: 0, transitions: 0, metadata: { annotations: { a: 'b' } } })
})
