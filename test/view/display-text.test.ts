import xterm from '@xterm/headless';
import {Unicode11Addon} from '@xterm/addon-unicode11';
import {expect, test} from 'vitest';
import {asciiText} from '../../source/view/ascii.js';
import {displaySnapshot, displayText} from '../../source/view/display-text.js';
import {hostile} from '../helpers/snapshots/extremes.js';
import {healthy} from '../helpers/snapshots/healthy.js';

test('wide, combining and control characters become question marks, line breaks blanks', () => {
  expect(displayText('GET /商店?a=é\r\nb\tc')).toBe('GET /???a=é b c');
  expect(displayText('e\u0301 👩‍👩‍👧 \u001B[31mred\u0007')).toBe('e? ????? ?[31mred?');
  expect(displayText('\u202Eabc\u200B\uFEFF\uD800')).toBe('?abc???');
});

test('what we draw ourselves and European letters stay as they are', () => {
  const own = '▁▂▃▄▅▆▇█▉▊▋▌▍▎▏·–…→←↑↓▸│─┬●✓✗× Größe Łódź Ελλάδα Москва “quoted”';
  expect(displayText(own)).toBe(own);
});

test('every character that stays takes one column on a terminal, by the old and the new table of widths', async () => {
  const kept = Array.from({length: 0x10000 - 0x20}, (_, index) => String.fromCharCode(index + 0x20)).filter(
    (character) => !/[\uD800-\uDFFF]/u.test(character) && displayText(character) === character,
  );
  expect(kept.length).toBeGreaterThan(1500);
  for (const version of ['6', '11']) {
    const terminal = new xterm.Terminal({cols: kept.length + 10, rows: 2, allowProposedApi: true});
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = version;
    await new Promise<void>((resolve) => terminal.write(kept.join(''), resolve));
    expect(terminal.buffer.active.cursorX).toBe(kept.length);
    terminal.dispose();
  }
});

test('a snapshot without foreign characters is the same object', () => {
  expect(displaySnapshot(healthy)).toBe(healthy);
});

test('a hostile snapshot keeps its numbers and loses its escapes', () => {
  const shown = displaySnapshot(hostile);
  const characters = JSON.stringify(shown);
  expect(characters).not.toMatch(/\\u00|\\u20|[\u4E00-\u9FFF]/u);
  expect(shown.restarts.map(({atMs}) => atMs)).toEqual(hostile.restarts.map(({atMs}) => atMs));
  expect(shown.memory).toEqual(hostile.memory);
});

test('in ASCII every glyph is one printable character', () => {
  expect(asciiText('█▉▌▏·· 27/30s → … ✓ ✗ ● – é')).toBe('##=-.. 27/30s > ~ + x * - ?');
});
