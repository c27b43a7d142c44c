'use client'

import { useState } from 'react'
import { useViewState } from '../live/use-view-state'
import styles from './policies-view.module.css'
import { PolicyList } from './policy-list'
import { PolicyPage } from './policy-page'
import { DEFAULT_SORT } from './policy-rows'
import type { TablePlace } from './policy-table'

/** The Policies page: the list, the coverage, or one policy, which leads back to where the list was left. */
export function PoliciesView() {
  const [view] = useViewState()
  const [place, setPlace] = useState<TablePlace>({ sort: DEFAULT_SORT, opened: null })
  return (
    <div className={styles.view}>
      {view.policy === null ? <PolicyList place={place} onPlace={setPlace} /> : <PolicyPage key={view.policy} policy={view.policy} />}
    </div>
  )
}
