/** Control characters above ASCII, line separators and text direction marks: JSON leaves them as they are, a terminal obeys them. */
const unsafeInTerminal = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The value as JSON that may be looked at in a terminal: what it could obey is escaped, the value is the same. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(unsafeInTerminal, escaped);
}
