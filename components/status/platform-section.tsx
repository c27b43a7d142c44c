import type { ReactNode } from 'react'
import type { PlatformDocument } from '@/lib/api/platform-document'
import { cidrContains, formatCidr, parseCidr } from '@/lib/model/address'
import type { Evidence } from '@/lib/platform/evidence'
import { EvidenceList } from '../live/evidence-list'
import { Chip } from '../ui/chip'
import { formatCount } from '../ui/format'
import { Cell, Facts, HeaderCell, Table } from '../ui/table'
import styles from './platform-section.module.css'

const ENFORCED = { yes: 'yes', no: 'no, by nobody', unknown: 'cannot tell' } as const

/** What the network of the cluster is made of; each line can be opened to what it was concluded from. */
export function PlatformSection({ platform }: { platform: PlatformDocument }) {
  const { proxy, meshes, leftovers } = platform
  return (
    <Facts
      facts={[
        { name: 'Network', value: <Network platform={platform} /> },
        { name: 'Policies enforced', value: <Enforcement platform={platform} /> },
        ...leftovers.map(({ name, state, evidence }) => ({
          name: 'Left over',
          value: (
            <Known evidence={evidence}>
              {name}{' '}
              <Chip label={`${name} is left over`} tone="notice">
                {state === 'stopped' ? 'installed, not running' : 'leftovers'}
              </Chip>
            </Known>
          ),
        })),
        {
          name: 'Services',
          value: (
            <Known evidence={proxy.evidence}>
              {proxy.program === null
                ? 'No proxy of Services was seen.'
                : `${[proxy.program, proxy.mode].filter(Boolean).join(', ')}: ${proxy.strategy?.value ?? 'how it chooses an endpoint cannot be told'}`}
            </Known>
          ),
        },
        { name: 'DNS', value: <Dns platform={platform} /> },
        ...(meshes.length === 0 ? [{ name: 'Service mesh', value: 'None was seen.' }] : []),
        ...meshes.map((mesh) => ({ name: 'Service mesh', value: <MeshLine mesh={mesh} /> })),
        ...rangeFacts(platform),
        ...(platform.unread.length === 0
          ? []
          : [{ name: 'Not readable', value: `${platform.unread.map(kindOf).join(', ')}: there may be more than is said here.` }]),
      ]}
    />
  )
}

/** The machines of the cluster, those that need a look first. */
export function MachineTable({ machines }: { machines: PlatformDocument['machines'] }) {
  if (machines.total === 0) return null
  return (
    <>
      <Table label="Machines">
        <thead>
          <tr>
            <HeaderCell>Machine</HeaderCell>
            <HeaderCell>State</HeaderCell>
            <HeaderCell>Zone</HeaderCell>
            <HeaderCell>Addresses</HeaderCell>
            <HeaderCell>Addresses of its pods</HeaderCell>
            <HeaderCell>Kubelet</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {machines.items.map((machine) => (
            <tr key={machine.name}>
              <Cell>
                <bdi>{machine.name}</bdi>
              </Cell>
              <Cell>
                {machine.ready === null ? 'not stated' : machine.ready ? 'ready' : 'not ready'}
                {machine.isUnguarded && ', nobody enforces policies'}
              </Cell>
              <Cell>{machine.zone ?? ''}</Cell>
              <Cell mono>{machine.addresses.join(', ')}</Cell>
              <Cell mono>{machine.podCidrs.join(', ')}</Cell>
              <Cell>{machine.kubeletVersion ?? ''}</Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      {machines.total > machines.items.length && (
        <p className={styles.more}>and {formatCount(machines.total - machines.items.length)} more machines</p>
      )}
    </>
  )
}

function Known({ evidence, children }: { evidence: readonly Evidence[]; children: ReactNode }) {
  return (
    <div className={styles.known}>
      <span>{children}</span>
      <EvidenceList evidence={evidence} />
    </div>
  )
}

function Network({ platform: { name, network } }: { platform: PlatformDocument }) {
  if (network === null)
    return name === null ? 'No network plugin was seen.' : `${name} enforces policies; who carries the packets was not seen.`
  const { plugin, transport, encryption, evidence } = network
  const between = transport === null ? '' : `, between machines by ${transport.value}`
  const sealed = encryption === null ? '' : `, encrypted by ${encryption.value}`
  const extra = [transport, encryption].flatMap((fact) => fact?.from ?? [])
  const whole = name === null || name === plugin ? '' : ` (${name})`
  return <Known evidence={distinct([...evidence, ...extra])}>{`${plugin}${whole}${between}${sealed}`}</Known>
}

function Enforcement({ platform: { policy } }: { platform: PlatformDocument }) {
  const { enforces, reason, evidence, missingOn } = policy
  const missing =
    missingOn.total === 0
      ? ''
      : ` Not on ${missingOn.items.join(', ')}${missingOn.total > missingOn.items.length ? ` and ${formatCount(missingOn.total - missingOn.items.length)} more` : ''}.`
  return (
    <Known evidence={evidence}>
      {enforces === 'no' ? (
        <Chip label="enforced by nobody" tone="notice">
          {ENFORCED.no}
        </Chip>
      ) : (
        ENFORCED[enforces]
      )}
      {enforces === 'no' ? ` ${sentence(reason)}${missing}` : `: ${reason}.${missing}`}
    </Known>
  )
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`
}

function Dns({ platform: { dns } }: { platform: PlatformDocument }) {
  const { zone, services, nodeCache, podNames } = dns
  const servers = services.map(
    ({ ref, addresses, ready, total }) =>
      `${ref.slice('svc:'.length)}${addresses.length === 0 ? '' : ` at ${addresses.join(', ')}`} (${ready} of ${total} pods ready)`,
  )
  const evidence = [zone.from, nodeCache, podNames?.from ?? null].flatMap((one) => one ?? [])
  const cached = nodeCache === null ? '' : ', with a cache on each machine'
  return (
    <Known evidence={evidence}>
      Names end in <code>{zone.value}</code>
      {zone.isAssumed && ' (assumed: nothing says it)'}
      {servers.length === 0 ? '; no DNS Service was seen' : `; answered by ${servers.join(' and ')}`}
      {cached}
    </Known>
  )
}

function MeshLine({ mesh: { name, state, evidence, members } }: { mesh: PlatformDocument['meshes'][number] }) {
  const parts = [
    [members.sidecar, 'with a sidecar'],
    [members['native-sidecar'], 'with a native sidecar'],
    [members.ambient, 'in ambient mode'],
  ] as const
  const counted = parts.filter(([count]) => count > 0).map(([count, how]) => `${formatCount(count)} ${count === 1 ? 'pod' : 'pods'} ${how}`)
  return (
    <Known evidence={evidence}>
      {name}
      {state === 'asked-for' && ', which pods or policies ask for; neither its control plane nor a proxy was seen'}
      {counted.length === 0 ? '; no pod takes part' : `: ${counted.join(', ')}`}
    </Known>
  )
}

const RANGE_NAMES = { pods: 'Addresses of pods', services: 'Addresses of Services', machines: 'Addresses of machines' } as const

function rangeFacts({ ranges }: PlatformDocument): { name: string; value: ReactNode }[] {
  return (['pods', 'services', 'machines'] as const).flatMap((of) => {
    const own = ranges.items.filter((range) => range.of === of)
    if (own.length === 0) return []
    const cidrs = widest([...new Set(own.flatMap((range) => range.cidrs.items))])
    const isGuess = own.every((range) => range.isGuess)
    const hidden = own.some((range) => range.cidrs.total > range.cidrs.items.length)
    const text = `${cidrs.join(', ')}${hidden ? ', …' : ''}${isGuess ? ' (the smallest range over those in use)' : ''}`
    return [{ name: RANGE_NAMES[of], value: <Known evidence={own.map(({ from }) => from)}>{text}</Known> }]
  })
}

/** Without those that lie in another: the range of each machine lies in that of the cluster. */
function widest(texts: readonly string[]): readonly string[] {
  const cidrs = texts.flatMap((text) => parseCidr(text) ?? [])
  return cidrs
    .filter(
      (cidr) =>
        !cidrs.some(
          (other) => other !== cidr && other.prefix < cidr.prefix && cidrContains(other, { family: cidr.family, value: cidr.first }),
        ),
    )
    .map(formatCidr)
}

function distinct(evidence: readonly Evidence[]): readonly Evidence[] {
  return [...new Map(evidence.map((one) => [one.text, one])).values()]
}

function kindOf(key: string): string {
  return `${key.slice(key.indexOf('/') + 1)}s`
}
