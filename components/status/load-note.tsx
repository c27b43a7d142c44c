import type { StatusDocument } from '@/lib/api/documents'
import { countWords } from '../ui/format'
import { Notice } from '../ui/notice'

type Load = StatusDocument['load']

/** Says what is left out now, or was since the start, because more came than the server could take; nothing when it never was. */
export function LoadNote({ load }: { load: Load }) {
  const { leavesOut, sheddingSeconds, usedPercent, limitPercent } = load
  if (leavesOut === 'nothing' && sheddingSeconds === 0) return null
  return (
    <Notice
      tone="warning"
      title={
        leavesOut === 'nothing'
          ? 'Some flows were sampled out for a while.'
          : `More flows come than can be taken: ${WORDS[leavesOut](load)}.`
      }
    >
      <p>
        Flows use {usedPercent} % of a core; from {limitPercent} % on some are sampled out, which was so for{' '}
        {countWords(sheddingSeconds, 'second')} since the start. Read fewer namespaces, or give each cluster a server of its own.
      </p>
    </Notice>
  )
}

const WORDS: Readonly<Record<Exclude<Load['leavesOut'], 'nothing'>, (load: Load) => string>> = {
  rows: ({ keepsOneIn }) => `the table keeps one in ${keepsOneIn} of what was let through; sums are exact`,
  'all-rows': () => 'the table keeps refusals only; sums are exact',
  connections: ({ keepsOneIn }) => `one in ${keepsOneIn} connections that were let through is taken and counts for the others`,
  refusals: ({ keepsOneIn }) =>
    `one in ${keepsOneIn} refusals is taken and counts for the others, and the same or less of what was let through`,
}
