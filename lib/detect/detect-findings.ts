import type { Cluster } from '../model/cluster'
import { compareText } from '../model/compare-text'
import type { PolicyEngine } from '../policy/engine'
import { type Circumstances, ONLY_OBJECTS } from './circumstances'
import { ClusterView } from './cluster-view'
import type { DetectorId } from './detector-id'
import { DNS_FINDERS } from './dns/dns-finders'
import { DocumentPlaces } from './document-places'
import { DUAL_STACK_FINDERS } from './dual-stack/dual-stack-finders'
import { ENTRY_FINDERS } from './entries/entry-finders'
import { EXPOSURE_FINDERS } from './exposure/exposure-finders'
import type { Finder } from './finder'
import { type Finding, SEVERITIES } from './finding'
import { aboutCluster, type FindingDraft, makeFinding } from './make-finding'
import { POD_FINDERS } from './pods/pod-finders'
import { POLICY_FINDERS } from './policies/policy-finders'
import { SERVICE_FINDERS } from './services/service-finders'

/** Findings of one detector that are listed; one last finding counts the rest. */
export const MAX_FINDINGS_PER_DETECTOR = 200

/** By family. */
const FINDERS: readonly Finder[] = [
  ...SERVICE_FINDERS,
  ...DUAL_STACK_FINDERS,
  ...POLICY_FINDERS,
  ...ENTRY_FINDERS,
  ...DNS_FINDERS,
  ...POD_FINDERS,
  ...EXPOSURE_FINDERS,
]

/**
 * Judges a cluster: what is broken or looks like a mistake, gravest first. The order of the documents plays no role.
 * Never throws on input.
 *
 * `engine` must be compiled from the same cluster.
 */
export function detectFindings(cluster: Cluster, engine: PolicyEngine, circumstances: Circumstances = ONLY_OBJECTS): readonly Finding[] {
  const steps = detectInSteps(cluster, engine, circumstances)
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
}

/** The same, with a rest wherever somebody else may have a turn. */
export function* detectInSteps(cluster: Cluster, engine: PolicyEngine, circumstances: Circumstances): Generator<void, readonly Finding[]> {
  const view = new ClusterView(cluster, engine, circumstances)
  const drafts: FindingDraft[] = []
  for (const find of FINDERS) {
    for (const draft of find(view)) {
      if (draft === null) yield
      else drafts.push(draft)
    }
    yield
  }
  const places = new DocumentPlaces(circumstances.documents)
  const findings: Finding[] = []
  for (const { findOrigin, ...finding } of listed(drafts, cluster)) {
    findings.push({ ...finding, origin: findOrigin(places) })
    yield
  }
  return findings
}

function listed(drafts: readonly FindingDraft[], cluster: Cluster): readonly FindingDraft[] {
  const found = distinct([...drafts].sort(compareFindings))
  const counts = new Map<DetectorId, number>()
  const kept: FindingDraft[] = []
  for (const finding of found) {
    const count = (counts.get(finding.id) ?? 0) + 1
    counts.set(finding.id, count)
    if (count <= MAX_FINDINGS_PER_DETECTOR) kept.push(finding)
  }
  for (const [id, count] of counts) {
    if (count > MAX_FINDINGS_PER_DETECTOR) kept.push(theRest(cluster, id, count - MAX_FINDINGS_PER_DETECTOR))
  }
  return kept
}

/** Each once: one rule of a document may be several to the engine, and the same is found in all of them. */
function distinct(sorted: readonly FindingDraft[]): readonly FindingDraft[] {
  const keys = new Set<string>()
  return sorted.filter(({ id, object, field, message }) => {
    const key = JSON.stringify([id, object.apiVersion, object.ref, field, message])
    if (keys.has(key)) return false
    keys.add(key)
    return true
  })
}

function theRest(cluster: Cluster, id: DetectorId, count: number): FindingDraft {
  return makeFinding(id, aboutCluster(cluster), { field: null, message: `${count} more findings of ${id} are not listed.`, evidence: [] })
}

function compareFindings(a: FindingDraft, b: FindingDraft): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareText(a.id, b.id) ||
    compareText(a.object.ref, b.object.ref) ||
    compareText(a.object.apiVersion ?? '', b.object.apiVersion ?? '') ||
    compareText(a.field ?? '', b.field ?? '') ||
    compareText(a.message, b.message)
  )
}
