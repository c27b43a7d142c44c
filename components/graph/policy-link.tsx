'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { freshView } from '@/components/live/fresh-view'
import { pageHref } from '@/components/live/page-href'
import { useViewState } from '@/components/live/use-view-state'
import styles from './policy-link.module.css'

/** A policy's name that leads to its own page, in the same time range. */
export function PolicyLink({ policy, children }: { policy: string; children?: ReactNode }) {
  const [view] = useViewState()
  return (
    <Link href={pageHref('/policies', { ...freshView(view), policy })} prefetch={false} className={styles.link} title={`Open ${policy}`}>
      <bdi>{children ?? policy}</bdi>
    </Link>
  )
}
