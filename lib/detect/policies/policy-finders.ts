import type { Finder } from '../finder'
import type { FindingDraft } from '../make-finding'
import { findClusterAddresses } from './cluster-addresses'
import { findDnsBlocked } from './dns-blocked'
import { findEntryBlocked } from './entry-blocked'
import { findEqualPriorities } from './equal-priorities'
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
import type { PolicyView } from './policy-view'
import { findUnenforced } from './unenforced'
import { findUnisolated } from './unisolated'
import { findWideRules } from './wide-rules'
import { findWrongPorts } from './wrong-ports'

/** Every way to find something in policies; each gives findings of one or two detectors. */
const FINDERS: readonly ((view: PolicyView) => Iterable<FindingDraft | null>)[] = [
  prepare,
  findNothingSelected,
  findMeshSelectsNothing,
  findPeersMatchingNobody,
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

/** Looks up what all others need, piece by piece, because all at once takes long in a large cluster. Finds nothing. */
function* prepare(view: PolicyView): Iterable<null> {
  const { index } = view.engine.facts.evaluation
  for (const podClass of view.classes) {
    for (const direction of ['ingress', 'egress'] as const) index.tiersFor(podClass, direction)
    yield null
  }
  const { cells } = view
  for (const viewed of view.policies) {
    yield null
    view.subjects(viewed)
    for (const rule of [...viewed.policy.ingress.rules, ...viewed.policy.egress.rules]) cells.columnsMatching(rule)
  }
}

/** NP-01 to NP-18 without NP-03, and DS-04. */
export const POLICY_FINDERS: readonly Finder[] = FINDERS.map((find) => (view) => find(view.policies))

/** NP-03. */
export const POLICY_MOMENT_FINDERS: readonly Finder[] = [findNobodyAdmitted]
