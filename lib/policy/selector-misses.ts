import type { Labels } from '../model/labels'
import type { Selector } from '../model/selector'

/** One requirement of a selector that labels do not meet, in words: `label app=web`, `app=webapp`. */
export type MissingRequirement = { readonly has: string; readonly wants: string; readonly distance: number }

/** The requirements that are not met. A wrong value is nearer than a missing label. */
export function missingRequirements(selector: Selector, labels: Labels): readonly MissingRequirement[] {
  const missing: MissingRequirement[] = []
  for (const [key, wanted] of selector.matchLabels) {
    const value = labels.get(key)
    if (value !== wanted) missing.push({ ...describe(key, value), wants: `${key}=${wanted}` })
  }
  for (const expression of selector.matchExpressions) {
    const { key } = expression
    const value = labels.get(key)
    switch (expression.operator) {
      case 'In':
        if (value === undefined || !expression.values.has(value))
          missing.push({ ...describe(key, value), wants: `${key} in ${list(expression.values)}` })
        break
      case 'NotIn':
        if (value !== undefined && expression.values.has(value))
          missing.push({ ...describe(key, value), wants: `${key} not in ${list(expression.values)}` })
        break
      case 'Exists':
        if (value === undefined) missing.push({ ...describe(key, value), wants: `a label ${key}` })
        break
      case 'DoesNotExist':
        if (value !== undefined) missing.push({ ...describe(key, value), wants: `no label ${key}` })
        break
    }
  }
  return missing
}

function describe(key: string, value: string | undefined): { readonly has: string; readonly distance: number } {
  return value === undefined ? { has: `no label ${key}`, distance: 1.5 } : { has: `label ${key}=${value}`, distance: 1 }
}

function list(values: ReadonlySet<string>): string {
  return `(${[...values].join(', ')})`
}
