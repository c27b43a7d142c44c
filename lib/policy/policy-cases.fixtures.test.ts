import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixturesDir } from '@/testing/fixtures'
import { parseAddress } from '../model/address'
import { type CalicoSelector, formatCalicoSelector, matchesCalicoSelector, parseCalicoSelector } from '../model/calico-selector'
import { diffConnectivity } from './diff/diff-connectivity'
import type { PolicyEngine } from './engine'
import {
  type Conns,
  compileCase,
  type ExpectedReason,
  type ExpectedRow,
  type PolicyCase,
  type PolicyCheck,
  readPolicyCases,
} from './testing/policy-case'
import type { Reason, SideAnswer } from './types'

const root = fixturesDir()
const cases = root === null ? [] : readPolicyCases(join(root, 'policy'))

const isEvaluated = (fixture: PolicyCase): boolean =>
  fixture.checks
    .flatMap(filesOf)
    .every((file) => compileCase(fixture, file).policies.every((policy) => policy.enforcement !== 'unsupported'))

/** The manifests that a check is about. */
function filesOf(check: PolicyCheck): readonly string[] {
  switch (check.kind) {
    case 'diff':
      return [check.before, check.after]
    case 'relation':
      return [check.a, check.b]
    case 'selectors':
    case 'selectorErrors':
    case 'selectorCanonical':
      return []
    default:
      return ['manifests.yaml']
  }
}

const skipped: string[] = []

describe.skipIf(cases.length === 0)('policy cases', () => {
  for (const fixture of cases) {
    if (!isEvaluated(fixture)) skipped.push(fixture.id)
    else for (const check of fixture.checks) test(`${fixture.id}: ${check.kind}`, () => runCheck(fixture, check))
  }
  if (skipped.length > 0) console.log(`policy cases not evaluated in this version: ${skipped.join(', ')}`)
})

function runCheck(fixture: PolicyCase, check: PolicyCheck): void {
  switch (check.kind) {
    case 'connectivity': {
      const found = compileCase(fixture).connectivity(check.granularity)
      expect(found.unknown).toEqual([])
      expect(matrixOf(found.connections)).toEqual(matrixOf(check.connections))
      break
    }
    case 'verdicts': {
      const engine = compileCase(fixture)
      const wrong = check.verdicts.flatMap((row) => {
        const answer = engine.evaluate({ from: row.src, to: row.dst, port: row.port, protocol: row.protocol })
        const isRight =
          answer.verdict === verdict(row.allowed) &&
          (row.egress === undefined || answer.egress.verdict === verdict(row.egress)) &&
          (row.ingress === undefined || answer.ingress.verdict === verdict(row.ingress))
        return isRight ? [] : [{ row, answer }]
      })
      expect(wrong).toEqual([])
      break
    }
    case 'serviceVerdicts': {
      const engine = compileCase(fixture)
      for (const row of check.verdicts) {
        const answer = engine.evaluate({ from: row.src, to: `svc:${row.service}`, port: row.port, protocol: row.protocol })
        expect({ ...row, verdict: answer.verdict }).toEqual({ ...row, verdict: verdict(row.allowed) })
      }
      break
    }
    case 'diff': {
      const [before, after] = [compileCase(fixture, check.before), compileCase(fixture, check.after)]
      const found = diffConnectivity(before, after, { level: check.granularity })
      expect(found.unknown).toEqual([])
      expect(cellsOfChanges(found.changes)).toEqual(cellsOfChanges(check.changes))
      for (const { src, dst, workloadChange } of check.changes) {
        const change = found.changes.find((one) => one.src === named(src) && one.dst === named(dst))
        if (workloadChange !== undefined) expect([src, dst, change?.workloadChange]).not.toEqual([src, dst, null])
        else if (change !== undefined) expect([src, dst, change.workloadChange]).toEqual([src, dst, null])
      }
      break
    }
    case 'explain': {
      const engine = compileCase(fixture)
      for (const pair of check.pairs) for (const part of pair.parts) checkPart(engine, pair.src, pair.dst, part)
      for (const [src, dst] of check.defaultAllowPairs) {
        const answer = engine.evaluate({ from: named(src), to: named(dst), port: 80, protocol: 'TCP' })
        expect([src, dst, answer.verdict, answer.egress.by, answer.ingress.by]).toEqual([src, dst, 'allowed', [], []])
      }
      break
    }
    case 'trace': {
      const engine = compileCase(fixture)
      for (const row of check.traces) {
        const answer = engine.evaluate({ from: row.src, to: row.dst, port: row.port, protocol: row.protocol })
        const { enforced, pending } = answer[row.side].trace
        expect({ ...row, enforced, ...(row.pending === undefined ? {} : { pending }) }).toEqual(row)
      }
      break
    }
    case 'relation': {
      const [a, b] = [check.a, check.b].map((file) => compileCase(fixture, file).connectivity('pod').connections)
      expect(diffOf(a ?? [], b ?? []).size === 0).toBe(check.holds)
      break
    }
    case 'selectors':
      for (const { selector, match, noMatch } of check.cases) {
        const parsed = parsedSelector(selector)
        const wrong = [
          ...match.filter((labels) => !matchesCalicoSelector(parsed, new Map(Object.entries(labels)))),
          ...noMatch.filter((labels) => matchesCalicoSelector(parsed, new Map(Object.entries(labels)))),
        ]
        expect([selector, wrong]).toEqual([selector, []])
      }
      break
    case 'selectorErrors':
      for (const selector of check.selectors) expect([selector, parseCalicoSelector(selector).ok]).toEqual([selector, false])
      break
    case 'selectorCanonical':
      for (const { selector, canonical } of check.cases) {
        expect(formatCalicoSelector(parsedSelector(selector))).toBe(formatCalicoSelector(parsedSelector(canonical)))
        expect(formatCalicoSelector(parsedSelector(selector))).toBe(canonical)
      }
      break
  }
}

function parsedSelector(text: string): CalicoSelector {
  const parsed = parseCalicoSelector(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`)
  return parsed.value
}

type ExplainedPart = Extract<PolicyCheck, { kind: 'explain' }>['pairs'][number]['parts'][number]

function checkPart(engine: PolicyEngine, src: string, dst: string, part: ExplainedPart): void {
  const all = [[1, 65535]] as const
  const ranges = part.conns === 'all' ? { TCP: all, UDP: all, SCTP: all } : part.conns === 'none' ? {} : part.conns
  for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
    for (const port of (ranges[protocol] ?? []).flat()) {
      const answer = engine.evaluate({ from: named(src), to: named(dst), port, protocol })
      const at = `${src} ${dst} ${protocol} ${port}`
      expect([at, answer.verdict]).toEqual([at, part.verdict])
      for (const side of ['egress', 'ingress'] as const) {
        const expected = part[side]
        if (expected !== null) expect([at, side, reasonsOf(answer[side])]).toEqual([at, side, expected.by.map(withoutRuleName(engine))])
      }
    }
  }
}

function reasonsOf(side: SideAnswer): readonly ExpectedReason[] {
  return side.by.length === 0 ? [{ kind: 'default', effect: 'allow' }] : side.by.map(reasonOf)
}

function reasonOf({ policy, rule, effect, detail }: Reason): ExpectedReason {
  const [kind = '', name = ''] = policy.split(/:(.*)/)
  return { kind, policy: name, ...(rule === null ? {} : { rule: rule }), effect, ...(detail === null ? {} : { detail }) }
}

/** The cases count rules from 1 (`#1`) or name them; answers name them by place. */
function withoutRuleName(engine: PolicyEngine): (reason: ExpectedReason) => ExpectedReason {
  return (reason) => {
    if (reason.rule === undefined) return reason
    const policy = engine.policies.find(({ ref }) => ref === `${reason.kind}:${reason.policy}`)
    const spec = policy?.raw.body.spec as Record<string, { name?: string }[]>
    for (const direction of ['ingress', 'egress']) {
      const index = (spec[direction] ?? []).findIndex((rule, position) => rule.name === reason.rule || `#${position + 1}` === reason.rule)
      if (index >= 0) return { ...reason, rule: `${direction}[${index}]` }
    }
    return reason
  }
}

function verdict(allowed: boolean): string {
  return allowed ? 'allowed' : 'denied'
}

/** Fixtures write outside ranges bare. */
function named(end: string): string {
  return /^[0-9]/.test(end) && !end.includes('/') ? `ip:${end}` : end
}

/** Pairs to connection sets; outside ranges are split at every bound of the case so that only their meaning is compared. */
function matrixOf(rows: readonly ExpectedRow[]): ReadonlyMap<string, string> {
  const parsed = rows.flatMap((row) => {
    const range = rangeOf(row.src) ?? rangeOf(row.dst)
    if (range === 'other') return []
    return [{ row, range }]
  })
  const matrix = new Map<string, string>()
  for (const { row, range } of parsed) {
    const conns = JSON.stringify(row.conns)
    if (range === null) matrix.set(`${row.src} -> ${row.dst}`, conns)
    else {
      const [pair, side] = rangeOf(row.src) === null ? [row.src, 'out'] : [row.dst, 'in']
      const key = `${pair} ${side}`
      const ranges: [bigint, bigint, string][] = JSON.parse(matrix.get(key) ?? '[]').map(([a, b, c]: [string, string, string]) => [
        BigInt(a),
        BigInt(b),
        c,
      ])
      ranges.push([range[0], range[1], conns])
      ranges.sort((a, b) => (a[0] < b[0] ? -1 : 1))
      const merged: [bigint, bigint, string][] = []
      for (const next of ranges) {
        const last = merged.at(-1)
        if (last !== undefined && last[1] + 1n === next[0] && last[2] === next[2]) last[1] = next[1]
        else merged.push(next)
      }
      matrix.set(key, JSON.stringify(merged.map(([a, b, c]) => [String(a), String(b), c])))
    }
  }
  return matrix
}

/** Numeric IPv4 range of an outside end, `other` for IPv6 ones, null for anything else. */
function rangeOf(end: string): readonly [bigint, bigint] | 'other' | null {
  const text = named(end)
  if (!text.startsWith('ip:')) return null
  const [first = '', last = first] = text.slice(3).split('-')
  const a = parseAddress(first)
  const b = parseAddress(last)
  return a?.family === 4 && b?.family === 4 ? [a.value, b.value] : 'other'
}

type Changes = readonly { readonly src: string; readonly dst: string; readonly before: Conns; readonly after: Conns }[]

/** Changes cut into pieces of the address space, so that only their meaning is compared. */
function cellsOfChanges(changes: Changes): ReadonlyMap<string, readonly [Conns, Conns]> {
  return diffOf(
    changes.map((change) => ({ ...change, conns: change.before })),
    changes.map((change) => ({ ...change, conns: change.after })),
  )
}

/** Which pairs changed, outside ranges cut into pieces at the bounds of both. */
function diffOf(before: readonly ExpectedRow[], after: readonly ExpectedRow[]): ReadonlyMap<string, readonly [Conns, Conns]> {
  const bounds = new Set<bigint>()
  for (const { src, dst } of [...before, ...after]) {
    for (const range of [rangeOf(src), rangeOf(dst)]) if (range !== null && range !== 'other') bounds.add(range[0]).add(range[1] + 1n)
  }
  const starts = [...bounds].sort((a, b) => (a < b ? -1 : 1))
  const cellsOf = (rows: readonly ExpectedRow[]): Map<string, Conns> => {
    const cells = new Map<string, Conns>()
    for (const { src, dst, conns } of rows) {
      const range = rangeOf(src) ?? rangeOf(dst)
      if (range === 'other') continue
      if (range === null) cells.set(`${src} -> ${dst}`, conns)
      else {
        const key = rangeOf(src) === null ? `${src} out` : `${dst} in`
        for (const start of starts) if (start >= range[0] && start <= range[1]) cells.set(`${key} ${start}`, conns)
      }
    }
    return cells
  }
  const old = cellsOf(before)
  const now = cellsOf(after)
  const changed = new Map<string, readonly [Conns, Conns]>()
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const pair = [old.get(key) ?? 'none', now.get(key) ?? 'none'] as const
    if (JSON.stringify(pair[0]) !== JSON.stringify(pair[1])) changed.set(key, pair)
  }
  return changed
}
