import { splitClusterId } from '@/lib/graph/combine-topologies'
import styles from './of-cluster.module.css'

/** The cluster of a node or edge on a map of several; nothing on a map of one. Names repeat from cluster to cluster. */
export function OfCluster({ id }: { id: string }) {
  const found = splitClusterId(id)
  return (
    found !== null && (
      <span className={styles.cluster}>
        <bdi>{found.cluster}</bdi>:{' '}
      </span>
    )
  )
}
