import type { WindowRefusal } from '@/lib/flows/flow-window'
import type { RepeatReason } from '@/lib/flows/tracked-connection'

/** What a reason of the ledger means, and what somebody may do about it. */
export type ReasonWords = {
  readonly words: string
  /** null where nothing is wrong. */
  readonly remedy: string | null
}

/** A reason for which records were dropped: each of them is traffic that no page shows. */
export function dropWords(reason: string): ReasonWords {
  const unreadable = after(reason, 'unreadable: ')
  if (unreadable !== null) {
    return {
      words: `Could not be read: ${unreadable}`,
      remedy:
        'See what the writer of these lines puts there; a format named behind the source (#FORMAT, ?format=) is read without guessing.',
    }
  }
  return DROPS.get(reason) ?? { words: reason, remedy: 'Report it: this version has no words for it.' }
}

/** A reason for which records count for nothing, by design. */
export function ignoreWords(reason: string): ReasonWords {
  const better = after(reason, 'evidence/')
  if (better !== null)
    return { words: `Seen by a source that counts better too (${better}): added as evidence, not counted twice`, remedy: null }
  if (reason.startsWith('repeat/'))
    return { words: `Counted already: ${REPEATS.get(reason) ?? reason.slice('repeat/'.length).replaceAll('-', ' ')}`, remedy: null }
  return IGNORED.get(reason) ?? { words: reason.replaceAll('-', ' '), remedy: null }
}

/** What a source says that it lost before anything of it came here: Hubble is the one that says so, itself or in its lines. */
export const LOST_AT_SOURCE: ReasonWords = {
  words: "Lost at the source: overwritten in Hubble's memory or queue, or during a break of the connection, before it was read",
  remedy: 'Raise hubble.eventBufferCapacity and hubble.eventQueueSize of Cilium, or read fewer namespaces (hubble:HOST:PORT?namespace=NS).',
}

const REFUSED_BY_WINDOW: Readonly<Record<WindowRefusal, ReasonWords>> = {
  'window/edges-full': {
    words: 'No room for further edges in memory',
    remedy: 'Read fewer namespaces, or leave out sources that name many outside addresses.',
  },
  'window/cells-full': { words: 'No room for further sums in memory', remedy: 'Read fewer namespaces, or leave out a source.' },
  'window/too-late': {
    words: 'Of a time that memory gave up to make room for newer flows',
    remedy: 'Read fewer namespaces, or leave out a source.',
  },
}

const DROPS: ReadonlyMap<string, ReasonWords> = new Map([
  ...Object.entries(REFUSED_BY_WINDOW),
  [
    'store/queue-full',
    { words: 'Refused flows that found no room in the queue of the store', remedy: 'See the store below: it takes less than what comes.' },
  ],
  ['store/refused', { words: 'Refused by the store', remedy: 'See the store below for what it says.' }],
  ['too-many-edges', { words: 'Further edges of a recording than can be kept', remedy: 'Record a shorter time, or fewer namespaces.' }],
  ['other', { words: 'Further reasons, counted together', remedy: 'Mend those above first.' }],
])

const REPEATS_OF_A_CONNECTION: Readonly<Record<RepeatReason, string>> = {
  'repeat/same-event': 'the same record, sent again',
  'repeat/drop-twin': 'the drop event beside a refusal',
  'repeat/other-side': 'the other end of a connection',
  'repeat/reply': 'an answer',
  'repeat/retransmission': 'a packet that was sent again',
  'repeat/observation-point': 'the same packet at another point on its way',
  'repeat/later-packet': 'a later packet of a connection',
  'repeat/l7-response': 'the answer to a request',
  'repeat/socket-event': 'a socket of a connection',
}

const REPEATS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(REPEATS_OF_A_CONNECTION),
  ['repeat/earlier-run', 'told again after a restart, or by the collector before this one'],
  ['repeat/same-chunk', 'a chunk of the shipper that was sent again'],
  ['repeat/same-lookup', 'the same name, looked up again'],
])

const IGNORED: ReadonlyMap<string, ReasonWords> = new Map([
  [
    'not-a-flow',
    {
      words: 'Lines that tell of no traffic, such as what a program says of itself',
      remedy: 'Where they should be flows: name their format behind the source.',
    },
  ],
  ['not-json', { words: 'Text where the format that was named is JSON', remedy: 'Name the format that it is, or none.' }],
  ['not-ip', { words: 'Traffic that is not IP, such as ARP', remedy: null }],
  ['no-decision', { words: 'Ends of connections, which decide nothing', remedy: null }],
  ['no-endpoints', { words: 'Records that name neither end', remedy: null }],
  ['node-status', { words: 'News of machines that connected or left', remedy: null }],
  ['agent-event', { words: 'News of the agent itself', remedy: null }],
  ['debug-event', { words: 'Debugging events and captures', remedy: null }],
  ['empty-line', { words: 'Empty lines', remedy: null }],
  ['partial-line', { words: 'Pieces of lines that were cut; the whole counts as its last piece', remedy: null }],
  ['history-begins', { words: 'Marks of where the history begins', remedy: null }],
  ['lost-events', { words: 'Reports of lost events; what they say is counted as lost at the source', remedy: null }],
  ['connection-opened', { words: 'Connections that were opened; they count when they close', remedy: null }],
  ['group-mark', { words: 'Marks of where a group of lines begins', remedy: null }],
  ['trace-span', { words: 'Spans of traces, which are not read', remedy: 'Send logs or metrics, or leave traces out of the exporter.' }],
  ['metric/not-read', { words: 'Metrics that tell of no traffic between two ends', remedy: null }],
  ['metric/first-of-series', { words: 'First values of counters: what they grew before is not known', remedy: null }],
  ['metric/no-growth', { words: 'Counters that did not grow', remedy: null }],
])

function after(text: string, start: string): string | null {
  return text.startsWith(start) ? text.slice(start.length) : null
}
