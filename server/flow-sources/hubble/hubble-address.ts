import type { GrpcTarget } from '../grpc/open-session'
import type { TlsFiles } from '../grpc/tls-files'

/** Port of the Service of a relay without TLS. */
const PLAIN_PORT = 80
/** Port of the Service of a relay with TLS. */
const TLS_PORT = 443

/**
 * How a Hubble server is spoken to: over TLS when anything of TLS is configured or it is the port for it. The Service of a
 * relay listens on 80 only without TLS, so that a relay and another source with TLS can be read side by side. `isItsOwn`: this
 * server's own value says something of TLS, which holds on every port.
 */
export function hubbleTarget(
  { host, port }: Pick<GrpcTarget, 'host' | 'port'>,
  { ca, cert, key, serverName }: TlsFiles & { readonly serverName: string | null },
  isItsOwn: boolean,
): GrpcTarget {
  const isConfigured = ca !== null || cert !== null || key !== null || serverName !== null
  const usesTls = port === TLS_PORT || (isConfigured && (isItsOwn || port !== PLAIN_PORT))
  return { host, port, tls: usesTls ? { ca, cert, key, serverName } : null }
}
