import { resolve } from 'node:path'
import { LINE_FORMAT_IDS, type LineFormatId } from '@/lib/api/line-format-ids'
import type { Result } from '@/lib/model/problem'
import type { FlowSourceChoice } from '../config'
import { type AskedUrl, parseAskedUrl } from './parse-asked-url'
import { parseListen } from './parse-listen'

type Parse = (rest: string, base: string) => Result<FlowSourceChoice, string>

/** Every way of writing a source, by what stands before the colon. */
const SOURCES: ReadonlyMap<string, { readonly value: string; readonly parse: Parse }> = new Map<string, { value: string; parse: Parse }>([
  ['file', { value: 'file:PATH', parse: (rest, base) => withFormat(rest, (path, format) => atPath('file', path, base, format)) }],
  ['dir', { value: 'dir:PATH', parse: (rest, base) => withFormat(rest, (path, format) => atPath('dir', path, base, format)) }],
  [
    'forward',
    {
      value: 'forward:HOST:PORT',
      parse: (rest) =>
        withFormat(rest, (text, format) => onAddress(text, 'forward:127.0.0.1:24224', (at) => ({ kind: 'forward', ...at, format }))),
    },
  ],
  [
    'hubble',
    {
      value: 'hubble:HOST:PORT',
      parse: hubbleChoice,
    },
  ],
  [
    'goldmane',
    {
      value: 'goldmane:HOST:PORT',
      parse: (rest) => onAddress(rest, 'goldmane:goldmane.calico-system.svc:7443', (at) => ({ kind: 'goldmane', ...at })),
    },
  ],
  [
    'prometheus',
    {
      value: 'prometheus:URL',
      parse: (rest) => atUrl(rest, ({ url, tenant, labels }) => choice({ kind: 'prometheus', url, tenant, labels })),
    },
  ],
  [
    'netobserv-loki',
    {
      value: 'netobserv-loki:URL',
      parse: (rest) => atUrl(rest, ({ url, tenant, labels }) => choice({ kind: 'netobserv-loki', url, tenant, labels })),
    },
  ],
])

export const FLOW_SOURCE_VALUES: readonly string[] = [...[...SOURCES.values()].map(({ value }) => value), 'ingest']

/** Reads the values of `--flows`; the same source twice is one. `base` is the folder that relative paths start from. */
export function parseFlows(texts: readonly string[], base: string): Result<readonly FlowSourceChoice[], string> {
  const choices = new Map<string, FlowSourceChoice>()
  for (const text of texts) {
    const choice = parseSource(text, base)
    if (!choice.ok) return choice
    choices.set(JSON.stringify(choice.value), choice.value)
  }
  return { ok: true, value: [...choices.values()] }
}

function parseSource(text: string, base: string): Result<FlowSourceChoice, string> {
  if (text === 'ingest') return { ok: true, value: { kind: 'ingest' } }
  const colon = text.indexOf(':')
  const kind = text.slice(0, Math.max(0, colon))
  const source = SOURCES.get(kind)
  if (source === undefined) return { ok: false, error: `"${text}" is not known; allowed: ${FLOW_SOURCE_VALUES.join(', ')}` }
  return source.parse(text.slice(colon + 1), base)
}

/** A name after the last `#` says which kind of line it is. */
function withFormat(
  text: string,
  make: (rest: string, format: LineFormatId | null) => Result<FlowSourceChoice, string>,
): Result<FlowSourceChoice, string> {
  const hash = text.lastIndexOf('#')
  if (hash === -1) return make(text, null)
  const name = text.slice(hash + 1)
  const format = LINE_FORMAT_IDS.find((id) => id === name)
  if (format === undefined) return { ok: false, error: `"#${name}" is no kind of line; allowed: ${LINE_FORMAT_IDS.join(', ')}` }
  return make(text.slice(0, hash), format)
}

/** `HOST:PORT?namespace=NS,NS`: the namespaces are asked for at the server. */
function hubbleChoice(text: string): Result<FlowSourceChoice, string> {
  const mark = text.indexOf('?')
  const query = new URLSearchParams(mark === -1 ? '' : text.slice(mark + 1))
  const other = [...query.keys()].find((key) => key !== 'namespace')
  if (other !== undefined) return { ok: false, error: `"${other}" is not known behind the address; allowed: namespace` }
  const namespaces = query.getAll('namespace').flatMap((names) => names.split(','))
  const wrong = namespaces.find((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
  if (wrong !== undefined) return { ok: false, error: `"${wrong}" is not the name of a namespace` }
  const address = mark === -1 ? text : text.slice(0, mark)
  return onAddress(address, 'hubble:hubble-relay.kube-system.svc:80', (at) => ({ kind: 'hubble', ...at, namespaces }))
}

function atPath(kind: 'file' | 'dir', path: string, base: string, format: LineFormatId | null): Result<FlowSourceChoice, string> {
  if (path === '') return { ok: false, error: `"${kind}:" wants a path, for example ${kind}:./flows${kind === 'file' ? '.jsonl' : ''}` }
  return { ok: true, value: { kind, path: resolve(base, path), format } }
}

function onAddress(
  text: string,
  example: string,
  make: (address: { readonly host: string; readonly port: number }) => FlowSourceChoice,
): Result<FlowSourceChoice, string> {
  const address = parseListen(text)
  if (!address.ok || address.value.port === 0) return { ok: false, error: `"${text}" is not HOST:PORT, for example ${example}` }
  return { ok: true, value: make(address.value) }
}

function atUrl(text: string, make: (asked: AskedUrl) => Result<FlowSourceChoice, string>): Result<FlowSourceChoice, string> {
  const asked = parseAskedUrl(text)
  return asked.ok ? make(asked.value) : asked
}

function choice(value: FlowSourceChoice): Result<FlowSourceChoice, string> {
  return { ok: true, value }
}
