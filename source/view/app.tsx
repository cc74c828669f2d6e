import {useEffect, useMemo, useReducer, useSyncExternalStore} from 'react';
import {Box, useApp, useInput, usePaste, useWindowSize} from 'ink';
import {displaySnapshot} from './display-text.js';
import type {FrameStore} from './frame-store.js';
import {keyNames} from './key-names.js';
import {smallestRows} from './layout.js';
import {cutLine, span} from './line.js';
import {Lines} from './lines.js';
import {mouseDone} from './mouse.js';
import {countNewEvents} from './new-events.js';
import {Screen} from './screen.js';
import {screenModel} from './screen-model.js';
import type {ScreenDeeds} from './screen-deeds.js';
import type {ScreenOptions} from './screen-options.js';
import {themeFor} from './theme.js';
import type {Timeline} from './timeline.js';
import {useDeeds} from './use-deeds.js';
import {useMouse} from './use-mouse.js';
import {createUiState, pressKey} from './ui-state/ui-state.js';

const noPast: Timeline = [];

type Props = {readonly store: FrameStore; readonly options: ScreenOptions; readonly deeds?: ScreenDeeds};

/** The live screen over a store of frames. It ends by itself on `q` and ctrl-c; Ink's `waitUntilExit` then resolves. */
export function App({store, options, deeds}: Props) {
  const {exit, suspendTerminal} = useApp();
  const window = useWindowSize();
  const frame = useSyncExternalStore(store.subscribe, store.getFrame);
  const notice = window.rows > smallestRows ? frame.notice : undefined;
  const size = notice === undefined ? window : {...window, rows: window.rows - 1};
  const [ui, press] = useReducer(pressKey, options, createUiState);

  const shownSnapshot = ui.paused?.snapshot ?? frame.snapshot;
  const snapshot = useMemo(() => displaySnapshot(shownSnapshot), [shownSnapshot]);
  const nowMs = ui.paused?.atMs ?? frame.nowMs;
  const offsetMinutes = ui.utc ? 0 : options.localOffsetMinutes;
  const picture = {
    snapshot,
    nowMs,
    offsetMinutes,
    ...(ui.paused === undefined
      ? {}
      : {paused: {atMs: ui.paused.atMs, newEvents: countNewEvents(ui.paused.snapshot, frame.snapshot)}}),
  };
  const model = screenModel(picture, ui, size);

  const {pageRows, overlayEnd = 0} = model.kind === 'screen' ? model : {pageRows: {workers: 1, restarts: 1}};
  const shown = {snapshot, nowMs, pageRows, overlayEnd, past: frame.past ?? noPast, offsetMinutes};
  useInput((input, key) => {
    for (const keyName of keyNames(input, key)) {
      press({keyName, ...shown});
    }
  });
  useMouse(ui.mouse, deeds?.mouse, (report) => {
    const above = window.rows - size.rows;
    const mouse = mouseDone({...report, row: report.row - above}, model.kind === 'screen' ? model.places : undefined);
    press({keyName: '', mouse, ...shown});
  });
  usePaste((pasted) => press({keyName: '', pasted, ...shown}));

  useDeeds({deed: ui.deed, deeds, snapshot: shownSnapshot, offsetMinutes}, (said) =>
    press({keyName: '', said, ...shown}),
  );

  useEffect(() => {
    deeds?.attend?.(ui.workerId);
  }, [deeds, ui.workerId]);

  useEffect(() => {
    if (ui.quitting) {
      exit();
    }
  }, [ui.quitting, exit]);

  useEffect(() => {
    if (ui.redraws > 0) {
      // Handing the terminal over and back is Ink's way to draw every line again.
      void suspendTerminal(async () => {});
    }
  }, [ui.redraws, suspendTerminal]);

  const look = {theme: themeFor(options.colour, ui.theme), ascii: options.ascii};
  return (
    <Box flexDirection="column">
      {notice === undefined ? null : (
        <Lines lines={[cutLine([span(` ${notice}`, 'strong')], size.columns)]} width={size.columns} {...look} />
      )}
      <Screen model={model} {...size} {...look} />
    </Box>
  );
}
