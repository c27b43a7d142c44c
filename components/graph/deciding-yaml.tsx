import type { PolicyText } from '@/lib/api/details'
import type { DecidingPolicy } from './deciding-policies'
import { PolicyYaml } from './policy-yaml'

/** The policies that decide, each in its YAML. Policies of two kinds of plugins may share a name: both are shown. */
export function DecidingYaml({ deciding, policies }: { deciding: readonly DecidingPolicy[]; policies: readonly PolicyText[] }) {
  return deciding.flatMap(({ ref, rules, tone }) =>
    policies.filter((one) => one.ref === ref).map((policy) => <PolicyYaml key={policy.yaml} policy={policy} rules={rules} tone={tone} />),
  )
}
