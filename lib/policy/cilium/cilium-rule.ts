import type { Fields } from '../../model/fields'
import { type CompiledRule, EVERYBODY } from '../compiled-policy'
import { podsTerm } from '../end-term'
import { allowOnly } from '../policy-fields'
import { both, type Truth } from '../truth'
import type { CiliumContext } from './cilium-context'
import type { SelectorScope } from './endpoint-selector'
import { type CiliumPeers, peerFields, readPeers } from './peers'
import { type CiliumPorts, everything, readCiliumPorts } from './ports'

/** Where a rule stands in its document. */
export type RuleHead = Pick<CompiledRule, 'direction' | 'section' | 'index'> & { readonly action: 'allow' | 'deny' }

/** Compiles one rule: one part for each item of `toPorts`, because rules about requests restrict only their own item. */
export function readCiliumRule(rule: Fields, head: RuleHead, scope: SelectorScope, context: CiliumContext): readonly CompiledRule[] {
  allowOnly(rule, [...peerFields(head), 'toPorts', 'icmps', ...(head.action === 'allow' ? ['authentication'] : [])])
  const peers = readPeers(rule, { ...scope, direction: head.direction, action: head.action }, context)
  const ports = readCiliumPorts(rule, head, context.sets)
  // A rule that names neither peers nor ports selects nothing.
  if (peers === null && ports === null) {
    return [{ ...head, name: null, peers: [], self: [], ports: everything(context.sets).match, certainty: 'yes' }]
  }
  const named = peers ?? { peers: EVERYBODY, certainty: 'yes', ownNamespace: false, restriction: null }
  const parts = (ports ?? [everything(context.sets)]).flatMap((part) => compile(head, named, part, context))
  return withAuthentication(parts, rule)
}

function compile(head: RuleHead, peers: CiliumPeers, ports: CiliumPorts, { cluster }: CiliumContext): readonly CompiledRule[] {
  const restriction = [peers.restriction, ports.requests].filter((text) => text !== null).join('; ')
  const part: CompiledRule = {
    ...head,
    name: null,
    peers: peers.peers,
    self: [],
    ports: ports.match,
    certainty: both(peers.certainty, ports.certainty),
    ...(restriction === '' ? {} : { restriction }),
  }
  if (!peers.ownNamespace) return [part]
  const perNamespace = [...cluster.namespaces.keys()].map((namespace): CompiledRule => {
    const inside = [podsTerm(namespace, null, null)]
    return { ...part, peers: [inside], self: inside }
  })
  return part.peers.length === 0 ? perNamespace : [part, ...perNamespace]
}

/**
 * Mutual authentication that one rule requires holds whichever other rule allows the same traffic: so the rule also
 * stands in the way. `test-always-fail` never lets anything through.
 */
function withAuthentication(parts: readonly CompiledRule[], rule: Fields): readonly CompiledRule[] {
  const authentication = rule.object('authentication')
  allowOnly(authentication, ['mode'])
  const mode = authentication.string('mode')
  if (mode === null || mode === 'disabled') return parts
  if (mode !== 'required' && mode !== 'test-always-fail') {
    authentication.problem('mode', `"${mode}" is not one of disabled, required, test-always-fail`)
    return parts
  }
  const fails: Truth = mode === 'required' ? 'authentication-required' : 'yes'
  return parts.flatMap((part) => {
    const restriction = [part.restriction, 'both ends authenticate each other'].filter((text) => text !== undefined).join('; ')
    const blocking: CompiledRule = { ...part, action: 'deny', certainty: both(part.certainty, fails), restriction }
    return mode === 'required' ? [{ ...part, certainty: both(part.certainty, fails), restriction }, blocking] : [blocking]
  })
}
