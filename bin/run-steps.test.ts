import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { failed, PASSED, runSteps } from './run-steps.mjs'

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterEach(() => {
  vi.restoreAllMocks()
})

function aStep(
  name: string,
  run: Parameters<typeof runSteps>[0] extends Iterable<infer Step extends { run: unknown }> ? Step['run'] : never,
) {
  return { name, title: name, run }
}

test('a step that failed leaves the end of what it printed under its name, one that threw the reason', async () => {
  const { sum, failedSteps, problems } = await runSteps([
    aStep('lint', async () => failed('\u001b[31ma.ts format ━━━━━━\n\n  × would have printed\n━━━━━━\n')),
    aStep('types', async () => PASSED),
    aStep('build', async () => {
      throw new Error('the pages could not be built')
    }),
    aStep('dead', async () => failed('')),
  ])
  expect(problems).toEqual([
    'lint: a.ts format',
    'lint:   × would have printed',
    'build: the pages could not be built',
    'dead: failed without a word',
  ])
  expect(failedSteps).toEqual(['lint', 'build', 'dead'])
  expect(sum).toEqual({ passed: 0, failed: 3, skipped: 0 })
})

test('the lines of all steps together are few, and none of the steps is missing', async () => {
  const output = Array.from({ length: 500 }, (_, index) => `line ${index}`).join('\n')
  const steps = ['lint', 'types', 'unit', 'browser'].map((name) => aStep(name, async () => failed(output)))
  const { problems } = await runSteps([...steps, aStep('dead', async () => failed('one line'))])
  expect(problems.length).toBeLessThanOrEqual(18)
  for (const name of ['lint', 'types', 'unit', 'browser']) expect(problems).toContain(`${name}: line 499`)
  expect(problems.at(-1)).toBe('dead: one line')
})
