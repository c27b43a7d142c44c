/** What the last line of a bundle is: how many lines stand before it, and their SHA-256. */
export const END_LINE = 'end'
