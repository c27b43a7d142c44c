import { compareText } from '../../model/compare-text'
import { vendorOf } from '../../policy/profile'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import type { PolicyView } from './policy-view'

/** Tiers that Calico brings itself. */
const BUILT_IN: readonly string[] = ['default', 'kube-admin', 'kube-baseline', 'adminnetworkpolicy', 'baselineadminnetworkpolicy']

/** NP-18: a Calico policy names a tier that no Tier object describes. */
export function findMissingTiers(view: PolicyView): readonly FindingDraft[] {
  const tiers = view.cluster.policies.flatMap(({ meta }) =>
    meta.kind === 'Tier' && vendorOf(meta.apiVersion) === 'calico' ? meta.name : [],
  )
  const known = new Set([...BUILT_IN, ...tiers])
  return view.understood.flatMap(({ policy, spec, specPath }) => {
    const isCalico = vendorOf(policy.raw.meta.apiVersion) === 'calico'
    if (!isCalico || typeof spec.tier !== 'string' || known.has(spec.tier)) return []
    return makeFinding('NP-18', aboutPolicy(policy.raw), {
      ...(view.isWholeCluster ? {} : { severity: 'info' }),
      field: [...specPath, 'tier'],
      message: `There is no Tier "${spec.tier}"${view.isWholeCluster ? '' : ' in the input'}.`,
      evidence: tiers.length === 0 ? [] : [`tiers there are: ${[...tiers].sort(compareText).join(', ')}`],
    })
  })
}
