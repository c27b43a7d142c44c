import { describe, expect, test } from 'vitest'
import { type ReflectorWatcher, startReflector } from '@/testing/faults/reflector-watcher'
import { runScenario } from '@/testing/faults/run-scenario'
import { SCENARIOS, type Scenario } from '@/testing/faults/scenarios'

/** What is said of the pods while a fault strikes; the first list has been read before. */
type Expected = {
  readonly states: readonly string[]
  /** Whether the whole list had to be read again. */
  readonly relists: 0 | 1
  /** Pauses are shortened where they are long for a good reason. */
  readonly speed?: number
  /** What may be over before it is told. */
  readonly mayBeSaid?: string
}

const LOST = 'stale: the connection to SERVER was lost (connection reset)'
const REFUSES = 'stale: SERVER cannot be reached: nobody listens there (connection refused)'
const SILENT = 'stale: the connection to SERVER was lost (no sign of life for N s)'
const RESET = 'stale: the connection to SERVER was lost (the server reset the request)'
const AGAIN = 'stale: the API server no longer knows what was read last; everything is read again'
const RESTORED = 'stale: the API server answered 504: Timeout: Too large resource version: N, current: M'
const BROKEN = 'stale: the API server answered 500: a fault that the test asked for'
const REFUSED = 'stale: the API server does not accept the credentials: Unauthorized'

const EXPECTED: ReadonlyMap<string, Expected> = new Map([
  ['connection reset', { states: ['live', LOST, 'live'], relists: 0 }],
  ['server restarted, past forgotten', { states: ['live', REFUSES, AGAIN, 'live'], relists: 1, mayBeSaid: LOST }],
  ['black hole, then everything passes again', { states: ['live', SILENT, 'live'], relists: 0 }],
  ['half-open connection', { states: ['live', SILENT, 'live'], relists: 0 }],
  ['watch stream silent on a healthy connection', { states: ['live'], relists: 0, speed: 60 }],
  ['server restored from a backup', { states: ['live', LOST, RESTORED, 'live'], relists: 1 }],
  ['watch stream reset alone', { states: ['live', RESET, 'live'], relists: 0 }],
  ['session ended by GOAWAY', { states: ['live'], relists: 0 }],
  ['500 on the first list', { states: [BROKEN, 'live'], relists: 0 }],
  ['500 on the watch, twice', { states: ['live', BROKEN, 'live'], relists: 0 }],
  ['429 with Retry-After on the watch', { states: ['live', 'stale: the API server is busy and asked to wait', 'live'], relists: 0 }],
  ['410 as the status of the watch', { states: ['live', AGAIN, 'live'], relists: 1 }],
  ['410 as an event of the watch', { states: ['live', AGAIN, 'live'], relists: 1 }],
  ['410 between two pages of a list', { states: ['live'], relists: 0 }],
  ['truncated JSON in the watch', { states: ['live', 'stale: the connection ended in the middle of an object', 'live'], relists: 0 }],
  ['a line that is no JSON', { states: ['live', 'stale: a line of the watch is no JSON', 'live'], relists: 0 }],
  ['truncated JSON in the list', { states: ['stale: the connection ended in the middle of an object', 'live'], relists: 0 }],
  ['page of a proxy with status 200', { states: ['live', 'stale: a line of the watch is no JSON', 'live'], relists: 0 }],
  ['one object of 1 MiB', { states: ['live'], relists: 0 }],
  ['program throws while it takes a change', { states: ['live'], relists: 0 }],
  ['storm of 10,000 events', { states: ['live'], relists: 0 }],
  ['slow bytes: 2 KB/s in pieces of 10 bytes', { states: ['live'], relists: 0 }],
  ['clock of the server an hour ahead', { states: ['live'], relists: 0 }],
  ['certificate rotated, connections cut', { states: ['live', LOST, 'live'], relists: 0 }],
  [
    'certificate expired, then renewed',
    {
      states: ['live', LOST, 'stale: SERVER: its certificate has expired (or the clock of this machine is ahead)', 'live'],
      relists: 0,
      speed: 10,
    },
  ],
  ['credentials refused for a while', { states: ['live', REFUSED, 'live'], relists: 0 }],
])

/** On a busy machine everything may take longer than goes without saying. */
const MAY_BE_SAID = [
  'stale: the watch ended and is being opened again',
  'stale: the API server has said nothing for a minute and a half',
  'stale: SERVER did not answer /readyz within 2 s',
]

describe.concurrent('the reflector', () => {
  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    'survives it: %s',
    (_name, scenario) => survive(scenario),
    60_000,
  )
})

describe('the reflector over HTTP/1.1, with a connection for each watch', () => {
  const once = SCENARIOS.filter(({ name }) => ['connection reset', 'server restarted, past forgotten'].includes(name))
  test.each(once.map((scenario) => [scenario.name, scenario] as const))(
    'survives it: %s',
    (_name, scenario) => survive({ ...scenario, options: { protocol: 'http1' } }),
    60_000,
  )
})

async function survive(scenario: Scenario): Promise<void> {
  const expected = EXPECTED.get(scenario.name)
  if (expected === undefined) throw new Error(`nothing is expected of "${scenario.name}"`)
  const { speed = 1 } = expected
  const started: ReflectorWatcher[] = []
  const outcome = await runScenario(
    scenario,
    (api) => {
      const watcher = startReflector(api, { watchdog: { everyMs: 100, patienceMs: 300 }, speed, random: () => 0.5 })
      started.push(watcher)
      return watcher
    },
    { recoverMs: 15_000, followMs: 15_000 },
  )
  expect(outcome).toMatchObject({ recoveredMs: expect.any(Number), follows: true })
  const [watcher] = started
  expect(said(watcher?.states ?? [], expected.mayBeSaid)).toEqual(expected.states)
  expect(watcher?.falselyLive).toEqual([])
  expect(watcher?.kind('pods')).toMatchObject({ relists: expected.relists, leftOut: 0 })
}

/** What was said, without what differs from run to run and what is said of the first list. */
function said(states: readonly string[], mayBeSaid: string | undefined): readonly string[] {
  const texts = states
    .map((state) => state.replace(/https:\/\/127\.0\.0\.1:\d+/g, 'SERVER').replace(/for \d+ s/, 'for N s'))
    .map((state) => state.replace(/version: \d+, current: \d+/, 'version: N, current: M'))
    // Which of the two it is depends on whether anything was being read when it was cut.
    .map((state) => state.replace('(connection closed half-way)', '(connection reset)'))
    .filter((state) => state !== 'syncing' && state !== mayBeSaid && !MAY_BE_SAID.includes(state))
  return texts.filter((text, index) => text !== texts[index - 1])
}
