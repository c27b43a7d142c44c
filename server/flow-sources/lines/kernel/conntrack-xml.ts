import { countOf } from '../../json-fields'
import { portOf, protocolOf } from '../observed-line'
import type { ConnectionEvent } from './connection-line'

const EVENTS: ReadonlyMap<string, ConnectionEvent['event']> = new Map([
  ['new', 'new'],
  ['update', 'update'],
  ['destroy', 'destroy'],
])

/** True for a line of `conntrack -o xml` that holds one connection; its first and last lines hold none. */
export function isConntrackXml(text: string): boolean {
  return text.startsWith('<flow ') || text.startsWith('<flow>')
}

/**
 * Reads one `<flow>` element. Not a reader of XML: conntrack writes one flow a line, without attributes in other orders,
 * entities or comments, and each value that is read stands between a tag of one fixed spelling and its end.
 *
 * @returns a sentence when the line is no such element.
 */
export function readConntrackXml(text: string): ConnectionEvent | string {
  const original = section(text, '<meta direction="original">', '</meta>')
  const reply = section(text, '<meta direction="reply">', '</meta>')
  const rest = section(text, '<meta direction="independent">', '</meta>')
  if (original === null || reply === null) return 'the two directions are missing'
  const event = EVENTS.get(section(text.slice(0, 64), 'type="', '"') ?? 'update')
  if (event === undefined) return 'type: neither new, update nor destroy'
  const started = countOf(section(rest ?? '', '<start>', '</start>'))
  const stopped = countOf(section(rest ?? '', '<stop>', '</stop>'))
  return {
    event,
    id: numberIn(rest ?? '', 'id'),
    source: section(original, '<src>', '</src>'),
    destination: section(original, '<dst>', '</dst>'),
    replySource: section(reply, '<src>', '</src>'),
    protocol: protocolOf(section(original, '<layer4 protonum="', '"')),
    sourcePort: portOf(numberIn(original, 'sport')),
    port: portOf(numberIn(original, 'dport')),
    replyPort: portOf(numberIn(reply, 'sport')),
    packets: numberIn(original, 'packets'),
    bytes: numberIn(original, 'bytes'),
    replyPackets: numberIn(reply, 'packets'),
    replyBytes: numberIn(reply, 'bytes'),
    isAnswered: !text.includes('<unreplied/>'),
    time: nanoseconds(event === 'new' ? started : stopped),
    began: nanoseconds(started),
  }
}

function nanoseconds(value: number | null): number | null {
  return value === null ? null : Math.floor(value / 1_000_000)
}

function numberIn(text: string, tag: string): number | null {
  return countOf(section(text, `<${tag}>`, `</${tag}>`))
}

/** What stands between the first `open` and the `close` after it. */
function section(text: string, open: string, close: string): string | null {
  const start = text.indexOf(open)
  if (start === -1) return null
  const end = text.indexOf(close, start + open.length)
  return end === -1 ? null : text.slice(start + open.length, end)
}
