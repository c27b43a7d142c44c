import { apiUrl } from '@/components/live/api-url'
import { streamQuery } from '@/components/live/stream-query'
import { useViewState } from '@/components/live/use-view-state'
import { MenuButton } from '@/components/ui/menu'

const FORMATS = [
  { format: 'png', label: 'Picture (PNG)' },
  { format: 'svg', label: 'Drawing (SVG)' },
  { format: 'csv', label: 'Connections (CSV)' },
  { format: 'json', label: 'Graph (JSON)' },
  { format: 'bundle', label: 'Bundle: the whole cluster, to open elsewhere' },
] as const

/** The view as a file, and the cluster with its flows and changes as one that opens without it. */
export function ExportMenu() {
  const [view] = useViewState()
  const items = FORMATS.map(({ format, label }) => ({
    kind: 'action' as const,
    label,
    icon: 'download' as const,
    run: () => download(apiUrl('export', { ...streamQuery(view), format, theme: shownTheme() })),
  }))
  return <MenuButton label="Export" icon="download" align="end" items={items} />
}

/** Without a choice of the viewer's, that of the system. */
function shownTheme(): 'light' | 'dark' {
  const { theme } = document.documentElement.dataset
  const isDark = theme === 'dark' || (theme === undefined && window.matchMedia('(prefers-color-scheme: dark)').matches)
  return isDark ? 'dark' : 'light'
}

/** The answer names the file. */
function download(url: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = ''
  link.click()
}
