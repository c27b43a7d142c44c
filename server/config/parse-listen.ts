import { BlockList, isIP } from 'node:net'
import type { Result } from '@/lib/model/problem'
import type { ListenAddress } from '../config'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether only this machine can reach the host: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopbackHost(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true
  const family = isIP(host)
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

/** Reads `HOST:PORT`, with an IPv6 address in brackets. Port 0 takes any free port. */
export function parseListen(text: string): Result<ListenAddress, string> {
  const colon = text.lastIndexOf(':')
  const hostText = text.slice(0, colon)
  const portText = text.slice(colon + 1)
  const port = Number(portText)
  const inBrackets = hostText.startsWith('[') && hostText.endsWith(']')
  const host = inBrackets ? hostText.slice(1, -1) : hostText
  const isHost = inBrackets ? isIP(host) === 6 : isIP(host) === 4 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)
  if (colon < 1 || !/^\d{1,5}$/.test(portText) || port > 65535 || !isHost) {
    return { ok: false, error: `"${text}" is not HOST:PORT, for example 127.0.0.1:3000 or [::1]:3000` }
  }
  return { ok: true, value: { host, port } }
}

/** Writes an address as `HOST:PORT`, an IPv6 address in brackets. */
export function formatListen({ host, port }: ListenAddress): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}
