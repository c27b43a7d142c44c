import { parseCalicoSelector } from '../model/calico-selector'
import { compareText } from '../model/compare-text'
import { isRecord } from '../model/fields'
import type { Labels } from '../model/labels'
import { compileSelector, isEmptySelector, type Selector } from '../model/selector'
import { type MissingRequirement, missingRequirements } from '../policy/selector-misses'

/** Something with labels that a selector could have meant. */
export type LabelledCandidate = { readonly title: string; readonly labels: Labels }

/** Candidates whose texts are compared, of those that meet the most requirements. */
const MAX_COMPARED = 50

/** What a selector that matches nothing may have meant. */
export type NearestLabels = {
  /** Whether it looks like a slip of the pen: one candidate comes near. Otherwise `text` lists what values there are. */
  readonly isSlip: boolean
  readonly text: string
}

/** The candidate to go on a message with; nothing where no candidate comes near. */
export function slipOf(nearest: NearestLabels | null): string {
  return nearest?.isSlip ? `: ${nearest.text}` : ''
}

/**
 * What comes nearest to a selector that matches nothing: `shop/carts[Deployment] has label name=carts, wanted name=cart`.
 * null when nothing has anything to do with it.
 */
export function nearestLabels(selector: Selector | null, candidates: readonly LabelledCandidate[]): NearestLabels | null {
  if (selector === null || isEmptySelector(selector)) return null
  const wanted = selector.matchLabels.size + selector.matchExpressions.length
  let nearest: Miss[] = []
  for (const { title, labels } of candidates) {
    const missing = missingRequirements(selector, labels)
    // A candidate that has none of the wanted labels says nothing.
    if (missing.length === wanted && missing.every(({ has }) => has.startsWith('no label'))) continue
    const distance = missing.reduce((sum, miss) => sum + miss.distance, 0)
    const best = nearest[0]?.distance ?? Number.POSITIVE_INFINITY
    if (distance < best) nearest = [{ title, missing, distance }]
    else if (distance === best) nearest.push({ title, missing, distance })
  }
  const [best] = nearest
    .sort((a, b) => compareText(a.title, b.title))
    .slice(0, MAX_COMPARED)
    .map((miss) => ({ ...miss, difference: miss.missing.reduce((sum, one) => sum + valueDifference(one), 0) }))
    .sort((a, b) => a.difference - b.difference)
  if (best === undefined) return null
  if (best.difference > MAX_DIFFERENCE * best.missing.length)
    return wanted === 1 ? { isSlip: false, text: valuesThere(selector, candidates) } : null
  const text = best.missing.map((miss) => `${miss.has}, wanted ${miss.wants}`).join('; ')
  return { isSlip: true, text: `${best.title} has ${text}` }
}

/** Values that differ more are not taken for a slip of the pen. */
const MAX_DIFFERENCE = 0.34

/** The values that the one wanted label has. */
function valuesThere({ matchLabels, matchExpressions }: Selector, candidates: readonly LabelledCandidate[]): string {
  const key = [...matchLabels.keys()][0] ?? matchExpressions[0]?.key ?? ''
  const values = [...new Set(candidates.flatMap(({ labels }) => labels.get(key) ?? []))].sort(compareText)
  const listed = `${values.slice(0, 5).join(', ')}${values.length > 5 ? ` and ${values.length - 5} more` : ''}`
  return `label ${key} is ${listed}; wanted ${[...matchLabels].map(([name, value]) => `${name}=${value}`)[0] ?? 'others'}`
}

/** How far apart what a candidate has and what was wanted are; a label that is missing is no slip of the pen. */
function valueDifference({ has, wants }: MissingRequirement): number {
  return has.startsWith('no label') ? MAX_DIFFERENCE : textDistance(has.slice(has.indexOf('=') + 1), wants.slice(wants.indexOf('=') + 1))
}

type Miss = { readonly title: string; readonly missing: readonly MissingRequirement[]; readonly distance: number }

/** A selector of any family as plain requirements, where it can be written so; null where it cannot. */
export function readableSelector(written: unknown): Selector | null {
  if (typeof written === 'string') return readableCalicoSelector(written)
  if (!isRecord(written)) return null
  const compiled = compileSelector(written)
  if (!compiled.ok) return null
  const { matchLabels, matchExpressions } = compiled.value
  return {
    matchLabels: new Map([...matchLabels].map(([key, value]) => [withoutSource(key), value])),
    matchExpressions: matchExpressions.map((expression) => ({ ...expression, key: withoutSource(expression.key) })),
  }
}

/** Cilium writes the source of a label in front of its key. */
function withoutSource(key: string): string {
  return key.replace(/^(?:k8s|any):/, '')
}

/** Equalities that all must hold; anything richer is not written as requirements. */
function readableCalicoSelector(text: string): Selector | null {
  const parsed = parseCalicoSelector(text)
  if (!parsed.ok) return null
  const parts = parsed.value.kind === 'and' ? parsed.value.operands : [parsed.value]
  const matchLabels = new Map<string, string>()
  for (const part of parts) {
    if (part.kind !== 'equals') return null
    matchLabels.set(part.key, part.value)
  }
  return { matchLabels, matchExpressions: [] }
}

/** Share of the longer text that one has to change to get the other: 0 for equal texts, 1 for nothing in common. */
function textDistance(a: string, b: string): number {
  const longest = Math.max(a.length, b.length)
  if (longest === 0) return 0
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    above = row
  }
  return (above[b.length] ?? longest) / longest
}
