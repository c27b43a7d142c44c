import type { Cluster } from '../model/cluster'
import { compareText } from '../model/compare-text'
import type { PolicyEngine } from '../policy/engine'
import { findClusterAddresses } from './cluster-addresses'
import type { DetectorId } from './detector-id'
import { findDnsBlocked } from './dns-blocked'
import { findEntryBlocked } from './entry-blocked'
import { findEqualPriorities } from './equal-priorities'
import { type Finding, SEVERITIES } from './finding'
import { aboutCluster, type FindingDraft, makeFinding } from './make-finding'
import { findMeshSelectsNothing } from './mesh-selects-nothing'
import { findMissingTiers } from './missing-tiers'
import { findMonitoringCut } from './monitoring-cut'
import { findNeedlessRules } from './needless-rules'
import { findNobodyAdmitted } from './nobody-admitted'
import { findNothingSelected } from './nothing-selected'
import { findOneFamily } from './one-family'
import { findOutdatedForms } from './outdated-forms'
import { findPeersMatchingNobody } from './peers-matching-nobody'
import { findPolicyTypeAccidents } from './policy-type-accidents'
import { PolicyView } from './policy-view'
import { findUnenforced } from './unenforced'
import { findUnisolated } from './unisolated'
import { findWideRules } from './wide-rules'
import { findWrongPorts } from './wrong-ports'

/** Findings of one detector that are listed; one last finding counts the rest. */
export const MAX_FINDINGS_PER_DETECTOR = 200

/** Every way to find something; each gives findings of one or two detectors. */
const FINDERS: readonly ((view: PolicyView) => readonly FindingDraft[])[] = [
  findNothingSelected,
  findMeshSelectsNothing,
  findPeersMatchingNobody,
  findNobodyAdmitted,
  findDnsBlocked,
  findPolicyTypeAccidents,
  findWideRules,
  findWrongPorts,
  findClusterAddresses,
  findUnenforced,
  findUnisolated,
  findOutdatedForms,
  findEntryBlocked,
  findMonitoringCut,
  findNeedlessRules,
  findEqualPriorities,
  findMissingTiers,
  findOneFamily,
]

/**
 * Judges the policies of a cluster without any traffic: what is broken or looks like a mistake, gravest first. The
 * order of the documents plays no role. Never throws on input.
 *
 * `engine` must be compiled from the same cluster.
 */
export function detectPolicyFindings(cluster: Cluster, engine: PolicyEngine): readonly Finding[] {
  const view = new PolicyView(cluster, engine)
  const found = distinct(FINDERS.flatMap((find) => find(view)).sort(compareFindings))
  const counts = new Map<DetectorId, number>()
  const listed: FindingDraft[] = []
  for (const finding of found) {
    const count = (counts.get(finding.id) ?? 0) + 1
    counts.set(finding.id, count)
    if (count <= MAX_FINDINGS_PER_DETECTOR) listed.push(finding)
  }
  for (const [id, count] of counts) {
    if (count > MAX_FINDINGS_PER_DETECTOR) listed.push(theRest(cluster, id, count - MAX_FINDINGS_PER_DETECTOR))
  }
  return listed.map(({ findOrigin, ...finding }) => ({ ...finding, origin: findOrigin() }))
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
