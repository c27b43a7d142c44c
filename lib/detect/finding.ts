import type { Origin } from '../model/object'
import type { DetectorId } from './detector-id'

export type Severity = 'error' | 'warning' | 'info'
/** Gravest first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

/** Something in a cluster that is broken, or looks like a mistake. It is gone as soon as its cause is. */
export type Finding = {
  /** Detector, for example `NP-01`. */
  readonly id: DetectorId
  readonly severity: Severity
  readonly object: {
    /** Tells policies of two API groups apart that share a `ref`; null for the cluster, and for a workload that only its pods name. */
    readonly apiVersion: string | null
    readonly kind: string
    readonly namespace: string | null
    readonly name: string
    /** As the contract names things. */
    readonly ref: string
  }
  /** Path of the field, for example `spec.ingress[0].from[1]`; null when it is about the object as a whole. */
  readonly field: string | null
  /** What stands there, in short; null when nothing does. */
  readonly value: string | null
  /** What is wrong, in one sentence. */
  readonly message: string
  /** What happens because of it, in one sentence. */
  readonly why: string
  /** What to do, in one sentence. */
  readonly fix: string
  /** What it was concluded from: names, labels, ports. */
  readonly evidence: readonly string[]
  /** Where the field stands; null for an object that was read from a live cluster. */
  readonly origin: Origin | null
}

/** One with the time since which it has been found. */
export type DatedFinding = Finding & {
  /** Milliseconds since the epoch. */
  readonly since: number
}
