'use client'

import { useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { PolicyYaml } from '@/components/graph/policy-yaml'
import { FilterValue } from '@/components/live/filter-value'
import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import type { PolicyText } from '@/lib/api/details'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import type { Enforcer } from '@/lib/policy/enforcer'
import type { Direction, EvaluateAnswer, Exemption, Reason, SideAnswer } from '@/lib/policy/types'
import { evaluateOptions } from './panel-queries'
import { plainName } from './ref-words'
import { Section } from './section'
import styles from './why-panel.module.css'
import { type Question, unknownWords, whySentence } from './why-sentence'

/** Why a connection is allowed or denied: one sentence, then both sides with the rule that decides in its own YAML. */
export function WhyPanel({ edge, source, target }: { edge: GraphEdge; source: GraphNode; target: GraphNode }) {
  const question = questionOf(edge, source, target)
  if (question === null) {
    return (
      <Section title="Why">
        <p className={styles.muted}>Policies do not decide about {edge.protocol ?? 'this'}.</p>
      </Section>
    )
  }
  return <Why question={question} edge={edge} />
}

function Why({ question, edge }: { question: Question; edge: GraphEdge }) {
  const { data, error } = useQuery(evaluateOptions(question))
  if (error !== null) {
    return (
      <Section title="Why">
        <p className={styles.muted}>No answer: {error.message}</p>
      </Section>
    )
  }
  const answer = data?.answers[0]
  if (data === undefined || answer === undefined) {
    return (
      <Section title="Why">
        <p className={styles.muted}>Asking the policies…</p>
      </Section>
    )
  }
  const sentence = whySentence(question, answer, edge.verdicts, data.enforcer)
  return (
    <>
      <div className={classNames(styles.sentence, styles[answer.verdict])}>
        <p>{sentence}</p>
        {isDoubtful(edge, answer, data.enforcer) && <p>{data.enforcer.evidence}</p>}
        <CopyButton text={sentence} />
      </div>
      {sidesInOrder(question, answer).map(({ direction, name, side }) => (
        <Side key={direction} direction={direction} name={name} side={side} policies={data.policies} />
      ))}
      <Parts answer={answer} />
    </>
  )
}

/** A denial that nobody enforces, or that did not hold and nobody is known to enforce. */
function isDoubtful({ verdicts }: GraphEdge, { verdict }: EvaluateAnswer, { enforces }: Enforcer): boolean {
  if (verdict !== 'denied' || enforces === 'yes') return false
  return enforces === 'no' || (verdicts.forwarded > 0 && verdicts.dropped === 0)
}

/** In the order of the packet, with the side that denies first. */
function sidesInOrder(question: Question, { egress, ingress }: EvaluateAnswer) {
  const sides = [
    { direction: 'egress', name: `What leaves ${plainName(question.from)}`, side: egress },
    { direction: 'ingress', name: `What enters ${plainName(question.to)}`, side: ingress },
  ] as const
  return egress.verdict !== 'denied' && ingress.verdict === 'denied' ? sides.toReversed() : sides
}

function CopyButton({ text }: { text: string }) {
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => setIsCopied(true))
  }
  return (
    <Button icon={isCopied ? 'check' : 'copy'} onClick={copy}>
      {isCopied ? 'Copied' : 'Copy this answer'}
    </Button>
  )
}

const EXEMPTIONS: Readonly<Record<Exemption, string>> = {
  'not-a-subject': 'It is no pod with an address of its own: policies do not stand on this side.',
  self: 'A pod may always talk to itself.',
  'own-node': 'The machine may always talk to its own pods.',
}

/** The decision of one side, with the rule that decides, else the nearest one. */
function Side({
  direction,
  name,
  side,
  policies,
}: {
  direction: Direction
  name: string
  side: SideAnswer
  policies: readonly PolicyText[]
}) {
  const deciding = decidingPolicies(side)
  const others = otherPolicies(side, deciding)
  return (
    <Section title={`${name} (${direction})`}>
      <p className={styles.verdict}>
        <Icon name={side.verdict === 'allowed' ? 'check' : side.verdict === 'denied' ? 'close' : 'info'} />
        <strong>{side.verdict === 'unknown' ? 'cannot tell' : side.verdict}</strong>
        <span className={styles.muted}>{sideWords(side)}</span>
      </p>
      {side.verdict === 'denied' && side.nearMisses.length > 0 && (
        <ul className={styles.misses}>
          {side.nearMisses.slice(0, 3).map((miss) => (
            <li key={`${miss.policy} ${miss.rule} ${miss.message}`}>
              <Icon name="info" size={14} />
              <span>
                Nearest: <code>{miss.rule}</code> of {plainName(miss.policy)}: {miss.message}
              </span>
            </li>
          ))}
        </ul>
      )}
      {deciding.flatMap(({ ref, rules, tone }) =>
        // Policies of two kinds of plugins may share a name.
        policies
          .filter((one) => one.ref === ref)
          .map((policy) => <PolicyYaml key={policy.yaml} policy={policy} rules={rules} tone={tone} />),
      )}
      {others.length > 0 && (
        <p className={styles.others}>
          Also selected by{' '}
          {others.map((ref, i) => (
            <Fragment key={ref}>
              {i > 0 && ', '}
              <FilterValue field="policy" value={ref}>
                {plainName(ref)}
              </FilterValue>
            </Fragment>
          ))}
        </p>
      )}
    </Section>
  )
}

type Deciding = { readonly ref: string; readonly rules: readonly string[]; readonly tone: 'allow' | 'deny' | 'near' }

/**
 * The policies to show in YAML, each with the rules to highlight: those that decide by a rule, else those with the nearest
 * rule, else what isolates. At most three.
 */
function decidingPolicies(side: SideAnswer): readonly Deciding[] {
  const found = new Map<string, { rules: Set<string>; tone: Deciding['tone'] }>()
  const add = (ref: string, rule: string | null, tone: Deciding['tone']) => {
    const entry = found.get(ref) ?? { rules: new Set<string>(), tone }
    if (rule !== null) entry.rules.add(rule)
    found.set(ref, entry)
  }
  for (const { policy, rule, effect } of side.by) if (effect === 'allow' || effect === 'deny') add(policy, rule, effect)
  if (found.size === 0 && side.verdict === 'denied') for (const miss of side.nearMisses.slice(0, 3)) add(miss.policy, miss.rule, 'near')
  if (found.size === 0) for (const { policy, rule } of side.by) add(policy, rule, 'deny')
  return [...found].slice(0, 3).map(([ref, { rules, tone }]) => ({ ref, rules: [...rules], tone }))
}

/** Policies that limit the side and are not shown in YAML. */
function otherPolicies(side: SideAnswer, shown: readonly Deciding[]): readonly string[] {
  const known = new Set(shown.map((one) => one.ref))
  return [...new Set(side.by.map((reason): string => reason.policy))].filter((ref) => !known.has(ref))
}

const DETAILS: Readonly<Record<NonNullable<Reason['detail']>, string>> = {
  'no-rules': 'selected by a policy that has no rules',
  'no-rule-selects-peer': 'no rule names the other side',
  'rule-selects-peer-but-not-ports': 'a rule names the other side, but not this port',
  'named-port-unresolved': 'a rule names a port that does not exist there',
}

function sideWords(side: SideAnswer): string {
  if (side.exemption !== null) return EXEMPTIONS[side.exemption]
  if (side.by.length === 0) return side.isolated ? '' : 'No policy limits it.'
  const allowing = side.by.find((reason) => reason.effect === 'allow')
  if (allowing !== undefined) return allowing.rule === null ? 'by the policy below' : `by ${allowing.rule}`
  const refusing = side.by.find((reason) => reason.effect === 'deny')
  if (refusing !== undefined) return refusing.rule === null ? 'by the policy below' : `by ${refusing.rule}`
  const details = side.by.flatMap((reason) => reason.detail ?? [])
  const detail = details.find((one) => one !== 'no-rules') ?? details[0]
  return detail === undefined ? '' : DETAILS[detail]
}

/** The different answers for endpoints or parts of what was asked. */
function Parts({ answer }: { answer: EvaluateAnswer }) {
  const parts = answer.endpoints ?? answer.parts
  if (parts === null || parts.length === 0)
    return answer.reason === null ? null : (
      <Section title="Why it cannot tell">
        <p>{unknownWords(answer.reason)}.</p>
      </Section>
    )
  return (
    <Section title={answer.endpoints === null ? 'In parts' : 'By endpoint'} count={parts.length}>
      <ul className={styles.parts}>
        {parts.slice(0, 12).map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one answer have no identity but their place
          <li key={i}>
            <Icon name={part.answer.verdict === 'allowed' ? 'check' : part.answer.verdict === 'denied' ? 'close' : 'info'} size={14} />{' '}
            {plainName(part.ref)}{' '}
            {part.ports === null ? (part.port ?? '') : part.ports.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(', ')}
            {part.family === null ? '' : ` IPv${part.family}`} <span className={styles.muted}>{part.answer.verdict}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** What to ask the policies about an edge; null when they do not cover its protocol. */
function questionOf(edge: GraphEdge, source: GraphNode, target: GraphNode): Question | null {
  const protocol = edge.protocol ?? 'TCP'
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') return null
  const port = /^(\d+)/.exec(edge.ports[0] ?? '')?.[1]
  return { from: endRef(source), to: endRef(target), port: port === undefined ? null : Number(port), protocol }
}

/** Containers have no address of their own: their pod answers for them. */
function endRef(node: GraphNode): string {
  return node.kind === 'container' ? (node.parent ?? node.ref) : node.ref
}
