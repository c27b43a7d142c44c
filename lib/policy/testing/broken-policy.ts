import { expect } from 'vitest'
import { isRecord } from '../../model/fields'
import type { PolicyEngine } from '../engine'
import { type Mutation, mutate } from './mutate-document'

export type BrokenPolicyWorld = {
  /** The engine of a cluster of two pods with these policies. */
  readonly compile: (policies: readonly object[]) => PolicyEngine
  readonly pods: readonly [string, string]
  /** Policies that isolate both pods and allow nothing. */
  readonly isolate: readonly object[]
  /** Ends that the first pod is asked to reach, in vain or not: no answer throws. */
  readonly targets: readonly string[]
}

/**
 * Damages a policy anywhere but in its name and kind. If that gives an error, asserts that it is named with its place, and
 * that the policy neither opens nor closes anything for sure. Returns whether there was an error.
 */
export function expectBrokenToBeNeutral(document: object, changes: readonly Mutation[], world: BrokenPolicyWorld): boolean {
  const { compile, pods, isolate, targets } = world
  const { apiVersion, kind, metadata, ...content } = document as Readonly<Record<string, unknown>>
  const changed = mutate(content, changes)
  const mutated = { ...(isRecord(changed) ? changed : { spec: changed }), apiVersion, kind, metadata }
  const alone = compile([mutated])
  for (const to of targets) alone.evaluate({ from: pods[0], to, port: to.startsWith('svc') ? 80 : null, protocol: 'TCP' })
  const errors = alone.problems.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return false
  for (const problem of errors) expect(problem.message).toMatch(/^\w+ [\w/-]+: \S+: \S/)
  // Alone it may forbid anything to its pods, but for sure it forbids nothing.
  const { connections, unknown } = alone.connectivity('pod', { external: false })
  for (const [src, dst] of [pods, pods.toReversed()]) {
    const rows = [...connections, ...unknown].filter((row) => row.src === src && row.dst === dst)
    expect(rows.map(({ conns }) => conns)).toEqual(['all'])
  }
  // Beside policies that allow nothing it may allow anything, but for sure it allows nothing.
  expect(compile([...isolate, mutated]).connectivity('pod').connections).toEqual([])
  return true
}
