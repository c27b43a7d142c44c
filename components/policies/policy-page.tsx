'use client'

import { useQuery } from '@tanstack/react-query'
import { ChangedLately } from '../graph/changed-lately'
import { useLiveStatus } from '../live/live-provider'
import { RequestError } from '../live/request-json'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { Empty, Notice, Progress } from '../ui/notice'
import { EnforcementNotice } from './enforcement-notice'
import { PolicyObject } from './policy-object'
import styles from './policy-page.module.css'
import { policyOptions } from './policy-queries'

/** One policy: what is wrong with it, what it says as a picture, and its YAML. Two objects that share the name stand below each other. */
export function PolicyPage({ policy }: { policy: string }) {
  const [view, changeView] = useViewState()
  const { paused } = useLiveStatus()
  const { data, error } = useQuery(policyOptions(policy, view, paused))
  const back = (
    <Button icon="left" onClick={() => changeView({ policy: null })}>
      All policies
    </Button>
  )
  const isGone = error instanceof RequestError && error.status === 404
  return (
    <div className={styles.page}>
      {(data === undefined || isGone) && <div className={styles.bar}>{back}</div>}
      {isGone && (
        <Empty title={`There is no ${policy}.`}>
          <p>It was deleted or renamed, or the link is from another cluster.</p>
        </Empty>
      )}
      {error !== null && !isGone && (
        <Notice tone="failure" title="The policy could not be read." polite>
          <p>
            {error.message} {data !== undefined && 'Below is what was read before.'}
          </p>
        </Notice>
      )}
      {data === undefined && error === null && <Progress label="Reading the policy…" done={null} total={null} />}
      {data !== undefined && !isGone && (
        <>
          <EnforcementNotice enforcer={data.enforcer} />
          <ChangedLately about={policy} />
          {[data, ...data.others].map((object) => (
            <PolicyObject
              key={object.policyApiVersion}
              policy={object}
              connections={data.connections}
              windowMs={data.windowMs}
              back={object === data ? back : null}
            />
          ))}
        </>
      )}
    </div>
  )
}
