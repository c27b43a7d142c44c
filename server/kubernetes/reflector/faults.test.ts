import { describe, expect, test } from 'vitest'
import { type ReflectorWatcher, startReflector } from '@/testing/faults/reflector-watcher'
import { runScenario } from '@/testing/faults/run-scenario'
import { SCENARIOS } from '@/testing/faults/scenarios'

/** What is said of the pods while a fault strikes; the first list has been read before. */
type Expected = {
  readonly states: readonly string[]
  /** Whether the whole list had to be read again. */
  readonly relists: 0 | 1
  /** Pauses are shortened where they are long for a good reason. */
  readonly speed?: number
  /** What may be over before it is told. */
  readonly mayBeSaid?: string
  /** True where nothing but silence shows that what is held is wrong: until it has lasted, live is said. */
  readonly isFooled?: true
}

const LOST = 'stale: the connection to SERVER was lost (connection reset)'
const REFUSES = 'stale: SERVER cannot be reached: nobody listens there (connection refused)'
const SILENT = 'stale: the connection to SERVER was lost (no sign of life for N s)'
const RESET = 'stale: the connection to SERVER was lost (the server reset the request)'
const AGAIN = 'stale: the API server no longer knows what was read last; everything is read again'
const BROKEN = 'stale: the API server answered 500: a fault that the test asked for'
const REFUSED = 'stale: the API server does not accept the credentials: Unauthorized'

const EXPECTED: ReadonlyMap<string, Expected> = new Map([
  ['connection reset', { states: ['live', LOST, 'live'], relists: 0 }],
  ['server restarted, past forgotten', { states: ['live', REFUSES, AGAIN, 'live'], relists: 1, mayBeSaid: LOST }],
  ['black hole, then everything passes again', { states: ['live', SILENT, 'live'], relists: 0 }],
  ['half-open connection', { states: ['live', SILENT, 'live'], relists: 0 }],
  ['watch stream silent on a healthy connection', { states: ['live'], relists: 0, speed: 60 }],
  ['server restored from a backup', { states: ['live', LOST, 'live'], relists: 1, speed: 60, isFooled: true }],
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

/** Under load a watch may take longer to be opened again than goes without saying. */
const MAY_BE_SAID = ['stale: the watch ended and is being opened again', 'stale: the API server has said nothing for a minute and a half']

describe.concurrent('the reflector', () => {
  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    'survives it: %s',
    async (name, scenario) => {
      const expected = EXPECTED.get(name)
      if (expected === undefined) throw new Error(`nothing is expected of "${name}"`)
      let watcher: ReflectorWatcher | null = null
      const outcome = await runScenario(
        scenario,
        (api) => {
          watcher = startReflector(api, { watchdog: { everyMs: 100, patienceMs: 300 }, speed: expected.speed ?? 1, random: () => 0.5 })
          return watcher
        },
        { recoverMs: 15_000, followMs: 15_000 },
      )
      expect(outcome).toMatchObject({ recoveredMs: expect.any(Number), follows: true })
      if (watcher === null) throw new Error('nothing was started')
      const { states, falselyLive, kind } = watcher as ReflectorWatcher
      expect(said(states, expected.mayBeSaid)).toEqual(expected.states)
      if (expected.isFooled === undefined) expect(falselyLive).toEqual([])
      expect(kind('pods')).toMatchObject({ relists: expected.relists, leftOut: 0 })
    },
    60_000,
  )
})

/** What was said, without what differs from run to run and what is said of the first list. */
function said(states: readonly string[], mayBeSaid: string | undefined): readonly string[] {
  const texts = states
    .filter((state) => state !== 'syncing' && !MAY_BE_SAID.includes(state))
    .map((state) => state.replace(/https:\/\/127\.0\.0\.1:\d+/g, 'SERVER').replace(/for \d+ s/, 'for N s'))
    // Which of the two it is depends on whether anything was being read when it was cut.
    .map((state) => state.replace('(connection closed half-way)', '(connection reset)'))
  const certain = texts.filter((text) => text !== mayBeSaid)
  return certain.filter((text, index) => text !== certain[index - 1])
}
