import type { Selector, SelectorExpression } from '../../model/selector'

/** What a label selector asks for, as people say it: `app=web and tier in (a, b)`; null when it asks for nothing. */
export function selectorWords({ matchLabels, matchExpressions }: Selector): string | null {
  const parts = [...[...matchLabels].map(([key, value]) => `${key}=${value}`), ...matchExpressions.map(expressionWords)]
  return parts.length === 0 ? null : parts.join(' and ')
}

function expressionWords(expression: SelectorExpression): string {
  switch (expression.operator) {
    case 'In': {
      const values = [...expression.values]
      return values.length === 1 ? `${expression.key}=${values[0]}` : `${expression.key} in (${values.join(', ')})`
    }
    case 'NotIn':
      return `${expression.key} not in (${[...expression.values].join(', ')})`
    case 'Exists':
      return `any ${expression.key}`
    case 'DoesNotExist':
      return `no ${expression.key}`
  }
}

const NAME_LABEL = 'kubernetes.io/metadata.name'

/** The namespaces that a selector asks for by name; null when it asks for anything else. */
export function namedNamespaces({ matchLabels, matchExpressions }: Selector): readonly string[] | null {
  const byLabel = matchLabels.get(NAME_LABEL)
  if (byLabel !== undefined) return matchLabels.size === 1 && matchExpressions.length === 0 ? [byLabel] : null
  const [only, ...more] = matchExpressions
  const isByName = matchLabels.size === 0 && more.length === 0 && only?.key === NAME_LABEL && only.operator === 'In'
  return isByName ? [...only.values] : null
}
