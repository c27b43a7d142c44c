import { BlockList, isIP } from 'node:net'

type Environment = Readonly<Record<string, string | undefined>>

/** Proxy of the environment for a server, as Go programs choose it; null for none. Loopback addresses get none. */
export function findProxy(server: URL, environment: Environment): string | null {
  const names = server.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']
  const proxy = firstSet(names, environment)
  if (proxy === '') return null
  const host = bareHost(server.hostname)
  if (isLoopback(host)) return null
  const port = server.port === '' ? (server.protocol === 'https:' ? '443' : '80') : server.port
  if (isExempt(host, port, firstSet(['NO_PROXY', 'no_proxy'], environment))) return null
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function firstSet(names: readonly string[], environment: Environment): string {
  return names.map((name) => environment[name] ?? '').find((value) => value !== '') ?? ''
}

/** Without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/**
 * NO_PROXY: names cover their subdomains, `.name` and `*.name` only those, addresses and CIDRs cover addresses, each with a
 * port when it has one, `*` covers all.
 */
function isExempt(host: string, port: string, list: string): boolean {
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && covers(entry, host, port))
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInNetwork(host, entry)
  const { name, port: wanted } = splitPort(entry)
  if (wanted !== null && wanted !== port) return false
  if (isIP(name) !== 0 || isIP(host) !== 0) return name === host
  const suffix = name.startsWith('*.') ? name.slice(1) : name
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`)
}

function splitPort(entry: string): { readonly name: string; readonly port: string | null } {
  const found = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry)
  return found === null ? { name: bareHost(entry), port: null } : { name: bareHost(found[1] ?? ''), port: found[2] ?? '' }
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', length = ''] = network.split('/')
  const family = isIP(address)
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(length) || Number(length) > (family === 4 ? 32 : 128)) return false
  const name = family === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(address, Number(length), name)
  return list.check(host, name)
}
