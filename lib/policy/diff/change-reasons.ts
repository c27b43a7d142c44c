import { MAX_PORT, MIN_PORT, PROTOCOLS, type Protocol } from '../../model/protocol'
import type { PolicyEngine } from '../engine'
import type { ConnectionSet, Direction, EvaluateAnswer, PolicyVerdict, PortRange, SideAnswer } from '../types'
import type { ChangeReason } from './connectivity-change'

/** More samples of one change would name the same rules again. */
const MAX_SAMPLES = 6

type Changed = { readonly src: string; readonly dst: string; readonly before: ConnectionSet; readonly after: ConnectionSet }

/** One port of the connections that differ, and what each side says about it. */
type Sample = { readonly protocol: Protocol; readonly port: number; readonly was: PolicyVerdict; readonly is: PolicyVerdict }

/**
 * What decides about the connections that differ: of what is allowed the rules of both sides, of what is denied those
 * of the side that denies. A side that says the same before and after made no difference and is left out.
 *
 * `before` and `after` are null where one of the ends does not exist.
 */
export function changeReasons(changed: Changed, before: PolicyEngine | null, after: PolicyEngine | null): readonly ChangeReason[] {
  const reasons = new Map<string, ChangeReason>()
  const [from, to] = [asked(changed.src), asked(changed.dst)]
  for (const { protocol, port, was, is } of samplesOf(changed)) {
    const old = before === null ? null : decisive(before.evaluate({ from, to, protocol, port }), was)
    const now = after === null ? null : decisive(after.evaluate({ from, to, protocol, port }), is)
    for (const side of ['egress', 'ingress'] as const) {
      if (old !== null && now !== null && areAlike(old[side], now[side])) continue
      for (const [at, answer] of [
        ['before', old],
        ['after', now],
      ] as const) {
        for (const reason of answer === null ? [] : deciding(answer, side)) {
          reasons.set(`${at} ${side} ${reason.policy} ${reason.rule} ${reason.effect}`, { ...reason, at, side })
        }
      }
    }
  }
  return [...reasons.values()].sort((a, b) => PLACES.indexOf(`${a.at} ${a.side}`) - PLACES.indexOf(`${b.at} ${b.side}`))
}

const PLACES = ['before egress', 'before ingress', 'after egress', 'after ingress']

function deciding(answer: EvaluateAnswer, side: Direction): SideAnswer['by'] {
  return answer.verdict === 'denied' && answer[side].verdict === 'allowed' ? [] : answer[side].by
}

function areAlike(a: SideAnswer, b: SideAnswer): boolean {
  return a.verdict === b.verdict && JSON.stringify(a.by) === JSON.stringify(b.by)
}

/** An outside range as a question: also of one address, because the bare address may be that of a pod. */
function asked(end: string): string {
  return end.startsWith('ip:') && !end.includes('-') ? `${end}-${end.slice(3)}` : end
}

/** The part of an answer about several pods that has the verdict in question. */
function decisive(answer: EvaluateAnswer, verdict: PolicyVerdict): EvaluateAnswer {
  if (answer.verdict === verdict || answer.parts === null) return answer
  const parts = answer.parts.map((part) => decisive(part.answer, verdict))
  return parts.find((part) => part.verdict === verdict) ?? parts[0] ?? answer
}

/** The lower bound of each range of ports that is allowed on one side only. */
function samplesOf({ before, after }: Changed): readonly Sample[] {
  const samples: Sample[] = []
  for (const protocol of PROTOCOLS) {
    const [old, now] = [rangesOf(before, protocol), rangesOf(after, protocol)]
    const starts = new Set([...old, ...now].flatMap(([low, high]) => [low, high + 1]))
    for (const port of [...starts].sort((a, b) => a - b)) {
      const [was, is] = [verdictAt(old, port), verdictAt(now, port)]
      if (port <= MAX_PORT && was !== is && samples.length < MAX_SAMPLES) samples.push({ protocol, port, was, is })
    }
  }
  return samples
}

function rangesOf(set: ConnectionSet, protocol: Protocol): readonly PortRange[] {
  if (set === 'none') return []
  return set === 'all' ? [[MIN_PORT, MAX_PORT]] : (set[protocol] ?? [])
}

function verdictAt(ranges: readonly PortRange[], port: number): PolicyVerdict {
  return ranges.some(([low, high]) => low <= port && port <= high) ? 'allowed' : 'denied'
}
