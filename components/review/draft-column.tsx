'use client'

import { useQueryClient } from '@tanstack/react-query'
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react'
import type { DiffDocument, DraftProblem } from '@/lib/api/diff-document'
import { Button } from '../ui/button'
import { classNames } from '../ui/class-names'
import { MenuButton } from '../ui/menu'
import { Notice } from '../ui/notice'
import { useCopy } from '../ui/use-copy'
import styles from './draft-column.module.css'
import { DraftEditor, type EditorHandle } from './draft-editor'
import { DraftNotes } from './draft-notes'
import { appendDocument } from './draft-text'
import { LoadPolicy } from './load-policy'
import { objectOfVersion } from './object-of-version'
import { readFiles } from './read-files'
import { policyTextOptions } from './review-queries'
import type { Draft } from './use-draft'

/** The draft: its editor, the ways to fill it, and what stands in it. */
export function DraftColumn({ draft, problems, result }: { draft: Draft; problems: readonly DraftProblem[]; result: DiffDocument | null }) {
  const { text, setText } = draft
  const editor = useRef<EditorHandle>(null)
  const files = useRef<HTMLInputElement>(null)
  const [isLoading, setLoading] = useState(false)
  const [isOver, setOver] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const { outcome, copy } = useCopy(text)
  const add = useCallback((yaml: string) => setText((before) => appendDocument(before, yaml)), [setText])
  useAskedPolicy(draft, add, setFailure)

  const read = async (chosen: readonly File[]) => {
    setFailure(null)
    const { texts, refusals } = await readFiles(chosen)
    for (const text of texts) add(text)
    if (refusals.length > 0) setFailure(refusals.join(' '))
  }
  const discard = () => {
    setFailure(null)
    setText('')
  }
  const onDrop = (event: DragEvent) => {
    setOver(false)
    if (event.dataTransfer.files.length === 0) return
    event.preventDefault()
    void read([...event.dataTransfer.files])
  }

  return (
    <section
      className={classNames(styles.column, isOver && styles.over)}
      aria-label="Draft"
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDropCapture={onDrop}
    >
      <div className={styles.head}>
        <h2>Draft</h2>
        <span className={styles.tools}>
          <Button
            icon="shield"
            onClick={() => {
              setFailure(null)
              setLoading(true)
            }}
          >
            Load policy
          </Button>
          <Button icon="upload" onClick={() => files.current?.click()}>
            File
          </Button>
          <input
            ref={files}
            type="file"
            accept=".yaml,.yml,.json"
            multiple
            hidden
            aria-label="Files with YAML"
            onChange={(event) => {
              void read([...(event.target.files ?? [])])
              // The same file can be chosen again. The browser empties its list, of which `read` has a copy.
              event.target.value = ''
            }}
          />
          <MenuButton
            label="More for the draft"
            icon="more"
            align="end"
            look="quiet"
            items={[
              { kind: 'action', label: 'Copy the draft', icon: 'copy', run: () => void copy(text) },
              { kind: 'action', label: 'Discard the draft', icon: 'trash', run: discard },
            ]}
          />
        </span>
      </div>
      {failure !== null && <Notice tone="warning" title={failure} polite />}
      {outcome === 'copied' && <Notice title="The draft is copied." polite />}
      {outcome === 'refused' && (
        <Notice tone="warning" title="The browser did not allow to copy." polite>
          <p>Select the text in the editor and copy it with the keyboard.</p>
        </Notice>
      )}
      {draft.isLost && <Notice tone="warning" title="This draft is not kept over a reload." polite />}
      {draft.isLoaded && <DraftEditor ref={editor} text={text} onText={setText} problems={problems} />}
      <DraftNotes problems={problems} result={result} goTo={(line) => editor.current?.goTo(line)} />
      {isLoading && <LoadPolicy onDocument={add} onClose={() => setLoading(false)} />}
    </section>
  )
}

/** `?edit=NetworkPolicy:shop/cart` puts that policy into the draft, once; `apiVersion` says which, where two share the name. */
function useAskedPolicy({ isLoaded, text }: Draft, add: (yaml: string) => void, fail: (message: string) => void): void {
  const queries = useQueryClient()
  const latest = useRef(text)
  latest.current = text
  const asked = useRef<string | null>(null)
  useEffect(() => {
    const params = new URLSearchParams(window.location.search)
    const ref = params.get('edit')
    const policyApiVersion = params.get('apiVersion')
    const key = `${policyApiVersion} ${ref}`
    if (!isLoaded || ref === null || asked.current === key) return
    asked.current = key
    void queries
      .fetchQuery(policyTextOptions(ref))
      .then(
        (document) => {
          const { yaml } = objectOfVersion(document, policyApiVersion)
          if (!latest.current.includes(yaml)) add(yaml)
        },
        (problem: unknown) => fail(problem instanceof Error ? problem.message : `${ref} could not be read.`),
      )
      .then(forgetAsked)
  }, [isLoaded, queries, add, fail])
}

/** A reload must not ask again. Only once the page stands: a changed address in the middle of a navigation makes the browser look for icons. */
function forgetAsked(): void {
  const params = new URLSearchParams(window.location.search)
  params.delete('edit')
  params.delete('apiVersion')
  const query = params.toString()
  window.history.replaceState(null, '', query === '' ? window.location.pathname : `${window.location.pathname}?${query}`)
}
