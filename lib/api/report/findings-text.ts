import { basisLines } from './basis'
import { countFindings, countsText, type FindingsReport } from './findings-report'
import { plainLine } from './plain-line'

/** The findings as compilers print problems: place, severity, id and message, then why it matters and what to do. */
export function* findingsText({ basis, findings }: FindingsReport): Iterable<string> {
  for (const { id, severity, object, field, message, why, fix, evidence, origin } of findings) {
    const place = origin === null ? object.ref : `${origin.file}:${origin.line}:${origin.column}`
    yield `${plainLine(`${place}: ${severity} ${id}: ${message}`)}\n`
    yield `    ${plainLine(field === null ? object.ref : `${object.ref} ${field}`)}\n`
    yield `    ${plainLine(why)}\n`
    if (evidence.length > 0) yield `    seen: ${plainLine(evidence.join('; '))}\n`
    yield `    fix: ${plainLine(fix)}\n`
  }
  const counts = countsText(countFindings(findings))
  yield `${findings.length === 0 ? '' : '\n'}${counts.charAt(0).toUpperCase()}${counts.slice(1)}.\n${basisLines(basis).join('\n')}\n`
}
