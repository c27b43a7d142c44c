import type { Result } from '@/lib/model/problem'

/** Reads a comma list of known words; none when the option was not given. */
export function readChoices<Choice extends string>(
  flag: string,
  text: string | null,
  choices: readonly Choice[],
): Result<ReadonlySet<Choice>, string> {
  const found = new Set<Choice>()
  for (const word of text === null ? [] : text.split(',')) {
    const choice = choices.find((candidate) => candidate === word.trim())
    if (choice === undefined) return { ok: false, error: `--${flag} must be a comma list of ${choices.join(', ')}, not "${text}"` }
    found.add(choice)
  }
  return { ok: true, value: found }
}
