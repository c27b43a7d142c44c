import styles from './policy-name.module.css'

const USUAL_KIND = 'NetworkPolicy:'

/** A policy in a row: the usual kind is left out, any other stands in grey before the name. */
export function PolicyName({ policy }: { policy: string }) {
  if (policy.startsWith(USUAL_KIND)) return <bdi>{policy.slice(USUAL_KIND.length)}</bdi>
  const colon = policy.indexOf(':')
  return (
    <>
      <span className={styles.kind}>{policy.slice(0, colon + 1)}</span>
      <bdi>{policy.slice(colon + 1)}</bdi>
    </>
  )
}
