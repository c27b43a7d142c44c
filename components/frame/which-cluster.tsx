import { oneCluster } from '../live/one-cluster'
import { useViewState } from '../live/use-view-state'
import { Segmented } from '../ui/segmented'
import styles from './which-cluster.module.css'

/** Only the map shows several clusters together: every other page is about one of them, and says which. */
export function WhichCluster() {
  const [view, changeView] = useViewState()
  const { clusters } = view
  const [shown = ''] = oneCluster(view)
  // Put first, the cluster is the one that is asked; the others stay on the map.
  const show = (name: string) =>
    changeView({ clusters: [name, ...clusters.filter((other) => other !== name)], selection: null, policy: null })
  const options = [...clusters].sort().map((name) => ({ value: name, label: name }))
  return (
    <div className={styles.bar}>
      <span>This page is about one cluster:</span>
      <Segmented label="Cluster of this page" value={shown} options={options} onChange={show} />
    </div>
  )
}
