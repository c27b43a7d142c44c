import type { CheckedAssertion, FailingPair } from '../../assert/check-assertions'
import type { SideAnswer } from '../../policy/types'
import { type Basis, basisLines } from './basis'
import { plainLine } from './plain-line'
import { detailText, reasonName } from './reason-text'

export type AssertionsReport = { readonly basis: Basis; readonly checked: readonly CheckedAssertion[] }

/** Expectations as a test run prints them: each with its outcome, failing ones with the pair and the rule that decides. */
export function* assertionsText({ basis, checked }: AssertionsReport): Iterable<string> {
  for (const { assertion, holds, missing, failing, isCut } of checked) {
    const { name, origin, expect } = assertion
    const place = origin === null || holds ? '' : `  (${origin.file}:${origin.line})`
    yield `${holds ? 'ok  ' : 'FAIL'}  ${plainLine(`${name}${place}`)}\n`
    for (const end of missing) yield `      ${plainLine(`nothing is called ${end} in the input`)}\n`
    for (const [key, protocols] of byProtocols(failing, expect)) yield key.replace(PROTOCOLS, protocols.join(', '))
    if (isCut) yield '      and more pairs\n'
  }
  const held = checked.filter(({ holds }) => holds).length
  yield `${checked.length === 0 ? '' : '\n'}${held} of ${checked.length} ${checked.length === 1 ? 'rule holds' : 'rules hold'}.\n`
  yield `${basisLines(basis).join('\n')}\n`
}

/** Stands for the protocols in a text until all of them are known; no line has a tab of its own. */
const PROTOCOLS = '\t'

/** Texts of pairs, with the protocols for which they are the same. */
function byProtocols(failing: readonly FailingPair[], expect: string): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>()
  for (const pair of failing) {
    const lines = [
      `      ${plainLine(`${pair.from} → ${pair.to}${partText(pair)}`)} ${PROTOCOLS}${portsText(pair)} is ${pair.verdict}${reasonOf(pair)}, expected ${expect}`,
      `        egress:  ${plainLine(sideText(pair.answer.egress))}`,
      `        ingress: ${plainLine(sideText(pair.answer.ingress))}`,
    ]
    const text = lines.map((line) => `${line}\n`).join('')
    const known = texts.get(text)
    if (known === undefined) texts.set(text, [pair.protocol])
    else known.push(pair.protocol)
  }
  return texts
}

function partText({ part, to }: FailingPair): string {
  return part === null || part === to ? '' : ` (${part})`
}

function portsText({ port, ports }: FailingPair): string {
  const ranges =
    ports?.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',') ?? (port === null ? '' : `${port}`)
  return ranges === '' ? '' : ` ${ranges}`
}

function reasonOf({ answer }: FailingPair): string {
  return answer.reason === null ? '' : ` (${answer.reason})`
}

/** What decides on one side, in one line. */
function sideText({ verdict, by, exemption }: SideAnswer): string {
  if (by.length === 0) return `${verdict} ${exemption === null ? 'by default, no policy selects it' : 'because no policy is asked'}`
  const reasons = by.map((reason) => {
    const detail = detailText(reason.detail)
    return `${reasonName(reason)}${detail === '' ? '' : ` (${detail})`}`
  })
  return `${verdict} by ${reasons.join(', ')}`
}
