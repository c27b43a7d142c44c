'use client'

import { useState } from 'react'
import type { DiffDocument } from '@/lib/api/diff-document'
import { MenuButton } from '../ui/menu'
import { VisuallyHidden } from '../ui/visually-hidden'
import { reviewMarkdown } from './review-markdown'

/** The result for a pull request, as Markdown. */
export function ExportMenu({ result }: { result: DiffDocument }) {
  const [told, setTold] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(reviewMarkdown(result))
      setTold('Copied as Markdown.')
    } catch {
      setTold('The browser did not allow to copy. Download the file instead.')
    }
  }
  return (
    <>
      <MenuButton
        label="Export the result"
        text="Export"
        icon="download"
        align="end"
        items={[
          { kind: 'action', label: 'Copy as Markdown', icon: 'copy', run: () => void copy() },
          { kind: 'action', label: 'Download Markdown', icon: 'download', run: () => download(reviewMarkdown(result)) },
        ]}
      />
      <VisuallyHidden>
        <span role="status">{told}</span>
      </VisuallyHidden>
    </>
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
