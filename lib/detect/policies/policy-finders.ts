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
const FINDERS: readonly ((view: PolicyView) => readonly FindingDraft[])[] = [
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

/** NP-01 to NP-18 and DS-04. */
export const POLICY_FINDERS: readonly Finder[] = [
  ...FINDERS.map(
    (find): Finder =>
      (view) =>
        find(view.policies),
  ),
  findNobodyAdmitted,
]
