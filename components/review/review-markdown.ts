import type { DiffDocument, ReplayedDocument } from '@/lib/api/diff-document'
import { diffMarkdown } from '@/lib/api/report/diff-md'
import type { Evidence } from '@/lib/review/evidence'
import type { ReplayedConnection } from '@/lib/review/flow-replay'

/** The result as Markdown for a pull request: the same as `sluice diff -o md` writes. */
export function reviewMarkdown({ basis, level, changes, unknown, flows, evidence }: DiffDocument): string {
  const replay = { ...flows, newlyDenied: flows.newlyDenied.map(replayed), newlyAllowed: flows.newlyAllowed.map(replayed) }
  return [...diffMarkdown({ basis, diff: { level, changes, unknown }, replay, evidence: withTimes(evidence) })].join('')
}

function replayed({ firstSeen, lastSeen, ...rest }: ReplayedDocument): ReplayedConnection {
  return { ...rest, firstSeen: Date.parse(firstSeen), lastSeen: Date.parse(lastSeen) }
}

function withTimes({ from, to, firstFlow, lastFlow, ...rest }: DiffDocument['evidence']): Evidence {
  const read = (time: string | null) => (time === null ? null : Date.parse(time))
  return { ...rest, from: read(from), to: read(to), firstFlow: read(firstFlow), lastFlow: read(lastFlow) }
}
