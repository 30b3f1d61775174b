/** At most `maximum` characters, the last an ellipsis when something was cut off; no character is cut in two. */
export function cut(text: string, maximum: number): string {
  if (text.length <= maximum) return text
  const kept = text.slice(0, maximum - 1)
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}
