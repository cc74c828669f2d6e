/** Text that comes from outside, as Markdown that shows it and does nothing else. */

/** Control characters, and those that turn the direction of what follows. */
const unseen = /[\p{Cc}\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]+/gu;

/** A text inside a line or a cell. */
export function inline(text: string): string {
  return text
    .replaceAll(unseen, ' ')
    .replaceAll(/[\\`*_{}[\]<>#|~&]/gu, (sign) => `\\${sign}`)
    .trim();
}

/** Lines as they are, in a block that none of them can end. */
export function codeBlock(lines: readonly string[], language = ''): string {
  const text = lines.map((line) => line.replaceAll(unseen, ' ')).join('\n');
  const longest = Math.max(2, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A table; cells are Markdown already. */
export function table(header: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Paragraphs with a blank line between them; empty ones are left out. */
export function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
