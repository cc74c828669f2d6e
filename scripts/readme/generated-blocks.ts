/** The blocks of README.md between `begin: NAME` and `end: NAME`, made from the tables that drive the program. */
import {helpText} from '../../source/commands/help.js';
import {commands} from '../../source/commands/table.js';
import {causeRules} from '../../source/diagnosis/cause-rules.js';
import {keymap} from '../../source/view/keymap.js';

const blocks: Readonly<Record<string, () => string>> = {
  help: () => `\`\`\`text\n${helpText(commands)}\n\`\`\``,
  keys: () =>
    table(
      ['Key', 'What it does'],
      keymap.map(({written, help}) => [written.replaceAll('|', '\\|'), help]),
    ),
  causes: () =>
    table(
      ['Cause', 'Usual branch', 'Expected', 'What it means'],
      [
        ...causeRules.map(({id, branch, expected, means}) => [
          `\`${id}\``,
          id === 'gave-up' ? 'of the death behind it' : branch,
          expectedText(expected),
          means,
        ]),
        ['`clean-exit`', 'unknown', 'open', 'it left with exit 0, and nothing says why; candidates are ranked'],
        ['`unknown`', 'unknown', 'open', 'not enough evidence; says which is missing'],
      ],
    ),
};

/** The text with every such block made anew. Throws when one is missing. */
export function withGeneratedBlocks(readme: string): string {
  return Object.entries(blocks).reduce((text, [name, make]) => {
    const block = new RegExp(`(<!-- begin: ${name} -->\n)[\\s\\S]*?(<!-- end: ${name} -->)`);
    if (!block.test(text)) throw new Error(`README.md has no block "${name}"`);
    return text.replace(block, (_all, begin: string, end: string) => `${begin}\n${make()}\n\n${end}`);
  }, readme);
}

function expectedText(expected: boolean | undefined): string {
  if (expected === undefined) return 'open';
  return expected ? 'yes' : 'no';
}

/** A Markdown table with padded columns, as prettier writes it. */
function table(header: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
