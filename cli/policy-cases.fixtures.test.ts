import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type ExpectedReason, type PolicyCase, type PolicyCheck, readPolicyCases } from '@/lib/policy/testing/policy-case'
import { fixturesDir } from '@/testing/fixtures'
import { buildCli } from '../bin/build-cli.mjs'
import { boundsOf, comparableConnections, comparableRows, isIpv6 } from './testing/compare-rows'
import { runSluice } from './testing/run-sluice'

/** Every policy case through the command line, as a script would run it: one process a check, questions in batches. */

const root = fixturesDir()
const cases = root === null ? [] : readPolicyCases(join(root, 'policy'))

let folder = ''
beforeAll(async () => {
  await buildCli()
  folder = mkdtempSync(join(tmpdir(), 'sluice-cases-'))
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(cases.length === 0)('policy cases through the command line', () => {
  for (const fixture of cases) {
    for (const check of fixture.checks) {
      // Canonical texts are nothing that the command line prints.
      if (check.kind !== 'selectorCanonical') test.concurrent(`${fixture.id}: ${check.kind}`, () => runCheck(fixture, check))
    }
  }
})

type Side = { verdict: string; isolated: boolean; by: { policy: string; rule: string | null; effect: string; detail: string | null }[] }
type Verdict = {
  id: string
  verdict: string
  egress: Side
  ingress: Side
  trace: Record<string, { enforced: unknown[]; pending: unknown[] }>
}

type Asked = { from: string; to: string; port: number; protocol: string }

function optionsOf({ profile, assumptions }: PolicyCase): string[] {
  const assumed = Object.entries(assumptions).flatMap(([name, value]) => ['--assume', `${name}=${String(value)}`])
  return ['--profile', profile, ...assumed]
}

async function ask(fixture: PolicyCase, questions: readonly Asked[], manifests = join(fixture.folder, 'manifests.yaml')) {
  const lines = questions.map((question, index) => JSON.stringify({ id: String(index), ...question }))
  const args = ['evaluate', '--manifests', manifests, '--queries', '-', '--explain', ...optionsOf(fixture)]
  const ran = await runSluice(args, lines.join('\n'))
  expect([0, 1]).toContain(ran.exitCode)
  const answers: Verdict[] = ran.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(answers.map(({ id }) => id)).toEqual(questions.map((_, index) => String(index)))
  return answers
}

async function json(args: readonly string[]) {
  const ran = await runSluice([...args, '-o', 'json'])
  expect([ran.exitCode, ran.stderr.split('\n').filter((line) => line !== '' && !line.includes(': warning: '))]).toEqual([0, []])
  return JSON.parse(ran.stdout)
}

async function runCheck(fixture: PolicyCase, check: PolicyCheck): Promise<void> {
  switch (check.kind) {
    case 'connectivity': {
      const manifests = join(fixture.folder, 'manifests.yaml')
      const document = await json(['connectivity', '--manifests', manifests, '--level', check.granularity, ...optionsOf(fixture)])
      expect(document).toMatchObject({ apiVersion: 'sluice/v1', kind: 'Connectivity', level: check.granularity, unknown: [] })
      const [found, expected] = comparableConnections(document.connections, check.connections)
      expect(found).toEqual(expected)
      break
    }
    case 'verdicts': {
      const answers = await ask(
        fixture,
        check.verdicts.map(({ src, dst, port, protocol }) => ({ from: named(src), to: named(dst), port, protocol })),
      )
      const found = check.verdicts.map((row, index) => ({
        ...row,
        allowed: answers[index]?.verdict === 'allowed',
        ...(row.egress === undefined ? {} : { egress: answers[index]?.egress.verdict === 'allowed' }),
        ...(row.ingress === undefined ? {} : { ingress: answers[index]?.ingress.verdict === 'allowed' }),
      }))
      expect(found).toEqual(check.verdicts)
      break
    }
    case 'serviceVerdicts': {
      const answers = await ask(
        fixture,
        check.verdicts.map(({ src, service, port, protocol }) => ({ from: named(src), to: `svc:${service}`, port, protocol })),
      )
      expect(check.verdicts.map((row, index) => ({ ...row, allowed: answers[index]?.verdict === 'allowed' }))).toEqual(check.verdicts)
      break
    }
    case 'explain':
      await checkExplanations(fixture, check)
      break
    case 'trace': {
      const answers = await ask(
        fixture,
        check.traces.map(({ src, dst, port, protocol }) => ({ from: named(src), to: named(dst), port, protocol })),
      )
      const found = check.traces.map((row, index) => {
        const trace = answers[index]?.trace[row.side]
        return { ...row, enforced: trace?.enforced, ...(row.pending === undefined ? {} : { pending: trace?.pending }) }
      })
      expect(found).toEqual(check.traces)
      break
    }
    case 'diff': {
      const document = await diff(fixture, check.before, check.after, check.granularity)
      expect(document).toMatchObject({ apiVersion: 'sluice/v1', kind: 'ConnectivityDiff', unknown: [] })
      const found = document.changes.filter(({ src, dst }: { src: string; dst: string }) => !isIpv6(src) && !isIpv6(dst))
      const bounds = boundsOf([...found, ...check.changes])
      const comparable = (changes: typeof check.changes) =>
        comparableRows(
          changes.map(({ src, dst, type, before, after }) => ({ src, dst, value: { type, before, after } })),
          bounds,
        )
      expect(comparable(found)).toEqual(comparable(check.changes))
      break
    }
    case 'relation': {
      const { changes } = await diff(fixture, check.a, check.b, 'pod')
      expect(changes.length === 0).toBe(check.holds)
      break
    }
    case 'selectors':
      await checkSelectors(fixture, check)
      break
    case 'selectorErrors':
      await checkSelectorErrors(fixture, check)
      break
    case 'selectorCanonical':
      break
  }
}

function diff(fixture: PolicyCase, before: string, after: string, level: string) {
  const paths = ['--before', join(fixture.folder, before), '--after', join(fixture.folder, after)]
  return json(['diff', ...paths, '--level', level, ...optionsOf(fixture)])
}

async function checkExplanations(fixture: PolicyCase, check: Extract<PolicyCheck, { kind: 'explain' }>): Promise<void> {
  const all = [[1, 65535]] as const
  const rows = check.pairs.flatMap(({ src, dst, parts }) =>
    parts.flatMap((part) => {
      const sets = part.conns === 'all' ? { TCP: all, UDP: all, SCTP: all } : part.conns === 'none' ? {} : part.conns
      return (['TCP', 'UDP', 'SCTP'] as const).flatMap((protocol) =>
        (sets[protocol] ?? []).flat().map((port) => ({ question: { from: named(src), to: named(dst), port, protocol }, part })),
      )
    }),
  )
  const open = check.defaultAllowPairs.map(([src, dst]) => ({ from: named(src), to: named(dst), port: 80, protocol: 'TCP' }))
  const answers = await ask(fixture, [...rows.map(({ question }) => question), ...open])
  const rules = ruleNames(join(fixture.folder, 'manifests.yaml'))
  rows.forEach(({ question, part }, index) => {
    const answer = answers[index]
    expect({ question, verdict: answer?.verdict }).toEqual({ question, verdict: part.verdict })
    for (const side of ['egress', 'ingress'] as const) {
      const expected = part[side]
      if (expected === null) continue
      expect({ question, side, by: reasonsOf(answer?.[side], rules) }).toEqual({ question, side, by: expected.by })
    }
  })
  open.forEach((question, index) => {
    const answer = answers[rows.length + index]
    expect([question, answer?.verdict, answer?.egress.by, answer?.ingress.by]).toEqual([question, 'allowed', [], []])
  })
}

type RuleNames = ReadonlyMap<string, string>

function reasonsOf(side: Side | undefined, rules: RuleNames): readonly ExpectedReason[] {
  if (side === undefined || side.by.length === 0) return [{ kind: 'default', effect: 'allow' }]
  return side.by.map(({ policy, rule, effect, detail }) => {
    const [kind = '', name = ''] = policy.split(/:(.*)/)
    return {
      kind,
      policy: name,
      ...(rule === null ? {} : { rule: rules.get(`${policy} ${rule}`) ?? `#${Number(rule.replace(/\D/g, '')) + 1}` }),
      effect,
      ...(detail === null ? {} : { detail }),
    }
  })
}

/** Names of rules that have one, by policy and place. */
function ruleNames(file: string): RuleNames {
  const names = new Map<string, string>()
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
    const { kind, metadata, spec } = (document.toJS() ?? {}) as {
      kind?: string
      metadata?: { name: string; namespace?: string }
      spec?: Record<string, unknown>
    }
    for (const direction of ['ingress', 'egress']) {
      const rules = spec?.[direction]
      if (!Array.isArray(rules)) continue
      rules.forEach((rule, index) => {
        if (typeof rule?.name === 'string') names.set(`${kind}:${metadata?.name} ${direction}[${index}]`, rule.name)
      })
    }
  }
  return names
}

/** The selector as the subject of a policy that isolates; a namespace for each, with a pod for each set of labels. */
async function checkSelectors(fixture: PolicyCase, check: Extract<PolicyCheck, { kind: 'selectors' }>): Promise<void> {
  const pods = check.cases.flatMap(({ selector, match, noMatch }, index) =>
    [...match.map((labels) => ({ labels, isMatch: true })), ...noMatch.map((labels) => ({ labels, isMatch: false }))].map(
      ({ labels, isMatch }, pod) => ({ selector, namespace: `s${index}`, name: `p${pod}`, labels, isMatch }),
    ),
  )
  const policies = check.cases.map(({ selector }, index) => calicoPolicy(`s${index}`, selector))
  const objects = pods.map(({ namespace, name, labels }) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels } }))
  const file = join(folder, 'selectors.yaml')
  writeFileSync(file, [...objects, ...policies].map((object) => JSON.stringify(object)).join('\n---\n'))
  const answers = await ask(
    fixture,
    pods.map(({ namespace, name }) => ({ from: 'ip:198.51.100.1', to: `${namespace}/${name}`, port: 80, protocol: 'TCP' })),
    file,
  )
  expect(pods.map((pod, index) => ({ ...pod, isMatch: answers[index]?.ingress.isolated }))).toEqual(pods)
}

async function checkSelectorErrors(fixture: PolicyCase, check: Extract<PolicyCheck, { kind: 'selectorErrors' }>): Promise<void> {
  for (const [index, selector] of check.selectors.entries()) {
    const one = join(folder, `selector-${index}.json`)
    writeFileSync(one, JSON.stringify(calicoPolicy(`s${index}`, selector)))
  }
  const paths = check.selectors.flatMap((_, index) => ['--manifests', join(folder, `selector-${index}.json`)])
  const ran = await runSluice(['connectivity', ...paths, ...optionsOf(fixture)])
  expect(ran.exitCode).toBe(3)
  for (const index of check.selectors.keys()) expect(ran.stderr).toMatch(new RegExp(`selector-${index}\\.json:1:\\d+: `))
}

function calicoPolicy(namespace: string, selector: string): object {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace },
    spec: { selector, types: ['Ingress'] },
  }
}

/** Cases write outside addresses bare. */
function named(end: string): string {
  return /^[0-9]/.test(end) && !end.includes('/') ? `ip:${end}` : end
}
