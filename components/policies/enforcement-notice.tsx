import type { Enforcer } from '@/lib/policy/enforcer'
import { Notice } from '../ui/notice'

/** Says loudly that nobody enforces the policies, where that is known. */
export function EnforcementNotice({ enforcer }: { enforcer: Enforcer }) {
  if (enforcer.enforces !== 'no') return null
  return (
    <Notice tone="warning" title="Nobody enforces these policies: every connection stays open.">
      <p>{enforcer.evidence}</p>
    </Notice>
  )
}
