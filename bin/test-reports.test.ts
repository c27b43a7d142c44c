import { expect, test } from 'vitest'
import { readPlaywrightReport, readVitestReport } from './test-reports.mjs'

test('a failed test is named with the first line of its message, a file that cannot be loaded with the error', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [
      {
        name: 'lib/a.test.ts',
        assertionResults: [
          { status: 'passed', fullName: 'adds' },
          {
            status: 'failed',
            fullName: 'divides',
            failureMessages: ['\u001b[31mAssertionError: 1 is not 2\u001b[39m\n    at lib/a.test.ts:3'],
          },
        ],
      },
      { name: 'lib/b.test.ts', message: 'cannot find ./b', assertionResults: [] },
    ],
  }
  expect(readVitestReport(report, 1)).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
    problems: ['lib/a.test.ts: divides: AssertionError: 1 is not 2', 'lib/b.test.ts: cannot find ./b'],
  })
})

test('a run that ends with an error has failed, though no test did', () => {
  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  expect(readVitestReport(report, 1).failed).toBe(1)
  expect(readVitestReport(report, 0).failed).toBe(0)
})

test('browser tests are found in nested suites; one that passed when tried again is named too', () => {
  const spec = (title: string, status: string, ...messages: (string | undefined)[]) => ({
    title,
    file: 'map.spec.ts',
    line: 7,
    tests: [{ status, results: messages.map((message) => (message === undefined ? {} : { error: { message } })) }],
  })
  const report = {
    stats: { expected: 1, unexpected: 1, flaky: 1, skipped: 0 },
    errors: [{ message: 'the server did not start\nmore' }],
    suites: [
      {
        specs: [spec('draws', 'expected', undefined)],
        suites: [{ specs: [spec('selects', 'unexpected', 'no url'), spec('zooms', 'flaky', 'too late', undefined)] }],
      },
    ],
  }
  expect(readPlaywrightReport(report, 1)).toEqual({
    passed: 2,
    failed: 1,
    skipped: 0,
    problems: ['map.spec.ts:7: selects: no url', 'map.spec.ts:7: zooms (passed when tried again): too late', 'the server did not start'],
  })
})
