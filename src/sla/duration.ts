/** For sentences: `45 min`, `4 h`, `1 h 30 min`. @param minutes may have a fraction, which is cut off */
export function inHours(minutes: number): string {
  const whole = Math.floor(minutes)
  const hours = Math.floor(whole / 60)
  const rest = whole % 60
  if (hours === 0) return `${rest} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}
