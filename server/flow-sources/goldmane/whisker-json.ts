import { type PolicyHit, parsePolicyHit } from '../calico/policy-hit'
import type { DecodedLine } from '../decoded-line'
import { countOf, type JsonObject, objectOf, textOf, timeOf } from '../json-fields'
import { type GoldmaneEnd, type GoldmaneFlow, nameOrNull, policyHitOf } from './goldmane-flow'
import { goldmaneHitOf, portOf } from './goldmane-json'
import { observeGoldmane } from './observe-goldmane'

/** True for a row of Whisker's backend (`GET /whisker-backend/flows`): a row of Goldmane under other names. */
export function isWhiskerObject({ reporter, source_name, dest_name, policies, start_time }: JsonObject): boolean {
  return (
    (reporter === 'Src' || reporter === 'Dst') &&
    typeof source_name === 'string' &&
    typeof dest_name === 'string' &&
    typeof start_time === 'string' &&
    objectOf(policies) !== null
  )
}

/**
 * Decodes a row of Whisker's backend. It leaves out what its ends are and how many connections it stands for: a name in a
 * namespace is read as pods, and a row that was let through shows its edge in use.
 */
export function decodeWhiskerObject(body: JsonObject): DecodedLine {
  if (!isWhiskerObject(body)) return { kind: 'ignored', reason: 'not-a-flow' }
  const [start, end] = [timeOf(body.start_time), timeOf(body.end_time)]
  if (start === null || end === null) return { kind: 'rejected', reason: 'start_time, end_time: not RFC 3339' }
  const policies = objectOf(body.policies)
  const row: GoldmaneFlow = {
    source: endOf(body.source_name, body.source_namespace),
    destination: endOf(body.dest_name, body.dest_namespace),
    port: portOf(body.dest_port),
    service: null,
    protocol: textOf(body.protocol, 16) ?? '',
    reporter: body.reporter === 'Src' ? 'source' : 'destination',
    action: body.action === 'Allow' ? 'allow' : body.action === 'Deny' ? 'deny' : null,
    enforced: hitsOf(policies?.enforced),
    pending: hitsOf(policies?.pending),
    startTime: Math.floor(start / 1_000),
    endTime: Math.floor(end / 1_000),
    sourceLabels: labelsOf(body.source_labels),
    destinationLabels: labelsOf(body.dest_labels),
    packets: (countOf(body.packets_in) ?? 0) + (countOf(body.packets_out) ?? 0),
    bytes: (countOf(body.bytes_in) ?? 0) + (countOf(body.bytes_out) ?? 0),
    connectionsStarted: 0,
  }
  return observeGoldmane(row, null)
}

/** A name without a namespace may be a machine, a global set or a network: only of the Internet that is known. */
function endOf(name: unknown, namespace: unknown): GoldmaneEnd {
  const [stated, place] = [nameOrNull(textOf(name) ?? ''), nameOrNull(textOf(namespace) ?? '')]
  if (stated === 'PUBLIC NETWORK') return { name: 'pub', namespace: null, type: 'network' }
  if (place === null || stated === 'PRIVATE NETWORK') return { name: null, namespace: null, type: 'network' }
  return { name: stated, namespace: place, type: 'workload' }
}

const MAX_LABELS = 64
const MAX_LABEL_TEXT = 8_192

/** `app=web | pod-template-hash=1`. */
function labelsOf(value: unknown): readonly string[] {
  const text = textOf(value, MAX_LABEL_TEXT)
  if (text === null) return []
  return text
    .split(' | ', MAX_LABELS)
    .map((label) => label.trim())
    .filter((label) => label !== '')
}

const MAX_HITS = 64

/** Steps as texts (`0|default|np:shop/cart|allow|0`) or as objects. */
function hitsOf(value: unknown): readonly PolicyHit[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MAX_HITS).flatMap((each) => {
    if (typeof each === 'string') return parsePolicyHit(each) ?? []
    const hit = goldmaneHitOf(objectOf(each))
    return hit === null ? [] : (policyHitOf(hit) ?? [])
  })
}
