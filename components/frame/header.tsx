'use client'

import Link from 'next/link'
import { pageHref } from '../live/page-href'
import type { ViewState } from '../live/url-state'
import { useViewState } from '../live/use-view-state'
import { IconButton } from '../ui/button'
import { Icon } from '../ui/icon'
import { ClusterName } from './cluster-name'
import styles from './header.module.css'
import { LiveIndicator } from './live-indicator'
import { PAGES, type PageName } from './pages'
import { ThemeSwitch } from './theme-switch'

export function Header({ page, openPalette, openKeys }: { page: PageName; openPalette: () => void; openKeys: () => void }) {
  const [view] = useViewState()
  return (
    <header className={styles.header}>
      <div className={styles.cluster}>
        <Mark />
        <ClusterName />
      </div>
      <nav aria-label="Pages" className={styles.nav}>
        {PAGES.map(({ name, path }) => (
          <Link
            key={name}
            href={pageHref(path, viewOn(path, view))}
            prefetch={false}
            className={styles.page}
            aria-current={name === page ? 'page' : undefined}
          >
            <span className={styles.pageName} data-name={name}>
              {name}
            </span>
          </Link>
        ))}
      </nav>
      <button type="button" className={styles.search} onClick={openPalette} aria-keyshortcuts="Meta+K Control+K">
        <Icon name="search" />
        <span className={styles.searchText}>Search</span>
        <kbd className={styles.keys}>Ctrl K</kbd>
      </button>
      <div className={styles.end}>
        <LiveIndicator />
        <span className={styles.tools}>
          <IconButton icon="keys" label="Keys" onClick={openKeys} />
          <ThemeSwitch />
        </span>
      </div>
    </header>
  )
}

/** What only one page shows stays with it. */
function viewOn(path: string, view: ViewState): ViewState {
  const policies = path === '/policies' ? {} : { policy: null }
  const findings = path === '/findings' ? {} : { severities: [], detectors: [], finding: null }
  return { ...view, ...policies, ...findings }
}

/** Three streams, one of them held back. */
function Mark() {
  return (
    <svg className={styles.mark} width="20" height="20" viewBox="0 0 20 20" role="img" aria-label="Sluice">
      <path d="M1 5h18M1 15h18" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      <path d="M1 10h7" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
      <path d="M11 6.5v7" className={styles.gate} fill="none" strokeWidth="2.5" strokeLinecap="round" />
    </svg>
  )
}
