import type { Detector } from './detector'

/** Service mesh. */
export const MESH_DETECTORS: readonly Detector[] = [
  {
    id: 'MS-01',
    severity: 'warning',
    title: 'Pod without the proxy that its namespace asks for',
    why: 'The pod takes part in neither the encryption nor the policies of the mesh.',
    fix: 'Start the pod again, or say on the pod that it stays outside the mesh.',
  },
  {
    id: 'MS-02',
    severity: 'error',
    title: 'Server demands mTLS, client does not speak it',
    why: 'The server refuses every connection of that client.',
    fix: 'Give the client a proxy, or allow plain text for that port.',
  },
  {
    id: 'MS-03',
    severity: 'error',
    title: 'Policy closes the tunnel of the mesh',
    why: 'Pods of an ambient mesh talk over TCP 15008; a policy that leaves it out denies everything.',
    fix: 'Allow TCP 15008 from the pods of the mesh.',
  },
  {
    id: 'MS-04',
    severity: 'error',
    title: 'Mesh rule names something that does not exist',
    why: 'Proxies answer with an error where the rule sends requests.',
    fix: 'Correct the host, subset, port or selector, or create what is missing.',
  },
  {
    id: 'MS-05',
    severity: 'warning',
    title: 'Mesh policy denies its clients',
    why: 'No rule of the mesh allows a client that was seen, so its requests are refused.',
    fix: 'Add a rule for the client.',
  },
  {
    id: 'MS-06',
    severity: 'info',
    title: 'Port without a protocol name',
    why: 'The mesh treats it as plain TCP: no routes, retries or measures by request.',
    fix: 'Name the port after its protocol, or set appProtocol.',
  },
]
