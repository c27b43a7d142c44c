'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import type { PolicySummary } from '@/lib/api/details'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { countWords } from '../ui/format'
import { Progress } from '../ui/notice'
import { deletionDocument } from './draft-text'
import styles from './load-policy.module.css'
import { objectOfVersion } from './object-of-version'
import { policyListOptions, policyTextOptions } from './review-queries'

/** Rows drawn; typing narrows the rest down. */
const MAX_ROWS = 200

/** The policies of the cluster, to put one into the draft: as it is, to edit it, or as its deletion. */
export function LoadPolicy({ onDocument, onClose }: { onDocument: (yaml: string) => void; onClose: () => void }) {
  const { data, error } = useQuery(policyListOptions())
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const [failure, setFailure] = useState<string | null>(null)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // After the dialog, which takes the focus when it opens.
    const wait = setTimeout(() => input.current?.focus())
    return () => clearTimeout(wait)
  }, [])
  const wanted = text.trim().toLowerCase()
  const found = (data?.policies ?? []).filter(({ ref }) => ref.toLowerCase().includes(wanted))
  const edit = async (policy: PolicySummary) => {
    try {
      const document = await queries.fetchQuery(policyTextOptions(policy.ref))
      onDocument(objectOfVersion(document, policy.policyApiVersion).yaml)
      onClose()
    } catch (problem) {
      setFailure(problem instanceof Error ? problem.message : 'The policy could not be read.')
    }
  }
  return (
    <Dialog title="Policies of the cluster" onClose={onClose}>
      <div className={styles.body}>
        <label htmlFor={id} className={styles.label}>
          Name, namespace or kind
        </label>
        <input
          id={id}
          className={styles.input}
          value={text}
          ref={input}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        {(failure ?? error?.message) && <p role="alert">{failure ?? error?.message}</p>}
        {data === undefined && error === null && <Progress label="Reading the policies…" done={null} total={null} />}
        {data !== undefined && (
          <p className={styles.count} role="status">
            {found.length > MAX_ROWS ? `the first ${MAX_ROWS} of ` : ''}
            {countWords(found.length, 'policy', 'policies')}
          </p>
        )}
        <ul className={styles.list} aria-label="Policies">
          {found.slice(0, MAX_ROWS).map((policy) => (
            <li key={`${policy.policyApiVersion} ${policy.ref}`} className={styles.policy}>
              <span className={styles.name}>
                <bdi>{policy.ref}</bdi>
                <span className={styles.muted}> {countWords(policy.subjectCount, 'pod')}</span>
              </span>
              <Button aria-label={`Edit ${policy.ref}`} onClick={() => void edit(policy)}>
                Edit
              </Button>
              <Button
                aria-label={`Delete ${policy.ref} in the draft`}
                onClick={() => {
                  onDocument(deletionDocument(policy))
                  onClose()
                }}
              >
                Delete
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}
