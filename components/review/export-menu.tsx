'use client'

import type { DiffDocument } from '@/lib/api/diff-document'
import { MenuButton } from '../ui/menu'
import { reviewMarkdown } from './review-markdown'

/** The result for a pull request, as Markdown. */
export function ExportMenu({ result, onCopy }: { result: DiffDocument; onCopy: (markdown: string) => void }) {
  return (
    <MenuButton
      label="Export the result"
      text="Export"
      icon="download"
      align="end"
      items={[
        { kind: 'action', label: 'Copy as Markdown', icon: 'copy', run: () => onCopy(reviewMarkdown(result)) },
        { kind: 'action', label: 'Download Markdown', icon: 'download', run: () => download(reviewMarkdown(result)) },
      ]}
    />
  )
}

function download(markdown: string): void {
  const url = URL.createObjectURL(new Blob([markdown], { type: 'text/markdown' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'review.md'
  link.click()
  URL.revokeObjectURL(url)
}
