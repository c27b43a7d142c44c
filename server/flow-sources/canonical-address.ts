import ipaddr from 'ipaddr.js'

/**
 * Writes an address in its canonical form: IPv4 as it is, IPv6 as RFC 5952 says, IPv4 mapped into IPv6 as IPv4, zone
 * ids removed. Null for anything that is no address.
 */
export function canonicalAddress(text: string | null): string | null {
  if (text === null) return null
  const zone = text.indexOf('%')
  const bare = zone === -1 ? text : text.slice(0, zone)
  if (isPlainIpv4(bare)) return bare
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return null
  const address = ipaddr.IPv6.parse(bare)
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String()
}

/** Four decimal numbers up to 255 without leading zeros: already canonical, and by far the most common. */
function isPlainIpv4(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false
  let octets = 0
  let value = -1
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 46) {
      if (value < 0) return false
      octets++
      value = -1
    } else if (code >= 48 && code <= 57) {
      if (value === 0) return false
      value = value < 0 ? code - 48 : value * 10 + code - 48
      if (value > 255) return false
    } else return false
  }
  return octets === 3 && value >= 0
}
