import { parseAddressOrCidr } from '../../model/address'
import type { Fields } from '../../model/fields'
import { type AddressSet, addressSetOf } from '../address-set'
import { either, not, type Truth } from '../truth'
import { liesIn, type MeshConnection, type MeshIdentity } from './mesh-connection'
import { matchesText } from './text-pattern'

/** One field of a source, an operation or a condition: a value holds and none of the `not` values does. */
export type IstioClause = {
  /** As the document names it: `principals`, `request.headers[x-team]`. */
  readonly name: string
  readonly values: readonly string[]
  readonly notValues: readonly string[]
  /** What it asks about. */
  readonly about: 'client' | 'port' | 'request'
  /** Cannot be seen on a port that is not HTTP. */
  readonly isHttpOnly: boolean
  /** Known to ztunnel, the ambient proxy of the machine. */
  readonly isForZtunnel: boolean
  /** Addresses that it names. */
  readonly addresses: readonly AddressSet[]
  holds(connection: MeshConnection, isHttp: boolean): Truth
}

/** What reading needs to know besides the field. */
export type ClauseContext = { readonly trustDomain: string; readonly namespace: string }

type Test = (connection: MeshConnection, isHttp: boolean) => Truth

/** How one attribute of a connection is asked for. `read` gives null for a value that it cannot be. */
type Attribute = Pick<IstioClause, 'about' | 'isHttpOnly' | 'isForZtunnel'> & {
  readonly wants: string
  read(value: string, context: ClauseContext): { readonly test: Test; readonly addresses: AddressSet | null } | null
}

const byText = (textOf: (identity: MeshIdentity, context: ClauseContext) => string): Attribute => ({
  about: 'client',
  isHttpOnly: false,
  isForZtunnel: true,
  wants: 'a text that is not empty',
  read: (value, context) =>
    value === '' ? null : { addresses: null, test: withIdentity((identity) => matchesText(value, textOf(identity, context))) },
})

const PRINCIPAL = byText(({ namespace, serviceAccount }, { trustDomain }) => `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`)
const NAMESPACE = byText(({ namespace }) => namespace)
const TRUST_DOMAIN: Attribute = { ...byText((_, { trustDomain }) => trustDomain), isForZtunnel: false }

/** `NAME` in the policy's namespace, or `NAMESPACE/NAME`. */
const SERVICE_ACCOUNT: Attribute = {
  about: 'client',
  isHttpOnly: false,
  isForZtunnel: true,
  wants: 'NAME or NAMESPACE/NAME, without a wildcard',
  read: (value, context) => {
    const [first = '', second, more] = value.split('/')
    const [namespace, name] = second === undefined ? [context.namespace, first] : [first, second]
    if (namespace === '' || name === '' || more !== undefined || value.includes('*')) return null
    return { addresses: null, test: withIdentity((identity) => identity.namespace === namespace && identity.serviceAccount === name) }
  },
}

function withIdentity(matches: (identity: MeshIdentity) => boolean): Test {
  return ({ client: { identity } }) => {
    if (identity === 'unknown') return 'unknown-endpoint'
    return identity !== null && matches(identity) ? 'yes' : 'no'
  }
}

const byAddress = (test: (set: AddressSet) => Test, isForZtunnel: boolean, about: 'client' | 'port'): Attribute => ({
  about,
  isHttpOnly: false,
  isForZtunnel,
  wants: 'an address or a CIDR',
  read: (value) => {
    const cidr = parseAddressOrCidr(value)
    if (cidr === null) return null
    const addresses = addressSetOf([cidr])
    return { addresses, test: test(addresses) }
  },
})

const SOURCE_IP = byAddress(
  (set) =>
    ({ client }) =>
      liesIn(client.addresses, set, client.because),
  true,
  'client',
)
/** Headers of the request may say that it comes from further away. */
const REMOTE_IP = byAddress(
  (set) =>
    ({ client }, isHttp) =>
      isHttp ? 'l7-rule' : liesIn(client.addresses, set, client.because),
  false,
  'client',
)
const DESTINATION_IP = byAddress(
  (set) =>
    ({ destination }) =>
      liesIn(destination, set, 'unknown-endpoint'),
  true,
  'port',
)

const DESTINATION_PORT: Attribute = {
  about: 'port',
  isHttpOnly: false,
  isForZtunnel: true,
  wants: 'a port number',
  read: (value) => {
    const port = /^\d{1,5}$/.test(value) ? Number(value) : 0
    return port < 1 || port > 65_535 ? null : { addresses: null, test: (connection) => (connection.port === port ? 'yes' : 'no') }
  },
}

/** `isMet` tells for which value every request has what is asked. */
const ofRequest = (isHttpOnly: boolean, isMet: (value: string) => boolean): Attribute => ({
  about: 'request',
  isHttpOnly,
  isForZtunnel: false,
  wants: 'a text that is not empty',
  read: (value) => (value === '' ? null : { addresses: null, test: () => (isMet(value) ? 'yes' : 'l7-rule') }),
})

const EVERY_REQUEST = ofRequest(true, (value) => value === '*')
const SOME_REQUESTS = ofRequest(true, () => false)
const SOME_CONNECTIONS = ofRequest(false, () => false)

export const SOURCE_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map([
  ['principals', PRINCIPAL],
  ['requestPrincipals', SOME_REQUESTS],
  ['namespaces', NAMESPACE],
  ['serviceAccounts', SERVICE_ACCOUNT],
  ['trustDomains', TRUST_DOMAIN],
  ['ipBlocks', SOURCE_IP],
  ['remoteIpBlocks', REMOTE_IP],
])

export const OPERATION_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map([
  ['hosts', EVERY_REQUEST],
  ['ports', DESTINATION_PORT],
  ['methods', EVERY_REQUEST],
  ['paths', EVERY_REQUEST],
])

const CONDITION_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map([
  ['source.ip', SOURCE_IP],
  ['source.namespace', NAMESPACE],
  ['source.principal', PRINCIPAL],
  ['source.serviceAccount', { ...SERVICE_ACCOUNT, isForZtunnel: false }],
  ['source.trustDomain', TRUST_DOMAIN],
  ['remote.ip', REMOTE_IP],
  ['destination.ip', DESTINATION_IP],
  ['destination.port', DESTINATION_PORT],
  ['connection.sni', SOME_CONNECTIONS],
  ['request.auth.principal', SOME_REQUESTS],
  ['request.auth.audiences', SOME_REQUESTS],
  ['request.auth.presenter', SOME_REQUESTS],
])

/** The attribute that a `when` key names; null when there is no such attribute. */
export function conditionAttribute(key: string): Attribute | null {
  if (/^request\.headers\[.+\]$/.test(key) || /^request\.auth\.claims\[.+\]$/.test(key)) return SOME_REQUESTS
  if (key.startsWith('experimental.envoy.filters.')) return SOME_CONNECTIONS
  return CONDITION_ATTRIBUTES.get(key) ?? null
}

/** Reads the two lists of one attribute; null when the document has neither. What cannot be read is reported. */
export function readClause(
  fields: Fields,
  keys: { readonly values: string; readonly notValues: string },
  name: string,
  attribute: Attribute,
  context: ClauseContext,
): IstioClause | null {
  const values = fields.strings(keys.values)
  const notValues = fields.strings(keys.notValues)
  if (values.length === 0 && notValues.length === 0) return null
  const read = (key: string, texts: readonly string[]) =>
    texts.flatMap((text) => {
      const known = attribute.read(text, context)
      if (known === null) fields.problem(key, `"${text.slice(0, 80)}" is not ${attribute.wants}`)
      return known ?? []
    })
  const wanted = read(keys.values, values)
  const refused = read(keys.notValues, notValues)
  const anyOf = (tests: readonly { readonly test: Test }[], connection: MeshConnection, isHttp: boolean): Truth =>
    tests.reduce<Truth>((truth, { test }) => either(truth, test(connection, isHttp)), 'no')
  const { about, isHttpOnly, isForZtunnel } = attribute
  return {
    ...{ name, values, notValues, about, isHttpOnly, isForZtunnel },
    addresses: [...wanted, ...refused].flatMap(({ addresses }) => addresses ?? []),
    holds: (connection, isHttp) => {
      const isWanted: Truth = values.length === 0 ? 'yes' : anyOf(wanted, connection, isHttp)
      if (isWanted === 'no') return 'no'
      const isFree = not(anyOf(refused, connection, isHttp))
      return isFree === 'no' || isWanted === 'yes' ? isFree : isWanted
    },
  }
}

/** `methods: GET, HEAD`, `not paths: /admin*`. */
export function clauseWords({ name, values, notValues }: IstioClause): readonly string[] {
  return [
    ...(values.length === 0 ? [] : [`${name}: ${values.join(', ')}`]),
    ...(notValues.length === 0 ? [] : [`not ${name}: ${notValues.join(', ')}`]),
  ]
}
