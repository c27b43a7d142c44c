import type { MeshAnswer } from '../../policy/mesh-answer'
import type {
  EvaluateAnswer,
  EvaluatedPart,
  NearMiss,
  PolicyVerdict,
  Reason,
  SideAnswer,
  TraceStep,
  UnknownReason,
} from '../../policy/types'
import type { QuestionId } from '../read-question-line'

type SideLine = { readonly verdict: PolicyVerdict; readonly isolated: boolean; readonly by: readonly Reason[] }

type BothSides<Value> = { readonly egress: Value; readonly ingress: Value }

type AnswerLine = BothSides<SideLine> & {
  readonly verdict: EvaluateAnswer['verdict']
  readonly reason: UnknownReason | null
  readonly endpoints?: readonly PartLine[]
  readonly parts?: readonly PartLine[]
  /** Where the destination is meshed. */
  readonly mesh?: MeshAnswer
  /** With explanations. */
  readonly trace?: BothSides<{ readonly enforced: readonly TraceStep[]; readonly pending: readonly TraceStep[] }>
  readonly nearMisses?: BothSides<readonly NearMiss[]>
  readonly exemption?: BothSides<SideAnswer['exemption']>
}

type PartLine = Omit<EvaluatedPart, 'answer'> & AnswerLine

/** An answer as `sluice evaluate` writes it: one object, with its trace when it is to be explained. */
export type VerdictLine = { readonly id: QuestionId } & AnswerLine

export type AnswerStyle = {
  /** Also traces, near misses and exemptions. */
  readonly explain: boolean
  /** How a part is called that the engine calls so. */
  readonly nameOf: (ref: string) => string
}

export function verdictLine(id: QuestionId, answer: EvaluateAnswer, style: AnswerStyle): VerdictLine {
  return { id, ...answerLine(answer, style) }
}

function answerLine(answer: EvaluateAnswer, style: AnswerStyle): AnswerLine {
  const { verdict, egress, ingress, reason, mesh, endpoints, parts } = answer
  return {
    verdict,
    egress: sideLine(egress),
    ingress: sideLine(ingress),
    reason,
    ...(endpoints === null ? {} : { endpoints: endpoints.map((part) => partLine(part, style)) }),
    ...(parts === null ? {} : { parts: parts.map((part) => partLine(part, style)) }),
    ...(mesh === null ? {} : { mesh }),
    ...(style.explain ? explanation(answer) : {}),
  }
}

function partLine({ ref, port, ports, family, answer }: EvaluatedPart, style: AnswerStyle): PartLine {
  // Where both ends have parts they stand in one name.
  const name = ref.split(' → ').map(style.nameOf).join(' → ')
  return { ref: name, port, ports, family, ...answerLine(answer, style) }
}

function sideLine({ verdict, isolated, by }: SideAnswer): SideLine {
  return { verdict, isolated, by: by.map(reasonLine) }
}

/** `restriction` where the rule asks more than peers and ports. */
function reasonLine({ policy, rule, effect, detail, restriction }: Reason): Reason {
  return { policy, rule, effect, detail, ...(restriction === undefined ? {} : { restriction }) }
}

function explanation({ egress, ingress }: EvaluateAnswer): Pick<AnswerLine, 'trace' | 'nearMisses' | 'exemption'> {
  return {
    trace: { egress: egress.trace, ingress: ingress.trace },
    nearMisses: { egress: egress.nearMisses, ingress: ingress.nearMisses },
    exemption: { egress: egress.exemption, ingress: ingress.exemption },
  }
}
