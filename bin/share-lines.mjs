// @ts-check
/**
 * Puts lists of lines one after the other in `limit` lines at most. The longest gives way first, in its middle, and says
 * how much is left out: tests are told at the beginning of a list, the end of an output at its end.
 *
 * @param {readonly (readonly string[])[]} lists
 * @param {number} limit
 * @returns {readonly string[]}
 */
export function shareLines(lists, limit) {
  const shares = lists.map(({ length }) => length)
  const longest = () => shares.indexOf(Math.max(...shares))
  while (shares.reduce((sum, share) => sum + share, 0) > limit && (shares[longest()] ?? 0) > 1) shares[longest()] = Math.max(...shares) - 1
  return lists.flatMap((lines, index) => cutMiddle(lines, shares[index] ?? 0)).slice(0, limit)
}

/**
 * @param {readonly string[]} lines
 * @param {number} limit
 */
function cutMiddle(lines, limit) {
  if (lines.length <= limit) return lines
  const head = Math.ceil((limit - 1) / 2)
  const tail = Math.max(0, limit - 1 - head)
  const note = `... ${lines.length - head - tail} more lines ...`
  return [...lines.slice(0, head), note, ...lines.slice(lines.length - tail)]
}
