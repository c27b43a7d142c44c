/** The rule that picture and YAML highlight: `part` counts the specs of an object that has several. */
export type ActiveRule = { readonly part: number; readonly rule: string }

export function isActive(active: ActiveRule | null, part: number, rule: string): boolean {
  return active !== null && active.part === part && active.rule === rule
}
