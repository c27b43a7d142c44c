/** A policy in a row: its name alone. Kind and namespace are in the tooltip of the value and in the details of the flow. */
export function PolicyName({ policy }: { policy: string }) {
  return <bdi>{policyName(policy)}</bdi>
}

/** The name in `KIND:NAMESPACE/NAME` or `KIND:NAME`. */
export function policyName(policy: string): string {
  const name = policy.slice(policy.indexOf(':') + 1)
  return name.slice(name.indexOf('/') + 1)
}
