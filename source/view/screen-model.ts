/**
 * The whole screen as a value: which lines stand where, for one frame, one terminal size and what the keys have asked
 * for. The components only put it on the terminal.
 */
import type {Restart, Snapshot} from '../snapshot.js';
import {layoutOf, smallestColumns, smallestRows, type Layout} from './layout.js';
import {emptyLine, span, type Line} from './line.js';
import type {Place} from './mouse.js';
import {footerLine} from './regions/footer.js';
import {headerHeight, headerLines} from './regions/header.js';
import {headlineLines} from './regions/headline.js';
import {overlayLines} from './regions/overlay.js';
import type {Picture} from './regions/picture.js';
import {restartCardHeight, restartCardLines} from './regions/restart-card.js';
import {restartListLines, type RestartList} from './regions/restart-list.js';
import {stripLines} from './regions/strips.js';
import {workerTableLines} from './regions/worker-table.js';
import {withFollowed} from './ui-state/follow.js';
import {
  narrowedBy,
  restartRows,
  restartsFrom,
  selectedRestart,
  shownWorkers,
  visibleRestarts,
  visibleWorkers,
  workersFrom,
} from './ui-state/selection.js';
import type {Pane, UiState} from './ui-state/ui-state.js';

export type ScreenModel =
  | {readonly kind: 'too-small'; readonly line: Line}
  | {
      readonly kind: 'screen';
      /** Full width, from the top row down. */
      readonly upper: readonly Line[];
      /** Below it: the restart list and the selected restart's answers, beside it or under it. */
      readonly list: {readonly lines: readonly Line[]; readonly width: number; readonly height: number};
      readonly card: {
        readonly lines: readonly Line[];
        readonly width: number;
        readonly height: number;
        readonly beside: boolean;
      };
      readonly footer: Line;
      /** What a key needs to know of the screen it was pressed on. */
      readonly pageRows: Readonly<Record<Pane, number>>;
      /** Where their rows stand; absent while an overlay covers them. */
      readonly places?: Readonly<Record<Pane, Place>>;
      readonly overlayEnd?: number;
    };

type Size = {readonly columns: number; readonly rows: number};
type Screen = Extract<Layout, {kind: 'screen'}>;

export function screenModel(picture: Picture, asked: UiState, {columns, rows}: Size): ScreenModel {
  const {snapshot} = picture;
  const ui = withFollowed(asked, snapshot);
  const restart = selectedRestart(visibleRestarts(snapshot, ui), ui.restartId);
  const list = restartListOf(picture, ui, restart);
  const layout = layoutOf(columns, rows, {
    header: headerHeight(picture, columns),
    headline: Math.max(headlineLines(picture, columns).length, snapshot.headline.status === 'incident' ? 2 : 1),
    workers: workersWanted(snapshot, ui),
    restarts: list.rows.length,
    card: (width) => (restart === undefined ? 0 : restartCardHeight(restart, picture, width)),
  });
  if (layout.kind === 'too-small') {
    const text = `gunspect needs ${smallestColumns}×${smallestRows}, this is ${columns}×${rows}`;
    return {kind: 'too-small', line: [span(text.slice(0, columns))]};
  }
  const top = [
    ...headerLines(picture, columns, layout.header),
    ...filled(headlineLines(picture, columns, layout.headline), layout.headline),
  ];
  const pageRows = {workers: layout.workers, restarts: layout.list.height};
  if (ui.overlay !== undefined) {
    const lines = overlayLines(ui.overlay, picture, ui, columns);
    const overlayEnd = Math.max(0, lines.length - layout.body);
    const from = Math.min(ui.overlayOffset, overlayEnd);
    const position = overlayEnd === 0 ? undefined : `${from + 1}–${from + layout.body} of ${lines.length}`;
    const footer = footerLine(ui, snapshot.sources, columns, position);
    const upper = filled([...top, ...lines.slice(from, from + layout.body)], rows - 1);
    return {kind: 'screen', upper, footer, pageRows, overlayEnd, list: noPane, card: {...noPane, beside: false}};
  }
  const footer = footerLine(ui, snapshot.sources, columns);
  const upper = [...top, ...stripLines(picture, columns, layout.strips), ...workerLines(picture, ui, columns, layout)];
  return {
    kind: 'screen',
    upper,
    list: {
      width: layout.list.width,
      height: layout.list.height + 1,
      lines: restartListLines(
        list,
        layout.list.width,
        layout.list.height,
        restartsFrom(list.rows, list.selectedId, ui, layout.list.height),
      ),
    },
    card: {...layout.card, lines: cardLines(restart, picture, layout)},
    footer,
    pageRows,
    places: {
      workers: {row: upper.length - layout.workers, height: layout.workers, column: 0, width: columns},
      restarts: {row: upper.length + 1, height: layout.list.height, column: 0, width: layout.list.width},
    },
  };
}

/** As many as live or are to live: while one is being replaced its line is kept. */
function workersWanted(snapshot: Snapshot, ui: UiState): number {
  const living = visibleWorkers(snapshot, ui).filter(({ended}) => ended === undefined).length;
  const {wantedWorkers, settings} = snapshot.master ?? {};
  return ui.filter === '' ? Math.max(living, wantedWorkers ?? settings?.workers?.value ?? 0) : living;
}

const noPane = {lines: [], width: 0, height: 0};

function restartListOf(
  {snapshot, nowMs, offsetMinutes}: Picture,
  ui: UiState,
  selected: Restart | undefined,
): RestartList {
  return {
    snapshot,
    nowMs,
    offsetMinutes,
    rows: restartRows(snapshot, ui),
    selectedId: selected?.id,
    focused: ui.pane === 'restarts',
    narrowedBy: narrowedBy(ui),
  };
}

function workerLines(picture: Picture, ui: UiState, columns: number, layout: Screen): readonly Line[] {
  const {snapshot, offsetMinutes} = picture;
  const hiddenCount = snapshot.workers.length - visibleWorkers(snapshot, ui).length;
  const rows = shownWorkers(snapshot, ui, layout.workers);
  const table = workerTableLines(
    {
      rows,
      hiddenCount,
      sort: ui.sort,
      following: ui.following === true && ui.pane === 'workers',
      totals: layout.totals > 0,
      selectedId: ui.pane === 'workers' ? ui.workerId : undefined,
      focused: ui.pane === 'workers',
      emptyText:
        hiddenCount > 0 ? `all hidden by ${narrowedBy({...ui, faultsOnly: false}).join('')}` : emptyText(snapshot),
      context: {timeoutSeconds: snapshot.master?.settings.timeoutSeconds?.value, offsetMinutes},
    },
    columns,
    layout.workers,
    workersFrom(rows, ui, layout.workers),
  );
  return [...Array.from({length: layout.gap}, () => emptyLine), ...filled(table, layout.workers + layout.totals + 1)];
}

function emptyText(snapshot: Snapshot): string {
  if (snapshot.master === undefined) {
    return 'no gunicorn master yet';
  }
  return snapshot.master.alive ? 'no worker lives' : 'the master has ended and no worker is left';
}

function cardLines(restart: Restart | undefined, picture: Picture, {card}: Screen): readonly Line[] {
  return restart === undefined || card.height === 0 ? [] : restartCardLines(restart, picture, card.width, card.height);
}

function filled(lines: readonly Line[], height: number): readonly Line[] {
  return Array.from({length: height}, (_, index) => lines[index] ?? emptyLine);
}
