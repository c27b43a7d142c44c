'use client'

import { useState } from 'react'
import { Dialog } from '../ui/dialog'
import styles from './key-help.module.css'
import { KEYS, letterKeysOn, setLetterKeys } from './keys'

/** The keys of every page. Mounted only while open. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const [letters, setLetters] = useState(letterKeysOn)
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className={styles.keys}>
        {KEYS.map(({ keys, does }) => (
          <div key={does} className={styles.row}>
            <dt>
              {keys.map((key) => (
                <kbd key={key} className={styles.key}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className={styles.letters}>
        <input
          type="checkbox"
          checked={letters}
          onChange={(event) => {
            setLetterKeys(event.target.checked)
            setLetters(event.target.checked)
          }}
        />
        Shortcuts of a single key (/, ? and Space)
      </label>
    </Dialog>
  )
}
