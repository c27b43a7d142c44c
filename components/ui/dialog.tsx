'use client'

import { type ReactNode, useEffect, useId, useRef } from 'react'
import { IconButton } from './button'
import { classNames } from './class-names'
import styles from './dialog.module.css'

/** A modal dialog on the native element: focus stays inside, Esc and a click beside it close it. Mounted only while open. */
export function Dialog({
  title,
  onClose,
  bare = false,
  children,
}: {
  title: string
  onClose: () => void
  /** Leaves out the visible title line; the title stays as the dialog's name. */
  bare?: boolean
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const element = dialog.current
    if (element === null || element.open) return
    element.showModal()
    return () => element.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={bare ? undefined : id}
      aria-label={bare ? title : undefined}
      className={classNames(styles.dialog, bare && styles.bare)}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div className={styles.content}>
        {!bare && (
          <header className={styles.header}>
            <h2 id={id}>{title}</h2>
            <IconButton icon="close" label="Close" onClick={onClose} />
          </header>
        )}
        {children}
      </div>
    </dialog>
  )
}
