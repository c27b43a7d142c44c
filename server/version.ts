import packageDocument from '@/package.json'

/** Version of this program. */
export const SLUICE_VERSION: string = packageDocument.version
