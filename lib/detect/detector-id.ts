/** Everything that a finding can be, by id. The ids never change their meaning; docs/findings.md explains each. */
export type DetectorId =
  | `NP-${'01' | '02' | '03' | '04' | '05' | '06' | '07' | '08' | '09' | '10' | '11' | '12' | '13' | '14' | '15' | '16' | '17' | '18'}`
  | 'DS-04'
