import {expect, test} from 'vitest';
import {codeBlock, inline, table} from '../../source/report/markdown.js';

test('a text from outside is shown and does nothing', () => {
  expect(inline('a|b <img src=x> `c` [d](e) *f* _g_ #h')).toBe(
    String.raw`a\|b \<img src=x\> \`c\` \[d\](e) \*f\* \_g\_ \#h`,
  );
  expect(inline('one\ntwo\u001B[31m\u202Ethree')).toBe(String.raw`one two \[31m three`);
});

test('no line can end the block that it is in', () => {
  expect(codeBlock(['a', '````', '# b'], 'text')).toBe('`````text\na\n````\n# b\n`````');
});

test('a table has one line for each row', () => {
  expect(table(['A', 'B'], [['1', '2']])).toBe('| A | B |\n| --- | --- |\n| 1 | 2 |');
});
