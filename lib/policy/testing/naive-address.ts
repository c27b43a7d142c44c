const known = new Map<string, boolean>()

/** Whether an address lies in a CIDR. */
export function naiveContains(cidr: string, ip: string): boolean {
  const key = `${cidr} ${ip}`
  let inside = known.get(key)
  if (inside === undefined) {
    const [base = '', length = ''] = cidr.split('/')
    inside = base.includes(':') === ip.includes(':') && bits(base).slice(0, Number(length)) === bits(ip).slice(0, Number(length))
    known.set(key, inside)
  }
  return inside
}

/** Bit by bit, so that nothing is shared with the engine's arithmetic. */
function bits(ip: string): string {
  if (!ip.includes(':'))
    return ip
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('')
  const [head = '', tail = ''] = ip.split('::')
  const left = head.split(':').filter((group) => group !== '')
  const right = tail.split(':').filter((group) => group !== '')
  const zeros = ip.includes('::') ? new Array<string>(8 - left.length - right.length).fill('0') : []
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}
