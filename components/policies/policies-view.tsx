'use client'

import { useViewState } from '../live/use-view-state'
import styles from './policies-view.module.css'
import { PolicyList } from './policy-list'
import { PolicyPage } from './policy-page'

/** The Policies page: the list, the coverage, or one policy. */
export function PoliciesView() {
  const [view] = useViewState()
  return <div className={styles.view}>{view.policy === null ? <PolicyList /> : <PolicyPage key={view.policy} policy={view.policy} />}</div>
}
