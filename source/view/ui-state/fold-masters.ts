/** Masters that come and go behind each other, as a supervisor starts what cannot start, folded into one row. */
import type {MasterEvent} from '../../snapshot.js';
import type {RestartRow} from './selection.js';

type EventRow = Extract<RestartRow, {readonly kind: 'event'}>;

/** Fewer comings and goings than this are each worth a line. */
const foldFrom = 4;

/** Rows newest first; what happened to masters with no restart between is one row, as far as it is coming and going. */
export function foldMasters(rows: readonly RestartRow[]): readonly RestartRow[] {
  const runs: RestartRow[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.every(isComingOrGoing) === true && isComingOrGoing(row)) {
      run.push(row);
    } else {
      runs.push([row]);
    }
  }
  return runs.flatMap((run) => (run.length < foldFrom ? run : folded(run.filter(isComingOrGoing))));
}

function folded(run: readonly EventRow[]): readonly RestartRow[] {
  const [newest] = run;
  return newest === undefined ? [] : [{...newest, run: run.map(({event}) => event)}];
}

const comingOrGoing: ReadonlySet<MasterEvent['event']> = new Set(['back', 'gave-up', 'ended', 'lost']);

function isComingOrGoing(row: RestartRow): row is EventRow {
  return row.kind === 'event' && comingOrGoing.has(row.event.event);
}
