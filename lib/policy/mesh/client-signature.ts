import type { Truth } from '../truth'
import { clausesOf } from './istio-rule'
import { clientMatches } from './linkerd-client-rule'
import type { MeshConnection, SeenClient } from './mesh-connection'
import type { MeshTarget } from './mesh-pod'

type ClientTest = (connection: MeshConnection) => Truth

const known = new WeakMap<MeshTarget, readonly ClientTest[]>()

/** Equal for clients that nothing at a target tells apart, whatever the port. */
export function clientSignature(target: MeshTarget, clients: readonly SeenClient[]): string {
  let tests = known.get(target)
  if (tests === undefined) {
    tests = testsOf(target)
    known.set(target, tests)
  }
  let signature = ''
  for (const client of clients) {
    const connection: MeshConnection = { client, port: 0, destination: null, isExplained: false }
    signature += `${client.identity === null ? '-' : client.identity === 'unknown' ? '?' : '+'}${client.isMachine ? 'm' : ''}`
    for (const test of tests) {
      const truth = test(connection)
      signature += truth === 'yes' ? '1' : truth === 'no' ? '0' : truth
    }
    signature += '|'
  }
  return signature
}

/** Every question about clients that a target's policies ask. */
function testsOf(target: MeshTarget): readonly ClientTest[] {
  if (target.mesh === 'istio') {
    const { policies, waypoint } = target.istio
    const clauses = [...policies, ...(waypoint?.policies ?? [])].flatMap(({ rules }) => rules.flatMap(clausesOf))
    return clauses
      .filter(({ about }) => about === 'client')
      .map(
        (clause): ClientTest =>
          (connection) =>
            clause.holds(connection, false),
      )
  }
  const { servers, clusterNetworks, identityDomain } = target.linkerd
  const authorizations = servers.flatMap((guarded) => [
    ...guarded.authorizations,
    ...guarded.routes.flatMap((route) => route.authorizations),
  ])
  const rules = [...authorizations.flatMap(({ client }) => client ?? []), { identities: 'anyone', networks: clusterNetworks } as const]
  return rules.map(
    (rule): ClientTest =>
      (connection) =>
        clientMatches(rule, connection, identityDomain),
  )
}
