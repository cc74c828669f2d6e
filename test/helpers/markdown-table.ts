/** The cells of one line of a table. */
export type Row = readonly string[];

/** A table in Markdown whose columns are as wide as their widest cell; the first row is its head. */
export function tableOf(rows: readonly Row[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lineOf = (row: Row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [lineOf(rows[0]!), lineOf(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(lineOf)].join('\n');
}
