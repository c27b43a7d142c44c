/**
 * A second reading of Calico's selector language, for tests only: the text is cut into words, and each rule of the
 * grammar turns its words into a test of labels.
 */

export type NaiveLabels = Readonly<Record<string, string>>
type Test = (labels: NaiveLabels) => boolean

const known = new Map<string, Test>()

/** Whether labels meet a valid selector. Blank text is met by everything. */
export function naiveSelectorHolds(text: string, labels: NaiveLabels): boolean {
  let test = known.get(text)
  if (test === undefined) {
    test = compile(text)
    known.set(text, test)
  }
  return test(labels)
}

const WORDS =
  /\s*("[^"]*"|'[^']*'|has\(|all\(|global\(|starts\s*with(?![\w./-])|ends\s*with(?![\w./-])|not\s*in(?![\w./-])|[\w./-]+|==|!=|&&|\|\||[!(){},])/y

function compile(text: string): Test {
  const words: string[] = []
  WORDS.lastIndex = 0
  for (let found = WORDS.exec(text); found !== null; found = WORDS.exec(text)) words.push(found[1] ?? '')
  if (words.length === 0) return () => true
  let position = 0
  const next = (): string => words[position++] ?? ''
  const peek = (): string => words[position] ?? ''

  const alternatives = (): Test => {
    const tests = [conjunction()]
    while (peek() === '||') {
      next()
      tests.push(conjunction())
    }
    return (labels) => tests.some((test) => test(labels))
  }
  const conjunction = (): Test => {
    const tests = [single()]
    while (peek() === '&&') {
      next()
      tests.push(single())
    }
    return (labels) => tests.every((test) => test(labels))
  }
  const single = (): Test => {
    const word = next()
    if (word === '!') {
      const inner = single()
      return (labels) => !inner(labels)
    }
    if (word === '(') {
      const inner = alternatives()
      next()
      return inner
    }
    if (word === 'all(' || word === 'global(') {
      next()
      return () => true
    }
    if (word === 'has(') {
      const key = next()
      next()
      return (labels) => Object.hasOwn(labels, key)
    }
    return comparison(word)
  }
  const comparison = (key: string): Test => {
    const operator = next().replaceAll(/\s/g, '')
    const values: string[] = []
    if (operator === 'in' || operator === 'notin') {
      for (next(); peek() !== '}'; ) {
        const word = next()
        if (word !== ',') values.push(word.slice(1, -1))
      }
      next()
    } else values.push(next().slice(1, -1))
    const [value = ''] = values
    return (labels) => {
      const own = Object.hasOwn(labels, key) ? labels[key] : undefined
      switch (operator) {
        case '==':
          return own === value
        case '!=':
          return own !== value
        case 'in':
          return own !== undefined && values.includes(own)
        case 'notin':
          return own === undefined || !values.includes(own)
        case 'contains':
          return own?.includes(value) === true
        case 'startswith':
          return own?.startsWith(value) === true
        case 'endswith':
          return own?.endsWith(value) === true
        default:
          throw new Error(`no operator: ${operator} in ${text}`)
      }
    }
  }
  return alternatives()
}
