import type { Finding, Severity } from '../../detect/finding'
import type { Origin } from '../../model/object'
import type { FindingsReport } from './findings-report'
import type { SarifLevel, SarifResult, SarifRule } from './sarif'

export function findingRules({ detectors }: FindingsReport): readonly SarifRule[] {
  return detectors.map(({ id, severity, title, why, fix }) => ({
    id,
    name: pascalCase(title),
    level: LEVELS[severity],
    summary: `${title}.`,
    description: why,
    help: fix,
  }))
}

/** `locate` says where an object is written of which a finding does not say it. */
export function findingResults({ findings }: FindingsReport, locate: (object: Finding['object']) => Origin | null): readonly SarifResult[] {
  return findings.map(({ id, severity, object, field, value, message, fix, origin }) => ({
    ruleId: id,
    level: LEVELS[severity],
    message: `${object.ref}: ${message} ${fix}`,
    place: origin ?? locate(object),
    identity: `${object.ref}\n${field ?? ''}\n${value ?? ''}`,
  }))
}

const LEVELS: Readonly<Record<Severity, SarifLevel>> = { error: 'error', warning: 'warning', info: 'note' }

function pascalCase(title: string): string {
  return title
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('')
}
