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
  expect(readVitestReport(report, { exitCode: 1, output: '' })).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
    problems: ['lib/a.test.ts: divides: AssertionError: 1 is not 2', 'lib/b.test.ts: cannot find ./b'],
  })
})

test('a run that ends with an error has failed, though no test did', () => {
  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  expect(readVitestReport(report, { exitCode: 1, output: '' }).failed).toBe(1)
  expect(readVitestReport(report, { exitCode: 0, output: '' }).failed).toBe(0)
})

test('an error outside of tests is named from the output, without its stack and code', () => {
  const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
  const output = `
\u001b[31m⎯⎯⎯⎯⎯⎯ Unhandled Errors ⎯⎯⎯⎯⎯⎯\u001b[39m

Vitest caught 1 unhandled error during the test run.
This might cause false positive tests. Resolve unhandled errors to make sure your tests are not affected.

⎯⎯⎯⎯ Unhandled Rejection ⎯⎯⎯⎯⎯
Error: read ECONNRESET
 ❯ TLSWrap.onStreamRead node:internal/stream_base_commons:216:20
 ❯ server/a.ts:3:7
      1|
      2| const a = 1
       |       ^

This error originated in "server/a.test.ts" test file.
The latest test that might've caused the error is "reads". It might mean one of the following:
- The error was thrown, while Vitest was running this test.
⎯⎯⎯⎯⎯⎯

 Test Files  1 passed (1)
      Tests  3 passed (3)
     Errors  1 error
`
  expect(readVitestReport(report, { exitCode: 1, output }).problems).toEqual([
    ' Unhandled Rejection',
    'Error: read ECONNRESET',
    'This error originated in "server/a.test.ts" test file.',
  ])
})

test('a file whose process died in the middle of a test is named', () => {
  const report = {
    ...{ numPassedTests: 0, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 },
    testResults: [{ name: 'a.test.ts', message: '', assertionResults: [{ status: 'pending', fullName: 'kills itself' }] }],
  }
  expect(readVitestReport(report, { exitCode: 1, output: '' }).problems).toEqual(['a.test.ts: its process ended before its tests'])
})

test('a property tells its seed and example, a browser test what it looked for', () => {
  const failureMessages = [
    'Error: Property failed after 7 tests\n{ seed: 1, path: "6" }\nCounterexample: [""]\nShrunk 2 time(s)\nGot error\n  at x',
  ]
  const report = {
    ...{ numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 },
    testResults: [{ name: 'a.test.ts', assertionResults: [{ status: 'failed', fullName: 'law', failureMessages }] }],
  }
  expect(readVitestReport(report, { exitCode: 1, output: '' }).problems).toEqual([
    'a.test.ts: law: Error: Property failed after 7 tests · { seed: 1, path: "6" } · Counterexample: [""] · Shrunk 2 time(s)',
  ])
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
  expect(readPlaywrightReport(report, { exitCode: 1 })).toEqual({
    passed: 2,
    failed: 1,
    skipped: 0,
    problems: [
      'map.spec.ts:7: selects: no url',
      'map.spec.ts:7: zooms (passed when tried again): too late',
      'the server did not start · more',
    ],
  })
})
