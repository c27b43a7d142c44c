import { fields, type Reduce } from './field-tree'
import { object } from './object-fields'

/** cert-manager: which Secret it fills, for which names, and until when. */
export const CERTIFICATE: Reduce = object({
  spec: fields(['secretName', 'commonName', 'dnsNames']),
  status: fields(['notAfter', 'renewalTime']),
})
