'use client'

import type { ReactNode, Ref } from 'react'
import { classNames } from './class-names'
import styles from './yaml-lines.module.css'

/** What a piece of YAML stands for: it decides, almost decides, is wrong, or belongs to what the pointer or the focus is on. */
export type LineTone = 'allow' | 'deny' | 'pass' | 'near' | 'problem' | 'active'

/** Lines counted from 1, both included. */
export type LineMark = { readonly firstLine: number; readonly lastLine: number; readonly tone: LineTone }

export type YamlLine = { readonly line: number; readonly text: string }

export function linesOf(yaml: string): readonly YamlLine[] {
  return yaml
    .replace(/\n$/, '')
    .split('\n')
    .map((text, index) => ({ line: index + 1, text }))
}

/**
 * YAML with its line numbers and marked pieces; of two marks on a line the later one shows. Lines may be left out: a dashed
 * line stands between neighbours that are none. `noteOf` puts something at the end of a line, `onPoint` tells the line under
 * the pointer, null when it leaves.
 */
export function YamlLines({
  label,
  lines,
  marks,
  className,
  boxRef,
  noteOf,
  onPoint,
}: {
  label: string
  lines: readonly YamlLine[]
  marks: readonly LineMark[]
  className?: string | undefined
  /** What scrolls; its lines carry `data-line`. */
  boxRef?: Ref<HTMLElement>
  noteOf?: (line: number) => ReactNode
  onPoint?: (line: number | null) => void
}) {
  const toneOf = (line: number): LineTone | null => marks.findLast((one) => line >= one.firstLine && line <= one.lastLine)?.tone ?? null
  return (
    <section
      ref={boxRef}
      className={classNames(styles.box, className)}
      tabIndex={0}
      aria-label={label}
      onMouseLeave={() => onPoint?.(null)}
    >
      <ol className={styles.lines}>
        {lines.map(({ line, text }, index) => {
          const tone = toneOf(line)
          const isCut = index > 0 && lines[index - 1]?.line !== line - 1
          return (
            <li
              key={line}
              data-line={line}
              className={classNames(styles.line, tone !== null && styles[tone], isCut && styles.cut)}
              onMouseEnter={onPoint && (() => onPoint(line))}
            >
              <span className={styles.number} aria-hidden="true">
                {line}
              </span>
              <code>{tone === null ? text : <mark>{text}</mark>}</code>
              {noteOf?.(line)}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
