import { both, type Truth } from '../truth'
import { type Ruling, rulingOf } from './ruling'

/** Two proxies one behind the other: both must let it in. */
export function ruleBoth(first: Ruling, second: Ruling): Ruling {
  const refusing = [first, second].filter(({ verdict }) => verdict === 'denied')
  const telling = refusing.length > 0 ? refusing : [first, second]
  return rulingOf(
    both(truthOf(first), truthOf(second)),
    telling.flatMap(({ by }) => by),
    telling.flatMap(({ requests }) => requests),
  )
}

function truthOf({ verdict, reason }: Ruling): Truth {
  if (verdict === 'unknown') return reason ?? 'unsupported-policy'
  return verdict === 'allowed' ? 'yes' : 'no'
}
