import xterm from '@xterm/headless';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {expect, test} from 'vitest';
import narrowLineUpdate from '../scripts/bundle/narrow-line-update.js';

const columns = 24;

const span = fc
  .tuple(
    fc.constantFrom(
      ['', ''],
      ['\u001B[2m', '\u001B[22m'],
      ['\u001B[7m\u001B[1m', '\u001B[22m\u001B[27m'],
      ['\u001B[36m', '\u001B[39m'],
    ),
    fc.constantFrom('', ' ', '9121', '12/30s', '▁▂▃', '██▉·', '2m', '──', '日本', 'e\u0301'),
  )
  .map(([[begin, end], text]) => `${begin}${text}${end}`);
const anyRow = fc.array(span, {maxLength: 6}).map((spans) => spans.join('').trimEnd());

/** The cells of the first row of a terminal that was told this. */
async function cells(written: string): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({cols: columns, rows: 2, allowProposedApi: true});
  await new Promise<void>((resolve) => terminal.write(written, resolve));
  const line = terminal.buffer.active.getLine(0);
  const told = Array.from({length: columns}, (_, at) => {
    const cell = line?.getCell(at);
    const style = [cell?.isBold(), cell?.isDim(), cell?.isInverse(), cell?.getFgColor()].map(Number).join();
    return `${cell?.getChars() || ' '}|${style}`;
  });
  terminal.dispose();
  return told;
}

test('a changed row looks as if it was written anew', async () => {
  await fc.assert(
    fc.asyncProperty(anyRow, anyRow, anyRow, async (start, one, other) => {
      const [previous, next] = [`${start}${one}`, `${start}${other}`].map((text) => text.trimEnd()) as [string, string];
      fc.pre(stringWidth(previous) <= columns && stringWidth(next) <= columns);
      expect(await cells(`${previous}${narrowLineUpdate(previous, next, columns)}`)).toEqual(await cells(next));
    }),
    {numRuns: 600},
  );
});

test('what is the same before and behind a change is not written again', () => {
  const row = (requests: string) => `\u001B[2mPID\u001B[22m 9121 ${requests} \u001B[1mbusy\u001B[22m`;

  expect(narrowLineUpdate(row('4812'), row('4813'), columns)).toBe('\u001B[13G3');
});

test('a change inside of an attribute begins with it and ends it', () => {
  const row = (text: string) => `age \u001B[1m${text}\u001B[22m`;

  expect(narrowLineUpdate(row('12:04'), row('12:05'), columns)).toBe('\u001B[9G\u001B[1m5\u001B[m');
});
