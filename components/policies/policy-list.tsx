'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { PolicyListDocument } from '@/lib/api/details'
import { durationWords } from '@/lib/model/duration-words'
import { useLiveStatus } from '../live/live-provider'
import type { PoliciesTab } from '../live/url-state'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { countWords, formatCount } from '../ui/format'
import { ListBar, ListSummary } from '../ui/list-bar'
import { Empty, Notice, Progress } from '../ui/notice'
import { Segmented } from '../ui/segmented'
import { Coverage } from './coverage'
import { EnforcementNotice } from './enforcement-notice'
import { NoPolicies } from './no-policies'
import { policyFilter } from './policy-filter'
import { policyListOptions } from './policy-queries'
import { PolicyTable, type TablePlace } from './policy-table'

const TABS: readonly { value: PoliciesTab; label: string; hint: string }[] = [
  { value: 'policies', label: 'Policies', hint: 'Every policy, in the order of evaluation' },
  { value: 'coverage', label: 'Coverage', hint: 'Which workloads are isolated, and which are open' },
]

/** All policies, or what they cover, with the filter of the page. */
export function PolicyList({ place, onPlace }: { place: TablePlace; onPlace: (place: TablePlace) => void }) {
  const [view, changeView] = useViewState()
  const { paused } = useLiveStatus()
  const { data, error } = useQuery(policyListOptions(view, paused))
  const filter = useMemo(() => policyFilter(view.filter), [view.filter])
  const shown = useMemo(() => data?.policies.filter(filter.matches) ?? [], [data, filter])
  return (
    <>
      <ListBar>
        <Segmented label="What is listed" value={view.policiesTab} options={TABS} onChange={(policiesTab) => changeView({ policiesTab })} />
        {data !== undefined && data.policies.length > 0 && <ListSummary>{summary(data, shown.length)}</ListSummary>}
      </ListBar>
      {error !== null && (
        <Notice tone="failure" title="The policies could not be read." polite>
          <p>
            {error.message} {data !== undefined && 'Below is what was read before.'}
          </p>
        </Notice>
      )}
      {data !== undefined && data.policies.length > 0 && <EnforcementNotice enforcer={data.enforcer} />}
      {view.policiesTab === 'policies' && filter.unapplied.length > 0 && (
        <Notice title={`Not a property of policies: ${filter.unapplied.join(' ')}`}>
          <p>The list knows ns:, policy: and words; the rest of the filter is for flows and the map.</p>
        </Notice>
      )}
      {data === undefined && error === null && <Progress label="Reading the policies…" done={null} total={null} />}
      {data !== undefined && view.policiesTab === 'coverage' && <Coverage list={data} />}
      {data !== undefined && view.policiesTab === 'policies' && data.policies.length === 0 && <NoPolicies list={data} />}
      {data !== undefined && view.policiesTab === 'policies' && data.policies.length > 0 && shown.length === 0 && (
        <Empty
          title={`The filter hides all ${countWords(data.policies.length, 'policy', 'policies')}.`}
          actions={<Button onClick={() => changeView({ filter: '' })}>Clear the filter</Button>}
        />
      )}
      {data !== undefined && view.policiesTab === 'policies' && shown.length > 0 && (
        <PolicyTable list={data} policies={shown} place={place} onPlace={onPlace} />
      )}
    </>
  )
}

function summary({ policies, connections, windowMs, profile }: PolicyListDocument, shown: number): string {
  const count =
    shown === policies.length
      ? countWords(shown, 'policy', 'policies')
      : `${formatCount(shown)} of ${countWords(policies.length, 'policy', 'policies')}`
  const flows =
    connections === 0
      ? `no flows recorded in ${durationWords(windowMs)}, so hits are unknown`
      : `hits of ${countWords(connections, 'connection')} in ${durationWords(windowMs)}`
  return `${count} · evaluated as ${PROFILES[profile]} does · ${flows}`
}

const PROFILES: Readonly<Record<PolicyListDocument['profile'], string>> = { kubernetes: 'Kubernetes', calico: 'Calico', cilium: 'Cilium' }
