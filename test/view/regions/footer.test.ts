import {expect, test} from 'vitest';
import type {SourceState} from '../../../source/source-state.js';
import {lineText} from '../../../source/view/line.js';
import {footerLine} from '../../../source/view/regions/footer.js';
import {createUiState} from '../../../source/view/ui-state/ui-state.js';

const footer = (sources: readonly SourceState[]): string =>
  lineText(footerLine(createUiState({utc: true}), sources, 200)).trim();

test('what is denied, failed or turned off is marked', () => {
  const sources: readonly SourceState[] = [
    {id: 'log', state: 'ok'},
    {id: 'signals', state: 'denied', why: 'needs root'},
    {id: 'exits', state: 'failed', why: 'broke'},
    {id: 'peek', state: 'off', why: 'turned off'},
  ];

  expect(footer(sources)).toMatch(/evidence: log ✓ signals ✗ exits ✗ peek –$/);
});

test('a source that this target does not have is nothing that is missing', () => {
  const sources: readonly SourceState[] = [
    {id: 'log', state: 'ok'},
    {id: 'journal', state: 'unsupported', why: 'this master does not log to the journal'},
  ];

  expect(footer(sources)).toMatch(/evidence: log ✓$/);
  expect(footer(sources.slice(1))).not.toContain('evidence:');
});
