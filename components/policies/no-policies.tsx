'use client'

import type { PolicyListDocument } from '@/lib/api/details'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { countWords } from '../ui/format'
import { Empty } from '../ui/notice'

/** There is no policy: what that means for the workloads. */
export function NoPolicies({ list }: { list: PolicyListDocument }) {
  const [view, changeView] = useViewState()
  const where = view.namespaces.length === 0 ? 'in this cluster' : `in ${view.namespaces.join(', ')}`
  const open = list.coverage.reduce((sum, { workloads }) => sum + workloads.none.total, 0)
  return (
    <Empty
      title={`There are no policies ${where}.`}
      actions={
        <>
          <Button onClick={() => changeView({ policiesTab: 'coverage' })}>Show the workloads</Button>
          {view.namespaces.length > 0 && <Button onClick={() => changeView({ namespaces: [] })}>All namespaces</Button>}
        </>
      }
    >
      <p>
        Without a policy everything may reach everything: {countWords(open, 'workload takes', 'workloads take')} connections from anyone and
        may open them to anyone, inside the cluster and outside.
      </p>
    </Empty>
  )
}
