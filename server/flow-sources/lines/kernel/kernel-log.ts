import { canonicalAddress } from '@/lib/model/address'
import type { DecodedLine } from '../../decoded-line'
import { countOf, textOf } from '../../json-fields'
import { readPairs } from '../key-value-text'
import type { Envelope, LineFormat } from '../line-format'
import type { LineMemory } from '../line-memory'
import { addressEnd, flowLine, ignored, portOf, protocolOf, rejected } from '../observed-line'
import { packetOrder } from '../packet-order'

/**
 * What the kernel prints for a LOG rule of iptables or nftables, such as Calico's action `Log`: `PREFIX IN=eth0 OUT= … SRC=… DST=…
 * PROTO=TCP SPT=… DPT=…`. A LOG rule comes before the decision, so the verdict is unknown, whatever the prefix says.
 */
export const KERNEL_LOG: LineFormat = {
  id: 'kernel-log',
  title: 'Kernel log of packets (iptables LOG)',
  proof: 'specification',
  recognises: (payload) => payload.kind === 'text' && isKernelLine(payload.text),
  decode: (payload, envelope, memory) => (payload.kind === 'text' ? decode(payload.text, envelope, memory) : ignored('not-a-flow')),
}

/** Where the packet begins behind the prefix; -1 when the line is of another kind. */
function startOf(text: string): number {
  const start = text.indexOf('IN=')
  if (start === -1 || start > 256) return -1
  const out = text.indexOf(' OUT=', start)
  return out !== -1 && text.indexOf(' SRC=', out) !== -1 ? start : -1
}

/** Other programs' lines may speak of interfaces and of sources, too; the kernel writes addresses only. */
function isKernelLine(text: string): boolean {
  const start = startOf(text)
  if (start === -1) return false
  const source = text.indexOf(' SRC=', start) + ' SRC='.length
  const end = text.indexOf(' ', source)
  return end !== -1 && end - source <= 64 && canonicalAddress(text.slice(source, end)) !== null
}

/** The packet's part of the line. Programs that pass the kernel's lines on may quote them. */
function packetOf(text: string, start: number): string {
  const isQuoted = text[text.lastIndexOf('"', start) - 1] === '='
  const close = isQuoted ? text.indexOf('"', start) : -1
  const end = close === -1 ? text.length : close
  // An ICMP error repeats in brackets the packet that it is about.
  const nested = text.indexOf(' [', start)
  return text.slice(start, nested === -1 ? end : Math.min(nested, end))
}

function decode(text: string, envelope: Envelope, memory: LineMemory | null): DecodedLine {
  const start = startOf(text)
  if (start === -1) return ignored('not-a-flow')
  const packet = packetOf(text, start)
  const pairs = readPairs(packet)
  const source = addressEnd(pairs.get('SRC'), memory)
  if (source === null) return rejected('SRC: no address')
  const destination = addressEnd(pairs.get('DST'), memory)
  if (destination === null) return rejected('DST: no address')
  const protocol = protocolOf(pairs.get('PROTO'))
  const { isTurned, ...order } = packetOrder({
    protocol,
    sourcePort: portOf(pairs.get('SPT')),
    destinationPort: portOf(pairs.get('DPT')),
    flags: { isSyn: hasFlag(packet, 'SYN'), isAck: hasFlag(packet, 'ACK') },
    icmpType: countOf(pairs.get('TYPE')),
  })
  return flowLine(
    {
      source: isTurned ? destination : source,
      destination: isTurned ? source : destination,
      protocol,
      ...order,
      rawReason: textOf(text.slice(prefixStart(text), start).trim(), 128),
      bytes: countOf(pairs.get('LEN')),
      packets: 1,
      event: 'trace',
    },
    null,
    envelope,
  )
}

/** A flag is a word of its own; `ACK=0` is a number, which `--log-tcp-sequence` adds to every packet. */
function hasFlag(packet: string, flag: string): boolean {
  return ` ${packet} `.includes(` ${flag} `)
}

/** Behind the seconds since the kernel started: `[12345.678901] `. */
function prefixStart(text: string): number {
  return text.startsWith('[') ? text.indexOf(']') + 1 : 0
}
