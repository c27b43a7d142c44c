import type { DiffDocument } from '@/lib/api/diff-document'
import { isOutsideName, joinOutside } from '@/lib/api/report/join-outside'
import type { ConnectivityChange, UnknownChange } from '@/lib/policy/diff/connectivity-change'
import type { ConnectionSet } from '@/lib/policy/types'
import { type ChangeClass, classOfChange } from '@/lib/review/count-changes'
import { decisionWords } from '@/lib/review/reason-words'
import { unknownWords } from '@/lib/review/unknown-words'

/** Lines of the list of connections: groups, in them what decides, and under that the pairs that it decides about. */
export type ReviewRow =
  | {
      readonly kind: 'group'
      readonly id: string
      readonly title: string
      readonly hint: string
      readonly total: number
      readonly listed: number
    }
  | ({ readonly kind: 'decision'; readonly id: string } & Decision)
  | {
      readonly kind: 'pair'
      readonly id: string
      /** Whether anything is allowed without the draft. */
      readonly isOpenNow: boolean
      readonly sign: PairSign
      readonly src: string
      readonly dst: string
      readonly conns: ConnectionSet | null
    }

export type PairSign = 'closes' | 'opens' | 'altered' | 'unknown' | 'same'

/** What is decided about some pairs, before and after, and by what. */
export type Decision = {
  readonly before: ConnectionSet
  readonly after: ConnectionSet
  /** In words. */
  readonly now: string
  readonly draft: string
  readonly pairs: number
}

const GROUPS: readonly { readonly name: ChangeClass; readonly title: string; readonly hint: string }[] = [
  { name: 'closed', title: 'Closed', hint: 'allowed now, nothing allowed with the draft' },
  { name: 'altered', title: 'Other ports', hint: 'some ports open or close' },
  { name: 'opened', title: 'Opened', hint: 'nothing allowed now' },
]

const WORKLOADS = {
  name: 'byWorkloads',
  title: 'Only because workloads come or go',
  hint: 'no policy made this difference',
} as const

/** What breaks first, then what opens, then what nobody can tell; pairs without a change last. */
export function reviewRows({ changes, totals, unknown, unchanged }: DiffDocument): readonly ReviewRow[] {
  const classes = new Map<ChangeClass, ConnectivityChange[]>()
  for (const change of changes) add(classes, classOfChange(change), change)
  const group = ({ name, title, hint }: { name: ChangeClass; title: string; hint: string }): ReviewRow[] => {
    const found = classes.get(name) ?? []
    if (found.length === 0) return []
    const rows = byDecision(name, found.map(decided))
    const listed = rows.filter(({ kind }) => kind === 'pair').length
    return [{ kind: 'group', id: name, title, hint, total: found.length < totals[name] ? totals[name] : listed, listed }, ...rows]
  }
  const rows: ReviewRow[] = [...GROUPS.flatMap(group)]
  if (unknown.length > 0) {
    const hint = 'the policies alone do not decide'
    rows.push({ kind: 'group', id: 'unknown', title: 'Cannot tell', hint, total: totals.unknown, listed: unknown.length })
    rows.push(...byDecision('unknown', unknown.map(undecided)))
  }
  rows.push(...group(WORKLOADS))
  if (unchanged !== null && unchanged.connections.length > 0) {
    const hint = 'allowed now and with the draft'
    rows.push({ kind: 'group', id: 'same', title: 'Unchanged', hint, total: unchanged.total, listed: unchanged.connections.length })
    rows.push(
      ...unchanged.connections.map(
        (row): ReviewRow => ({ kind: 'pair', id: `same ${pairId(row)}`, isOpenNow: true, sign: 'same', ...row }),
      ),
    )
  }
  return rows
}

type Decided = Omit<Decision, 'pairs'> & { readonly src: string; readonly dst: string; readonly sign: PairSign }

function decided({ type, src, dst, before, after, because, workloadChange }: ConnectivityChange): Decided {
  const isNew = workloadChange?.src === 'appears' || workloadChange?.dst === 'appears'
  const isGone = workloadChange?.src === 'disappears' || workloadChange?.dst === 'disappears'
  return {
    src,
    dst,
    before,
    after,
    sign: SIGNS[type],
    now: isNew ? 'not there yet' : decisionWords(because, 'before', before),
    draft: isGone ? 'not there any more' : decisionWords(because, 'after', after),
  }
}

const SIGNS = { added: 'opens', removed: 'closes', changed: 'altered' } as const

function undecided({ src, dst, before, after, reason }: UnknownChange): Decided {
  const words = unknownWords(reason, 'both')
  const of = (unknown: ConnectionSet) => (unknown === 'none' ? 'decided' : `unknown: ${words}`)
  return { src, dst, before, after, sign: 'unknown', now: of(before), draft: of(after) }
}

/** Pairs about which the same is decided for the same reasons stand together, most pairs first. */
function byDecision(name: string, pairs: readonly Decided[]): ReviewRow[] {
  const groups = new Map<string, Decided[]>()
  for (const pair of pairs) add(groups, JSON.stringify([pair.sign, pair.before, pair.after, pair.now, pair.draft]), pair)
  const joined = [...groups].map(([key, alike]) => [key, [...joinOutside([...alike].sort(byInside), () => true)]] as const)
  return joined
    .sort(([, a], [, b]) => b.length - a.length)
    .flatMap(([key, alike]): ReviewRow[] => {
      const [first] = alike
      if (first === undefined) return []
      const { before, after, now, draft } = first
      return [
        { kind: 'decision', id: `${name} ${key}`, before, after, now, draft, pairs: alike.length },
        ...alike.map(
          ({ src, dst, sign }): ReviewRow => ({
            kind: 'pair',
            id: `${name} ${pairId({ src, dst })}`,
            isOpenNow: before !== 'none',
            sign,
            src,
            dst,
            conns: null,
          }),
        ),
      ]
    })
}

/** By the end inside the cluster, so that the two ranges of everything outside come together. */
function byInside(a: Decided, b: Decided): number {
  const key = ({ src, dst }: Decided) =>
    isOutsideName(src) ? `${dst}\n1\n${src}` : isOutsideName(dst) ? `${src}\n2\n${dst}` : `${src}\n0\n${dst}`
  return key(a) < key(b) ? -1 : 1
}

function add<Key, Value>(table: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = table.get(key)
  if (known === undefined) table.set(key, [value])
  else known.push(value)
}

/** No name holds a line break. */
function pairId({ src, dst }: { readonly src: string; readonly dst: string }): string {
  return `${src}\n${dst}`
}
