/**
 * Where everything goes: a pure function of the terminal's size and of how much there is to show.
 *
 * From top to bottom: header, headline, strips, workers, restarts, footer. The restart's answers stand beside the
 * restart list from 100 columns on, under it below that. Every region knows its height before it is drawn, so that
 * nothing on the screen moves because of what another region holds back.
 */

export const smallestColumns = 60;
export const smallestRows = 15;
const besideColumns = 100;
/** From here on the screen can afford a second line of strips, in its header and for its headline. */
const roomyRows = 20;
/** From here on the headline may take a third line, and the workers that died in the last seconds have room. */
const tallRows = 30;
/** At most so many of them. */
const mostDead = 3;
/** So many workers are worth a line of sums where lines are few. */
const manyWorkers = 8;

/** How many lines each region would like. */
export type Wanted = {
  readonly header: number;
  /** In an incident never one: its sentence grows and shrinks with what is stuck now. */
  readonly headline: number;
  /** Without the dead: their rows come and go, and the regions below must not move with them. */
  readonly workers: number;
  readonly restarts: number;
  /** By the width of the pane that the answers get. */
  readonly card: (width: number) => number;
};

export type Pane = {readonly width: number; readonly height: number};

export type Layout =
  | {readonly kind: 'too-small'}
  | {
      readonly kind: 'screen';
      readonly header: number;
      readonly headline: number;
      /** Lines of the strips: one above the other, or side by side on two or one. */
      readonly strips: number;
      /** Blank lines above the workers, where strips stand one above the other. */
      readonly gap: number;
      /** Lines that sum up the workers, under the header of their table. */
      readonly totals: number;
      /** Rows under the frozen header of the worker table. */
      readonly workers: number;
      /** Rows under the frozen title of the restart list. */
      readonly list: Pane;
      /** The selected restart, beside or under the list; height 0 when there is none. */
      readonly card: Pane & {readonly beside: boolean};
      /** Lines between headline and footer, for an overlay that covers what is there. */
      readonly body: number;
    };

/** From here on the strips stand one above the other. */
const stackedStripsRows = 36;
const stackedStrips = 5;
const footerLines = 1;
const titleLines = 1;
const leastOf = {workers: 3, list: 2, card: 2};

export function layoutOf(columns: number, rows: number, wanted: Wanted): Layout {
  if (columns < smallestColumns || rows < smallestRows) {
    return {kind: 'too-small'};
  }
  const roomy = rows >= roomyRows;
  const header = roomy ? wanted.header : 1;
  // Always as many as it may come to need: nothing is to move down when something is stuck.
  const least = columns < besideColumns && rows >= tallRows ? 3 : roomy ? 2 : 1;
  const headline = Math.min(Math.max(wanted.headline, least), rows >= tallRows ? 3 : 2);
  const body = rows - header - headline - footerLines;
  const strips = rows >= stackedStripsRows ? stackedStrips : roomy ? 2 : 1;
  const gap = rows >= stackedStripsRows ? 1 : 0;
  const totals = roomy && wanted.workers >= (rows >= stackedStripsRows ? 2 : manyWorkers) ? 1 : 0;
  const room = body - strips - gap - totals - 2 * titleLines;
  const beside = columns >= besideColumns;
  const dead = rows >= tallRows ? Math.min(mostDead, wanted.workers) : 0;
  const workers = Math.max(1, wanted.workers + dead);
  const panes = beside
    ? besidePanes(columns, room, {...wanted, workers})
    : stackedPanes(columns, room, {...wanted, workers});
  return {kind: 'screen', header, headline, strips, gap, totals, body, ...panes};
}

/** Shares `room` rows: workers get what they want as far as the restarts keep their least, the rest is the restarts'. */
function besidePanes(columns: number, room: number, wanted: Wanted) {
  const listWidth = Math.min(80, Math.floor(columns * 0.42));
  const cardWidth = columns - listWidth - 3;
  const cardLines = wanted.card(cardWidth);
  // By whether there are restarts and not by how many: their title must not move with each that comes in.
  const kept = cardLines === 0 ? leastOf.list : Math.max(leastOf.list + leastOf.card, Math.floor(room * 0.55));
  const workers = Math.min(wanted.workers, Math.max(leastOf.workers, room - kept));
  const height = room - workers;
  return {
    workers,
    list: {width: cardLines === 0 ? columns : listWidth, height},
    card: {width: cardLines === 0 ? 0 : cardWidth, height: cardLines === 0 ? 0 : height + titleLines, beside: true},
  };
}

function stackedPanes(columns: number, room: number, wanted: Wanted) {
  const cardLines = wanted.card(columns);
  const keptCard = Math.min(cardLines, Math.floor(room * 0.5), room - leastOf.workers - leastOf.list);
  const keptList = cardLines === 0 ? 1 : Math.max(leastOf.list, Math.floor(room * 0.2));
  const workers = Math.min(wanted.workers, Math.max(leastOf.workers, room - keptCard - keptList));
  const card = Math.min(cardLines, Math.max(keptCard, room - workers - wanted.restarts));
  return {
    workers,
    list: {width: columns, height: room - workers - card},
    card: {width: columns, height: card, beside: false},
  };
}
