import { type Enforcer, isEnforcementOpen } from '@/lib/platform/enforcer'
import { Notice } from '../ui/notice'

/** Says loudly that nobody enforces the policies, where that is known, and quietly where a plugin leaves it open. */
export function EnforcementNotice({ enforcer }: { enforcer: Enforcer }) {
  if (isEnforcementOpen(enforcer)) {
    return (
      <Notice tone="info" title="Whether anybody enforces these policies cannot be told.">
        <p>{enforcer.evidence}</p>
      </Notice>
    )
  }
  if (enforcer.enforces !== 'no') return null
  return (
    <Notice tone="warning" title="Nobody enforces these policies: every connection stays open.">
      <p>{enforcer.evidence}</p>
    </Notice>
  )
}
