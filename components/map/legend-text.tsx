import { STATE_WORDS } from '@/components/graph/edge-words'
import { LineSample } from '@/components/graph/line-sample'
import { SeverityMark } from '@/components/ui/severity-mark'
import { EDGE_STATES } from '@/lib/graph/topology'
import styles from './legend-text.module.css'

/** What every sign on the map means, in words. */
export function LegendText() {
  return (
    <div className={styles.legend}>
      <h2>Lines</h2>
      <dl className={styles.list}>
        {EDGE_STATES.map((state) => (
          <div key={state} className={styles.entry}>
            <dt>
              <LineSample look={STATE_WORDS[state].look} /> {STATE_WORDS[state].word}
            </dt>
            <dd>{STATE_WORDS[state].hint}.</dd>
          </div>
        ))}
        <div className={styles.entry}>
          <dt>
            <LineSample look="error" /> lost
          </dt>
          <dd>Seen, and lost for another reason than a policy.</dd>
        </div>
        <div className={styles.entry}>
          <dt>
            <LineSample look="declared" /> declared
          </dt>
          <dd>Written down: a route, a Service and its pods. It says nothing about traffic.</dd>
        </div>
        {CLAIMS.map(({ look, word, hint }) => (
          <div key={look} className={styles.entry}>
            <dt>
              <LineSample look={look} /> {word}
            </dt>
            <dd>{hint}</dd>
          </div>
        ))}
      </dl>
      <p>A thicker line carries more: each step is ten times as many flows per second. The arrow points to the server.</p>
      <h2>Shields</h2>
      <dl className={styles.list}>
        {SHIELDS.map(({ word, hint, left, right, dash, hollow }) => (
          <div key={word} className={styles.entry}>
            <dt>
              <svg width="14" height="15" viewBox="0 0 14 15" aria-hidden="true" className={styles.shield}>
                {left && !hollow && <path d="M7 1 1.4 3v4.2C1.4 10.6 3.7 12.8 7 14Z" fill="currentColor" />}
                {right && !hollow && <path d="M7 1l5.6 2v4.2C12.6 10.6 10.3 12.8 7 14Z" fill="currentColor" />}
                <path
                  d="M7 1l5.6 2v4.2c0 3.4-2.3 5.6-5.6 6.8-3.3-1.2-5.6-3.4-5.6-6.8V3L7 1Z"
                  fill="none"
                  stroke="currentColor"
                  strokeWidth="1.2"
                  strokeDasharray={dash ? '2 2' : undefined}
                />
              </svg>{' '}
              {word}
            </dt>
            <dd>{hint}</dd>
          </div>
        ))}
      </dl>
      <h2>Findings</h2>
      <dl className={styles.list}>
        {(['error', 'warning'] as const).map((severity) => (
          <div key={severity} className={styles.entry}>
            <dt>
              <SeverityMark severity={severity} withWord />
            </dt>
            <dd>{FINDINGS[severity]}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

const CLAIMS = [
  { look: 'predicted', word: 'predicted', hint: 'Written down, and no controller has confirmed it: our reading of the rules.' },
  { look: 'idle', word: 'weight 0', hint: 'Written down with weight 0: it gets nothing.' },
  { look: 'nowhere', word: 'leads nowhere', hint: 'Written down, and what it leads to is missing, not permitted or not ready.' },
] as const

const FINDINGS = {
  error: 'An octagon on a corner: something about it breaks connections now; the number counts all that was found.',
  warning: 'A triangle: a likely mistake, or a risk. The panel and the Findings page say what it is.',
} as const

const SHIELDS = [
  { word: 'both', hint: 'Policies limit what comes in and what goes out.', left: true, right: true, dash: false, hollow: false },
  { word: 'ingress', hint: 'Policies limit what comes in; everything may go out.', left: true, right: false, dash: false, hollow: false },
  { word: 'egress', hint: 'Policies limit what goes out; everything may come in.', left: false, right: true, dash: false, hollow: false },
  { word: 'none', hint: 'No policy selects it: everything is allowed.', left: false, right: false, dash: true, hollow: false },
  {
    word: 'not enforced',
    hint: 'Policies exist, and nothing in the cluster enforces them.',
    left: true,
    right: true,
    dash: false,
    hollow: true,
  },
] as const
