import { useLiveStatus } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { formatDuration, formatMinute, formatTime } from '../ui/format'
import styles from './which-cluster.module.css'

/** Says that the page shows another time than now, how much of that time is known, and the way on. */
export function PastBar() {
  const [view, changeView] = useViewState()
  const { summary } = useLiveStatus()
  const { at, windowMs } = view
  if (at === null) return null
  const from = summary?.cluster.objectsFrom ?? null
  const isKnown = from === null || at >= from
  const move = (by: number) => changeView({ at: Math.min(at + by, Date.now()) })
  return (
    <div className={styles.bar}>
      <strong>{`As of ${formatMinute(at).slice(0, 10)} ${formatTime(at)}.`}</strong>
      <span>
        {isKnown
          ? 'Objects, policies and verdicts are those of then.'
          : `Objects of before ${formatMinute(from)} are not known: objects and verdicts are those of now, traffic is of then.`}
      </span>
      <Button look="quiet" icon="left" onClick={() => move(-windowMs)}>
        {formatDuration(windowMs)} earlier
      </Button>
      <Button look="quiet" icon="right" onClick={() => move(windowMs)}>
        {formatDuration(windowMs)} later
      </Button>
      <Button look="quiet" onClick={() => changeView({ at: null })}>
        Back to now
      </Button>
    </div>
  )
}
