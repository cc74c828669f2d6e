/** A condition for a frame: some row holds the text. */
export function screenWith(text: string): (lines: readonly string[]) => boolean {
  return (lines) => lines.some((line) => line.includes(text));
}
