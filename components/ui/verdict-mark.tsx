import { classNames } from './class-names'
import styles from './verdict-mark.module.css'

/** What was observed, what the policies compute, and what was never seen: one word, colour and second sign each. */
export type Mark = 'forwarded' | 'dropped' | 'error' | 'audit' | 'unknown' | 'would-deny' | 'would-allow' | 'unused'

const MARKS: Readonly<Record<Mark, { readonly word: string; readonly sign: string; readonly line: 'solid' | 'dashed' | 'dotted' }>> = {
  forwarded: { word: 'forwarded', sign: '', line: 'solid' },
  dropped: { word: 'dropped', sign: '✕', line: 'solid' },
  error: { word: 'error', sign: '!', line: 'dotted' },
  audit: { word: 'audit', sign: '✕', line: 'dashed' },
  unknown: { word: 'unknown', sign: '?', line: 'solid' },
  'would-deny': { word: 'would deny', sign: '✕', line: 'dashed' },
  'would-allow': { word: 'would allow', sign: '+', line: 'dashed' },
  unused: { word: 'unused', sign: '', line: 'dotted' },
}

/** A verdict as word, colour and second sign: a short piece of the line that the map draws, with the sign in its middle. */
export function VerdictMark({ mark, wordless = false }: { mark: Mark; wordless?: boolean }) {
  const { word, sign, line } = MARKS[mark]
  const dash = line === 'solid' ? undefined : line === 'dashed' ? '4 2.5' : '1 2.5'
  return (
    <span className={classNames(styles.mark, styles[mark])}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: it has a title whenever it stands alone */}
      <svg
        className={styles.line}
        width="20"
        height="12"
        viewBox="0 0 20 12"
        role={wordless ? 'img' : undefined}
        aria-hidden={wordless ? undefined : true}
      >
        {wordless && <title>{word}</title>}
        <line
          x1="1"
          y1="6"
          x2="19"
          y2="6"
          stroke="currentColor"
          strokeWidth={mark === 'unused' ? 1 : 2}
          strokeDasharray={dash}
          strokeLinecap="round"
        />
        {sign === '✕' && <path d="M7 3l6 6M13 3l-6 6" className={styles.sign} />}
        {sign === '+' && <path d="M10 2v8M6 6h8" className={styles.sign} />}
        {(sign === '!' || sign === '?') && (
          <>
            <circle cx="10" cy="6" r="5" className={styles.disc} />
            <text x="10" y="9.2" textAnchor="middle" className={styles.letter}>
              {sign}
            </text>
          </>
        )}
      </svg>
      {!wordless && <span>{word}</span>}
    </span>
  )
}
