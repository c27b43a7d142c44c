import { enforcedByNobody } from '../../platform/enforcer'
import type { Question } from '../../policy/question'
import type { Direction, EvaluateAnswer, EvaluatedPart, SideAnswer } from '../../policy/types'
import { type Basis, basisLines } from './basis'
import { plainLine } from './plain-line'
import { reasonName, restrictionText } from './reason-text'
import { textColumns } from './text-columns'
import type { AnswerStyle } from './verdict-line'

/** Parts, near misses and steps that are shown; the rest is a number. */
const MAX_SHOWN = 20

/** One answer for people: the verdict, what each side says and why, and what it rests on. */
export function verdictText(question: Question, answer: EvaluateAnswer, style: AnswerStyle, basis: Basis): string {
  const { from, to, port, protocol } = question
  // A mesh enforces its own policies, whatever the network plugin does.
  const nobody = answer.verdict === 'denied' && answer.mesh?.verdict !== 'denied' ? enforcedByNobody(basis.enforcer) : null
  const because = answer.reason === null ? '' : ` (${answer.reason})`
  const lines = [
    `${answer.verdict.toUpperCase()}${because}  ${from} → ${to}  ${protocol}${port === null ? '' : ` ${port}`}`,
    ...(nobody === null ? [] : [`  ${nobody}`]),
    ...sidesText(answer, style.explain),
    ...meshText(answer.mesh),
    ...partsText('endpoints', answer.endpoints, style),
    ...partsText('parts', answer.parts, style),
    '',
    ...basisLines(basis),
  ]
  return lines.map((line) => `${plainLine(line)}\n`).join('')
}

function sidesText({ egress, ingress }: EvaluateAnswer, explain: boolean): readonly string[] {
  return [...sideText('egress', egress, explain), ...sideText('ingress', ingress, explain)]
}

function sideText(direction: Direction, side: SideAnswer, explain: boolean): readonly string[] {
  const lines = [`  ${direction.padEnd(8)} ${side.verdict.padEnd(8)} ${side.by.length === 0 ? defaultText(side) : ''}`.trimEnd()]
  const rows = side.by.map((reason) => ['   ', reason.effect, reasonName(reason), restrictionText(reason)])
  lines.push(...linesOf(textColumns(rows)))
  if (!explain) return lines
  for (const { policy, rule, message } of side.nearMisses.slice(0, MAX_SHOWN)) lines.push(`    near miss: ${policy} ${rule}: ${message}`)
  const { enforced, pending } = side.trace
  const isSame = JSON.stringify(enforced) === JSON.stringify(pending)
  const traces = isSame ? [['trace', enforced] as const] : [['trace', enforced] as const, ['trace with staged policies', pending] as const]
  for (const [title, steps] of traces) {
    if (steps.length === 0) continue
    lines.push(`    ${title}:`)
    const stepRows = steps
      .slice(0, MAX_SHOWN)
      .map(({ tier, kind, policy, action, rule }) => ['     ', tier, kind, policy, rule < 0 ? 'end of tier' : `rule ${rule}`, action])
    lines.push(...linesOf(textColumns(stepRows)))
  }
  return lines
}

/** The layer above the network. */
function meshText(mesh: EvaluateAnswer['mesh']): readonly string[] {
  if (mesh === null) return []
  const because = mesh.reason === null ? '' : ` (${mesh.reason})`
  return [
    `  ${'mesh'.padEnd(8)} ${mesh.verdict.padEnd(8)} ${mesh.mesh}${because}`,
    ...mesh.by.map(({ policy, message }) => `    ${policy === null ? message : `${policy}: ${message}`}`),
    ...mesh.requests.map(
      ({ policy, effect, conditions }) => `    ${policy} ${REQUEST_EFFECTS[effect]} requests with ${conditions.join('; ')}`,
    ),
    ...mesh.notes.map(({ message }) => `    ${message}`),
  ]
}

const REQUEST_EFFECTS = { allow: 'allows', deny: 'denies', external: 'asks another program about' } as const

function defaultText({ verdict, exemption }: SideAnswer): string {
  if (verdict === 'unknown') return ''
  switch (exemption) {
    case 'not-a-subject':
      return 'policies say nothing of this end'
    case 'self':
      return 'a pod may always reach itself'
    case 'own-node':
      return 'the own node may always reach its pods'
    case null:
      return 'by default: no policy selects it'
  }
}

function partsText(title: string, parts: readonly EvaluatedPart[] | null, { nameOf }: AnswerStyle): readonly string[] {
  if (parts === null) return []
  const rows = parts.slice(0, MAX_SHOWN).map(({ ref, port, ports, family, answer }) => {
    const ranges = ports?.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',')
    const deciding = [...answer.egress.by, ...answer.ingress.by].map(reasonName)
    return [
      '   ',
      answer.verdict,
      ref.split(' → ').map(nameOf).join(' → '),
      ranges ?? (port === null ? '' : `${port}`),
      family === null ? '' : `IPv${family}`,
      answer.reason ?? deciding.join(', '),
    ]
  })
  const more = parts.length > MAX_SHOWN ? [`    and ${parts.length - MAX_SHOWN} more (-o json lists all)`] : []
  return [`  ${title}`, ...linesOf(textColumns(rows)), ...more]
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(0, -1)
}
