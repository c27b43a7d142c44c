'use client'

import type { PicturePeer, PictureRule, PictureSide, PolicyPicture as PolicyPictureData } from '@/lib/api/policy-picture'
import type { PeerPlace } from '@/lib/policy/outline/peer-words'
import type { Direction } from '@/lib/policy/types'
import { classNames } from '../ui/class-names'
import { countWords } from '../ui/format'
import { Icon } from '../ui/icon'
import { type ActiveRule, isActive } from './active-rule'
import { PeopleButton } from './people-button'
import styles from './policy-picture.module.css'
import { pictureRowId } from './policy-source'
import { RuleArrow } from './rule-arrow'

const PLACES: readonly PeerPlace[] = ['namespace', 'cluster', 'outside', 'anywhere']
const PLACE_WORDS: Readonly<Record<Exclude<PeerPlace, 'namespace'>, string>> = {
  cluster: 'In the cluster',
  outside: 'Outside the cluster',
  anywhere: 'Anywhere',
}

type Shared = {
  /** Names the pictures of one object on the page. */
  readonly picturesId: string
  readonly picture: PolicyPictureData
  readonly part: number
  readonly namespace: string | null
  readonly active: ActiveRule | null
  readonly onActive: (rule: ActiveRule | null) => void
  /** Whether any connection was recorded: without one, a rule that no flow used means nothing. */
  readonly hasFlows: boolean
}

/** A policy drawn: whom it selects in the middle, who may come in on the left, where it may go on the right. */
export function PolicyPicture({ title, ...shared }: Shared & { title: string }) {
  const { subject, sides } = shared.picture
  const isSilent = (direction: Direction) => sides[direction].rest === 'silent'
  return (
    <section className={styles.frame} aria-label={title}>
      <div className={classNames(styles.picture, isSilent('ingress') && styles.onlyOut, isSilent('egress') && styles.onlyIn)}>
        <Side direction="ingress" side={sides.ingress} {...shared} />
        <div className={styles.subject}>
          <Icon name="shield" />
          <p className={styles.words}>
            <bdi>{subject.words}</bdi>
          </p>
          {subject.pods === 0 ? (
            <p className={styles.noticed}>selects no pod now</p>
          ) : (
            <PeopleButton group={subject} other={null} side={null}>
              {countWords(subject.pods, 'pod')} of {countWords(subject.workloads.total, 'workload')}
            </PeopleButton>
          )}
        </div>
        <Side direction="egress" side={sides.egress} {...shared} />
      </div>
    </section>
  )
}

const SIDE_WORDS = {
  ingress: { title: 'What comes in', silent: 'This policy says nothing about what comes in.' },
  egress: { title: 'What goes out', silent: 'This policy says nothing about what goes out.' },
} as const

function Side({ direction, side, ...shared }: Shared & { direction: Direction; side: PictureSide }) {
  const rows = side.rules.flatMap((rule) =>
    peersOf(rule).map((peer, index) => ({ rule, peer, isFirst: index === 0, key: `${rule.rule} ${index}` })),
  )
  const own = shared.namespace === null ? 'In its own namespace' : `In namespace ${shared.namespace}`
  return (
    <section className={classNames(styles.side, styles[direction])} aria-label={SIDE_WORDS[direction].title}>
      <h3 className={styles.title}>
        {SIDE_WORDS[direction].title} <span className={styles.direction}>{direction}</span>
      </h3>
      {side.rest === 'silent' && <p className={styles.silent}>{SIDE_WORDS[direction].silent} Other policies may.</p>}
      {PLACES.map((place) => {
        const inside = rows.filter(({ peer }) => peer.place === place)
        if (inside.length === 0) return null
        return (
          <div key={place} className={styles.place}>
            <h4 className={styles.placeName}>{place === 'namespace' ? own : PLACE_WORDS[place]}</h4>
            <ul>
              {inside.map(({ key, ...row }) => (
                <PeerRow key={key} direction={direction} {...row} {...shared} />
              ))}
            </ul>
          </div>
        )
      })}
      {side.rest !== 'silent' && <Rest direction={direction} side={side} />}
    </section>
  )
}

/** A rule whose list of peers is empty still stands in the picture. */
function peersOf(rule: PictureRule): readonly PicturePeer[] {
  if (rule.peers.length > 0) return rule.peers
  const nobody = { words: 'nobody: the rule names no one', pods: 0, workloads: { items: [], total: 0 }, term: null }
  return [{ ...nobody, place: 'anywhere', isBeyondPods: false }]
}

function PeerRow({
  direction,
  rule,
  peer,
  isFirst,
  picturesId,
  picture,
  part,
  active,
  onActive,
  hasFlows,
}: Shared & { direction: Direction; rule: PictureRule; peer: PicturePeer; isFirst: boolean }) {
  const point = () => onActive({ part, rule: rule.rule })
  const nobody = peer.pods === 0 && !peer.isBeyondPods
  return (
    <li
      id={isFirst ? pictureRowId(picturesId, part, rule.rule) : undefined}
      className={classNames(styles.row, styles[rule.action])}
      data-active={isActive(active, part, rule.rule)}
      data-rule={rule.rule}
      onMouseEnter={point}
      onMouseLeave={() => onActive(null)}
      onFocus={point}
      onBlur={() => onActive(null)}
    >
      <div className={styles.peer}>
        <PeopleButton group={peer} other={picture.subject} side={direction === 'ingress' ? 'from' : 'to'}>
          <span className={styles.peerName}>
            <bdi>{peer.words}</bdi>
          </span>
          <span className={classNames(styles.now, nobody && styles.noticed)}>{nowWords(peer)}</span>
        </PeopleButton>
      </div>
      <RuleArrow rule={rule} hits={!hasFlows || !isFirst ? 'unsaid' : rule.hits} />
    </li>
  )
}

function nowWords({ place, pods, workloads, isBeyondPods }: PicturePeer): string {
  if (place === 'anywhere' && isBeyondPods)
    return `${countWords(pods, 'pod')} of ${countWords(workloads.total, 'workload')} now, and addresses`
  if (pods > 0) return `${isBeyondPods ? 'also ' : ''}${countWords(pods, 'pod')} of ${countWords(workloads.total, 'workload')} now`
  return isBeyondPods ? 'no pod' : 'matches nobody now'
}

/** What happens to everything that no rule names. */
function Rest({ direction, side }: { direction: Direction; side: PictureSide }) {
  if (side.rest === 'passes') {
    return <p className={styles.rest}>Everything else is left to the other policies.</p>
  }
  const nothing = direction === 'ingress' ? 'Nothing may come in' : 'Nothing may go out'
  const rest = direction === 'ingress' ? 'Everyone else is denied' : 'Everything else is denied'
  return (
    <p className={classNames(styles.rest, styles.deniedRest)}>
      <Icon name="close" size={14} />
      <span>
        <strong>{side.rules.length === 0 ? nothing : rest}</strong>, unless another policy allows it.
      </span>
    </p>
  )
}
