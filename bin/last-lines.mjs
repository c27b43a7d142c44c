// @ts-check
import { stripVTControlCharacters } from 'node:util'

/** What a line may hold at most, in characters; minified code in a message has lines of many thousands. */
const LONGEST_LINE = 300

/**
 * The last lines of what a program printed that say something: no colours, no rules, nothing empty, nothing that was
 * overwritten.
 *
 * @param {string} output
 * @param {number} count
 * @returns {readonly string[]}
 */
export function lastLines(output, count) {
  return readLines(output).slice(-count)
}

/**
 * All lines that say something.
 *
 * @param {string} output
 * @returns {readonly string[]}
 */
export function readLines(output) {
  return stripVTControlCharacters(output)
    .split('\n')
    .map(plainLine)
    .filter((line) => /[\p{L}\p{N}]/u.test(line))
}

/** @param {string} line */
function plainLine(line) {
  const visible = line.trimEnd().split('\r').at(-1) ?? ''
  const plain = visible
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[━⎯─═]{2,}/gu, '')
    .trimEnd()
  return plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE)} ...` : plain
}
