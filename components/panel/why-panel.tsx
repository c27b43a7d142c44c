'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { MeshReasons, meshTitle } from '@/components/graph/mesh-reasons'
import { plainName } from '@/components/graph/ref-words'
import { SideReasons } from '@/components/graph/side-reasons'
import { type Question, unknownWords, whySentence } from '@/components/graph/why-sentence'
import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import type { GraphEdge, GraphNode } from '@/lib/graph/topology'
import type { Enforcer } from '@/lib/platform/enforcer'
import type { EvaluateAnswer } from '@/lib/policy/types'
import { evaluateOptions } from './panel-queries'
import { Section } from './section'
import styles from './why-panel.module.css'

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
        <Section key={direction} title={`${name} (${direction})`}>
          <SideReasons side={side} policies={data.policies} />
        </Section>
      ))}
      {answer.mesh !== null && (
        <Section title={meshTitle(answer.mesh)}>
          <MeshReasons mesh={answer.mesh} policies={data.policies} seenTls={edge.mutualTls} />
        </Section>
      )}
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
