'use client'

import { Fragment } from 'react'
import { Icon } from '@/components/ui/icon'
import type { PolicyText } from '@/lib/api/details'
import type { Exemption, Reason, SideAnswer } from '@/lib/policy/types'
import { decidingPolicies, otherPolicies } from './deciding-policies'
import { DecidingYaml } from './deciding-yaml'
import { PolicyLink } from './policy-link'
import { plainName } from './ref-words'
import styles from './side-reasons.module.css'
import { VerdictLine } from './verdict-line'

const MOST_MISSES = 3

/** Why one side lets a connection through or denies it: the verdict, the nearest rules, and the rules that decide in their YAML. */
export function SideReasons({ side, policies }: { side: SideAnswer; policies: readonly PolicyText[] }) {
  const deciding = decidingPolicies(side)
  const others = otherPolicies(side, deciding)
  return (
    <>
      <VerdictLine verdict={side.verdict} words={sideWords(side)} />
      {conditions(side).length > 0 && (
        <ul className={styles.misses}>
          {conditions(side).map(({ rule, policy, restriction }) => (
            <li key={`${policy} ${rule} ${restriction}`}>
              <Icon name="info" size={14} />
              <span>
                <code>{rule}</code> of <PolicyLink policy={policy}>{plainName(policy)}</PolicyLink> counts only if: {restriction}
              </span>
            </li>
          ))}
        </ul>
      )}
      {side.verdict === 'denied' && side.nearMisses.length > 0 && (
        <ul className={styles.misses}>
          {side.nearMisses.slice(0, MOST_MISSES).map((miss) => (
            <li key={`${miss.policy} ${miss.rule} ${miss.message}`}>
              <Icon name="info" size={14} />
              <span>
                Nearest: <code>{miss.rule}</code> of <PolicyLink policy={miss.policy}>{plainName(miss.policy)}</PolicyLink>: {miss.message}
              </span>
            </li>
          ))}
        </ul>
      )}
      <DecidingYaml deciding={deciding} policies={policies} />
      {others.length > 0 && (
        <p className={styles.others}>
          Also selected by{' '}
          {others.map((ref, i) => (
            <Fragment key={ref}>
              {i > 0 && ', '}
              <PolicyLink policy={ref}>{plainName(ref)}</PolicyLink>
            </Fragment>
          ))}
        </p>
      )}
    </>
  )
}

/** The rules that ask for more than peers and ports: requests, names, authentication. */
function conditions({ by }: SideAnswer): readonly Reason[] {
  return by.filter((reason) => reason.restriction !== undefined).slice(0, MOST_MISSES)
}

const EXEMPTIONS: Readonly<Record<Exemption, string>> = {
  'not-a-subject': 'It is no pod with an address of its own: policies do not stand on this side.',
  self: 'A pod may always talk to itself.',
  'own-node': 'The machine may always talk to its own pods.',
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
