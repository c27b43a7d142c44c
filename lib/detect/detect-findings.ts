import type { Cluster } from '../model/cluster'
import { compareText } from '../model/compare-text'
import type { SourceDocument } from '../model/source-document'
import { atOnce, type Steps } from '../model/steps'
import type { PolicyEngine } from '../policy/engine'
import { type Circumstances, ONLY_OBJECTS } from './circumstances'
import { ClusterView } from './cluster-view'
import type { DetectorId } from './detector-id'
import { DNS_FINDERS, DNS_MOMENT_FINDERS } from './dns/dns-finders'
import { DocumentPlaces } from './document-places'
import { DUAL_STACK_FINDERS } from './dual-stack/dual-stack-finders'
import { ENTRY_FINDERS, ENTRY_MOMENT_FINDERS } from './entries/entry-finders'
import { EXPOSURE_FINDERS, EXPOSURE_MOMENT_FINDERS } from './exposure/exposure-finders'
import type { Finder } from './finder'
import { type Finding, SEVERITIES } from './finding'
import { aboutCluster, type FindingDraft, makeFinding } from './make-finding'
import { MESH_FINDERS, MESH_MOMENT_FINDERS } from './mesh/mesh-finders'
import { POD_FINDERS, POD_MOMENT_FINDERS } from './pods/pod-finders'
import { POLICY_FINDERS, POLICY_MOMENT_FINDERS } from './policies/policy-finders'
import { SERVICE_FINDERS, SERVICE_MOMENT_FINDERS } from './services/service-finders'

/** Findings of one detector that are listed; one last finding counts the rest. */
export const MAX_FINDINGS_PER_DETECTOR = 200

/** What they find stays as long as the objects do; by family. */
const FINDERS: readonly Finder[] = [
  ...SERVICE_FINDERS,
  ...DUAL_STACK_FINDERS,
  ...POLICY_FINDERS,
  ...POD_FINDERS,
  ...EXPOSURE_FINDERS,
  ...MESH_FINDERS,
  ...DNS_FINDERS,
  ...ENTRY_FINDERS,
]

/** What they find comes and goes with time and traffic. */
const MOMENT_FINDERS: readonly Finder[] = [
  ...SERVICE_MOMENT_FINDERS,
  ...POLICY_MOMENT_FINDERS,
  ...ENTRY_MOMENT_FINDERS,
  ...DNS_MOMENT_FINDERS,
  ...MESH_MOMENT_FINDERS,
  ...POD_MOMENT_FINDERS,
  ...EXPOSURE_MOMENT_FINDERS,
]

/**
 * Judges a cluster: what is broken or looks like a mistake, gravest first. The order of the documents plays no role.
 * Never throws on input.
 *
 * `engine` must be compiled from the same cluster; `documents` are what it was read from, for the lines of fields.
 */
export function detectFindings(
  cluster: Cluster,
  engine: PolicyEngine,
  circumstances: Circumstances = ONLY_OBJECTS,
  documents: readonly SourceDocument[] = [],
): readonly Finding[] {
  return atOnce(new Detection(cluster, engine, documents).judge(circumstances))
}

/** The judgement of one reading of a cluster, which can be asked for again as time and traffic go on. */
export class Detection {
  readonly #view: ClusterView
  readonly #places: DocumentPlaces
  /** null until they were found once. */
  #lasting: readonly FindingDraft[] | null = null
  readonly #findings = new WeakMap<FindingDraft, Finding>()

  constructor(cluster: Cluster, engine: PolicyEngine, documents: readonly SourceDocument[] = []) {
    this.#view = new ClusterView(cluster, engine, ONLY_OBJECTS)
    this.#places = new DocumentPlaces(documents)
  }

  /** Rests wherever somebody else may have a turn. */
  *judge(circumstances: Circumstances): Steps<readonly Finding[]> {
    this.#lasting ??= yield* run(FINDERS, this.#view)
    const passing = yield* run(MOMENT_FINDERS, this.#view.under(circumstances))
    yield
    const findings: Finding[] = []
    for (const draft of listed([...this.#lasting, ...passing], this.#view.cluster)) {
      findings.push(this.#finish(draft))
      yield
    }
    return findings
  }

  /** To find the line may mean to read the document again. */
  #finish(draft: FindingDraft): Finding {
    const known = this.#findings.get(draft)
    if (known !== undefined) return known
    const { findOrigin, ...rest } = draft
    const finding: Finding = { ...rest, origin: findOrigin(this.#places) }
    this.#findings.set(draft, finding)
    return finding
  }
}

function* run(finders: readonly Finder[], view: ClusterView): Steps<readonly FindingDraft[]> {
  const drafts: FindingDraft[] = []
  for (const find of finders) {
    for (const draft of find(view)) {
      if (draft === null) yield
      else drafts.push(draft)
    }
    yield
  }
  return drafts
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
