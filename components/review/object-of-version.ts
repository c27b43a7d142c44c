import type { PolicyDetails, PolicyDocument } from '@/lib/api/details'

/** Of the objects that share a policy's name, the one of a version of the API; the first where none has it or none is asked for. */
export function objectOfVersion(document: PolicyDocument, policyApiVersion: string | null): PolicyDetails {
  return document.others.find((other) => other.policyApiVersion === policyApiVersion) ?? document
}
