'use client'

import { useState } from 'react'
import { IconButton } from './button'
import styles from './command.module.css'

/** A command to copy into a terminal, with a word about what it does. */
export function Command({ text, about }: { text: string; about: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <figure className={styles.command}>
      <figcaption className={styles.about}>{about}</figcaption>
      <div className={styles.line}>
        <code className={styles.text}>{text}</code>
        <IconButton
          icon={copied ? 'check' : 'copy'}
          label={copied ? 'Copied' : 'Copy the command'}
          onClick={() => {
            void navigator.clipboard?.writeText(text).then(() => setCopied(true))
          }}
        />
      </div>
    </figure>
  )
}
