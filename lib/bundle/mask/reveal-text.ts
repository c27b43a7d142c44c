import { formatAddress, formatCidr, parseAddress, parseCidr } from '../../model/address'
import type { AddressMask } from './mask-address'
import type { MaskedWords } from './mask-recording'

/** A name, up to the dots and signs around it. */
const NAME = /[A-Za-z0-9_-]+/g
const PART = /[A-Za-z0-9_]+/g
/** What looks like an address or a range; what is none of them stays. */
const ADDRESS = /(?<=^|[^\w.:]|\bip:|\bcidr:)(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?:\/\d{1,3})?(?![\w:])/g

/** Puts names and addresses back into any text about a masked bundle. Words that are no pseudonyms stay. */
export function revealText(text: string, { parts, names }: MaskedWords, addresses: AddressMask): string {
  const revealed = text.replace(ADDRESS, (written) => revealAddress(written, addresses))
  return revealed.replace(NAME, (name) => names.get(name) ?? name.replace(PART, (part) => parts.get(part) ?? part))
}

function revealAddress(written: string, addresses: AddressMask): string {
  const address = parseAddress(written)
  if (address !== null) return formatAddress(addresses.original(address))
  const cidr = parseCidr(written)
  if (cidr === null) return written
  const bits = BigInt((cidr.family === 4 ? 32 : 128) - cidr.prefix)
  const { family, value } = addresses.original({ family: cidr.family, value: cidr.first })
  return formatCidr({ ...cidr, family, first: (value >> bits) << bits })
}
