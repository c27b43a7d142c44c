import { resolve } from 'node:path'
import { LINE_FORMAT_IDS, type LineFormatId } from '@/lib/api/line-format-ids'
import type { Result } from '@/lib/model/problem'
import type { FlowSourceChoice, OwnAccess } from '../config'
import { type AskedUrl, parseAskedUrl } from './parse-asked-url'
import { parseListen } from './parse-listen'
import { parseSettings, readAccess, type Setting } from './source-settings'

type Parse = (rest: string, base: string) => Result<FlowSourceChoice, string>

/** Every way of writing a source, by what stands before the colon. */
const SOURCES: ReadonlyMap<string, { readonly value: string; readonly parse: Parse }> = new Map<string, { value: string; parse: Parse }>([
  ['file', { value: 'file:PATH', parse: (rest, base) => withFormat(rest, (path, format) => atPath('file', path, base, format)) }],
  ['dir', { value: 'dir:PATH', parse: (rest, base) => withFormat(rest, (path, format) => atPath('dir', path, base, format)) }],
  [
    'forward',
    {
      value: 'forward:HOST:PORT',
      parse: (rest, base) =>
        withFormat(rest, (text, format) =>
          onAddress(text, base, FORWARD, ({ host, port, access, settings }) =>
            withZone(settings, (zone) => ({ kind: 'forward', host, port, format, ...zone, ...access })),
          ),
        ),
    },
  ],
  ['hubble', { value: 'hubble:HOST:PORT', parse: hubbleChoice }],
  [
    'goldmane',
    {
      value: 'goldmane:HOST:PORT',
      parse: (rest, base) =>
        onAddress(rest, base, GOLDMANE, ({ host, port, access }) => choice({ kind: 'goldmane', host, port, ...access })),
    },
  ],
  [
    'prometheus',
    {
      value: 'prometheus:URL',
      parse: (rest, base) => atUrl(rest, base, (asked) => ({ kind: 'prometheus', ...asked })),
    },
  ],
  [
    'netobserv-loki',
    {
      value: 'netobserv-loki:URL',
      parse: (rest, base) => atUrl(rest, base, (asked) => ({ kind: 'netobserv-loki', ...asked })),
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
  if (text === 'ingest' || text.startsWith('ingest?')) {
    return withSettings(text.slice('ingest?'.length), (zone) => ({ kind: 'ingest', ...zone }))
  }
  const colon = text.indexOf(':')
  const kind = text.slice(0, Math.max(0, colon))
  const source = SOURCES.get(kind)
  // What follows the colon may hold a password.
  const named = colon === -1 ? text : `${kind}:`
  if (source === undefined) return { ok: false, error: `"${named}" is not known; allowed: ${FLOW_SOURCE_VALUES.join(', ')}` }
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
function hubbleChoice(text: string, base: string): Result<FlowSourceChoice, string> {
  return onAddress(text, base, HUBBLE, ({ host, port, access, settings }) => {
    const named = settings.filter(({ name }) => name === 'namespace')
    const namespaces = named.flatMap(({ value }) => value.split(','))
    const wrong = namespaces.find((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    if (wrong !== undefined) return { ok: false, error: `"${wrong}" is not the name of a namespace` }
    return choice({ kind: 'hubble', host, port, namespaces, ...access })
  })
}

function atPath(kind: 'file' | 'dir', path: string, base: string, format: LineFormatId | null): Result<FlowSourceChoice, string> {
  if (path === '') return { ok: false, error: `"${kind}:" wants a path, for example ${kind}:./flows${kind === 'file' ? '.jsonl' : ''}` }
  // A path may hold any mark; only this one begins a setting.
  const mark = path.lastIndexOf('?zone=')
  const settings = mark === -1 ? '' : path.slice(mark + 1)
  return withSettings(settings, (zone) => ({ kind, path: resolve(base, mark === -1 ? path : path.slice(0, mark)), format, ...zone }))
}

type OwnZone = { readonly zone?: string }

/** Reads the settings of a source that has nothing but a zone. */
function withSettings(text: string, make: (zone: OwnZone) => FlowSourceChoice): Result<FlowSourceChoice, string> {
  const settings = parseSettings(text)
  if (!settings.ok) return settings
  const other = settings.value.find(({ name }) => name !== 'zone')
  if (other !== undefined) return { ok: false, error: `"${other.name}" is not known here; allowed: zone` }
  return withZone(settings.value, make)
}

function withZone(settings: readonly Setting[], make: (zone: OwnZone) => FlowSourceChoice): Result<FlowSourceChoice, string> {
  const [zone, second] = settings.filter(({ name }) => name === 'zone')
  if (second !== undefined) return { ok: false, error: '"zone" stands there twice' }
  if (zone === undefined) return choice(make({}))
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone.value })
  } catch {
    return { ok: false, error: `"${zone.value}" is no time zone; write it as Europe/Berlin` }
  }
  return choice(make({ zone: zone.value }))
}

/** What a kind of address looks like, and which settings may stand behind it. */
type AddressKind = { readonly example: string; readonly settings: readonly string[] }

const FORWARD: AddressKind = { example: 'forward:127.0.0.1:24224', settings: ['ca', 'cert', 'key', 'tokenFile', 'zone'] }
const HUBBLE: AddressKind = {
  example: 'hubble:hubble-relay.kube-system.svc:80',
  settings: ['namespace', 'ca', 'cert', 'key', 'serverName'],
}
const GOLDMANE: AddressKind = { example: 'goldmane:goldmane.calico-system.svc:7443', settings: ['ca', 'cert', 'key', 'serverName'] }

type Addressed = {
  readonly host: string
  readonly port: number
  /** Empty when nothing is said of the connection. */
  readonly access: { readonly access?: OwnAccess }
  readonly settings: readonly Setting[]
}

/** Reads `HOST:PORT?NAME=VALUE&NAME=VALUE`. */
function onAddress(
  text: string,
  base: string,
  { example, settings: known }: AddressKind,
  make: (addressed: Addressed) => Result<FlowSourceChoice, string>,
): Result<FlowSourceChoice, string> {
  const mark = text.indexOf('?')
  const at = parseListen(mark === -1 ? text : text.slice(0, mark))
  if (!at.ok || at.value.port === 0) {
    // A user with a password is not quoted.
    const shown = text.includes('@') ? 'an address with an @' : `"${text}"`
    return { ok: false, error: `${shown} is not HOST:PORT, for example ${example}` }
  }
  const settings = parseSettings(mark === -1 ? '' : text.slice(mark + 1))
  if (!settings.ok) return { ok: false, error: `"${text}": ${settings.error}` }
  const other = settings.value.find(({ name }) => !known.includes(name))
  if (other !== undefined) {
    return { ok: false, error: `"${text}": "${other.name}" is not known behind the address; allowed: ${known.join(', ')}` }
  }
  const access = readAccess(settings.value, base)
  if (!access.ok) return { ok: false, error: `"${text}": ${access.error}` }
  return make({ ...at.value, access: access.value === undefined ? {} : { access: access.value }, settings: settings.value })
}

function atUrl(text: string, base: string, make: (asked: AskedUrl) => FlowSourceChoice): Result<FlowSourceChoice, string> {
  const asked = parseAskedUrl(text, base)
  return asked.ok ? choice(make(asked.value)) : asked
}

function choice(value: FlowSourceChoice): Result<FlowSourceChoice, string> {
  return { ok: true, value }
}
