import type { Document, Node, Pair, Scalar } from 'yaml'
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml'
import type { ManifestLimits } from './limits'

/** Where in the text, as an offset, and what. */
export type YamlFinding = { readonly offset: number; readonly severity: 'error' | 'warning'; readonly message: string }

/** Thrown inside this file and caught by `plainYaml`: the whole document is refused. */
class Refused extends Error {
  constructor(readonly finding: YamlFinding) {
    super(finding.message)
  }
}

/**
 * Plain scalars that YAML 1.1, and with it kubectl, reads as booleans. `y` and `n` stay text: that is how YAML 1.2 and
 * most readers of YAML 1.1 take them, and they are good names of namespaces.
 */
const YAML_11_BOOLEANS: ReadonlyMap<string, boolean> = new Map(
  (['yes', 'on'] as const)
    .flatMap((word): [string, boolean][] => [
      [word, true],
      [capital(word), true],
      [word.toUpperCase(), true],
    ])
    .concat(
      (['no', 'off'] as const).flatMap((word): [string, boolean][] => [
        [word, false],
        [capital(word), false],
        [word.toUpperCase(), false],
      ]),
    ),
)

/**
 * Turns a parsed document into plain JSON values, as `kubectl` would: keys become strings, `<<` merges, `yes` and
 * `on` are booleans, the last of several equal keys counts (with a warning). Aliases are unfolded within limits.
 * `body` is undefined when the document was refused.
 */
export function plainYaml(
  document: Document,
  limits: ManifestLimits,
): { readonly body: unknown; readonly findings: readonly YamlFinding[] } {
  const conversion = new Conversion(limits)
  try {
    return { body: conversion.plain(document.contents, 1), findings: conversion.findings }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { body: undefined, findings: [error.finding] }
  }
}

class Conversion {
  readonly findings: YamlFinding[] = []
  private aliases = 0
  private aliasedValues = 0
  private unfolding = 0
  private readonly anchors = new Map<string, Node>()
  private readonly targets = new Map<Node, Node>()

  constructor(private readonly limits: ManifestLimits) {}

  plain(node: unknown, depth: number): unknown {
    if (this.unfolding === 0) this.remember(node)
    if (this.unfolding > 0 && ++this.aliasedValues > this.limits.aliasedValues) {
      throw refused(node, `aliases unfold to more than ${this.limits.aliasedValues} values`)
    }
    if (depth > this.limits.depth) throw refused(node, `nested deeper than ${this.limits.depth} levels`)
    if (isScalar(node)) return scalarValue(node)
    if (isMap(node)) return this.map(node.items, depth)
    if (isSeq(node)) return node.items.map((item) => this.plain(item, depth + 1))
    if (isAlias(node)) return this.alias(node, depth)
    return null
  }

  /** An alias means the last anchor of its name before it. Every node passes here once, in the order of the text. */
  private remember(node: unknown): void {
    if (isAlias(node)) {
      const target = this.anchors.get(node.source)
      if (target !== undefined) this.targets.set(node, target)
    } else if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') {
      this.anchors.set(node.anchor, node)
    }
  }

  private alias(node: Node, depth: number): unknown {
    if (++this.aliases > this.limits.aliases) throw refused(node, `more than ${this.limits.aliases} aliases`)
    const target = this.targets.get(node)
    if (target === undefined) throw refused(node, 'an alias names an anchor that does not exist')
    this.unfolding++
    const value = this.plain(target, depth)
    this.unfolding--
    return value
  }

  private map(pairs: readonly Pair[], depth: number): Record<string, unknown> {
    // Without a prototype while it is filled, so that `__proto__` is a key like any other.
    const entries = new Map<string, unknown>()
    const merged: unknown[] = []
    for (const pair of pairs) {
      if (!isScalar(pair.key) && pair.key !== null) throw refused(pair.key, 'a key must be a string, not a map or a list')
      const key = pair.key === null ? '' : keyText(pair.key)
      const value = this.plain(pair.value, depth + 1)
      if (key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') {
        merged.push(...(Array.isArray(value) ? value : [value]))
        continue
      }
      if (entries.has(key)) {
        this.findings.push({
          offset: offsetOf(pair.key),
          severity: 'warning',
          message: `the key "${key.slice(0, 80)}" is already there; the later one counts`,
        })
      }
      entries.set(key, value)
    }
    for (const source of merged) {
      if (typeof source !== 'object' || source === null) continue
      for (const [key, value] of Object.entries(source)) if (!entries.has(key)) entries.set(key, value)
    }
    return Object.fromEntries(entries)
  }
}

function scalarValue(scalar: Scalar): unknown {
  const { value, source, type } = scalar
  if (type === 'PLAIN' && source !== undefined) {
    const boolean = YAML_11_BOOLEANS.get(source)
    if (boolean !== undefined && typeof value === 'string') return boolean
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  // Infinity, dates, binary data: JSON has none of them, the text stands for itself.
  return source ?? String(value)
}

function keyText(key: Scalar): string {
  if (typeof key.value === 'string') return key.value
  return key.value === null ? '' : (key.source ?? String(key.value))
}

function refused(node: unknown, message: string): Refused {
  return new Refused({ offset: offsetOf(node), severity: 'error', message })
}

function offsetOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range) ? node.range : []
  return typeof range[0] === 'number' ? range[0] : 0
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
