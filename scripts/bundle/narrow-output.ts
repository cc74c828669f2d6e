import RealOutput from '../../node_modules/ink/build/output.js';
import {isNarrow, openAttributes, withoutAttributes} from './narrow-text.js';

/**
 * Stands in for the canvas on which Ink puts all texts of a frame, cell by cell: with 40 rows of 120 columns that is
 * half a megabyte of objects and most of what a redraw costs. Texts of one row each, of characters that take one column
 * each, that stand beside one another and end every attribute they begin, are a frame when they are put in a line.
 * Anything else goes the long way.
 */
type Clip = Parameters<RealOutput['clip']>[0];
type WriteOptions = Parameters<RealOutput['write']>[3];

/** The columns of a text that can be put in a line; undefined for any other. */
function columnsOf(text: string): number | undefined {
  return isNarrow(text) && openAttributes(text).length === 0 ? withoutAttributes(text).length : undefined;
}

type Row = {text: string; columns: number};

/** Most texts of a frame were in the one before it. */
const kept = {now: new Map<string, number | undefined>(), before: new Map<string, number | undefined>()};

function knownColumnsOf(text: string): number | undefined {
  const columns = kept.before.has(text) ? kept.before.get(text) : columnsOf(text);
  kept.now.set(text, columns);
  return columns;
}

export default class NarrowOutput {
  readonly #size: {readonly width: number; readonly height: number};
  readonly #real: RealOutput;
  readonly #rows: Row[];
  readonly #clips: Clip[] = [];
  #isNarrow = true;

  constructor(size: {readonly width: number; readonly height: number}) {
    this.#size = size;
    this.#real = new RealOutput(size);
    this.#rows = Array.from({length: size.height}, () => ({text: '', columns: 0}));
  }

  write(x: number, y: number, text: string, options: WriteOptions): void {
    this.#real.write(x, y, text, options);
    this.#isNarrow &&= this.#put(x, y, text, options.transformers);
  }

  clip(clip: Clip): void {
    this.#real.clip(clip);
    this.#isNarrow &&= this.#clips.length === 0 && clip.x1 === undefined && clip.x2 === undefined;
    this.#clips.push(clip);
  }

  unclip(): void {
    this.#real.unclip();
    this.#clips.pop();
  }

  get(): {output: string; height: number} {
    kept.before = kept.now;
    kept.now = new Map();
    if (!this.#isNarrow) return this.#real.get();

    return {output: this.#rows.map(({text}) => text.trimEnd()).join('\n'), height: this.#size.height};
  }

  /** Whether it could be put in its line. */
  #put(x: number, y: number, text: string, transformers: WriteOptions['transformers']): boolean {
    const {y1 = 0, y2 = Infinity} = this.#clips.at(-1) ?? {};
    const row = this.#rows[y];
    if (row === undefined || y < y1 || y >= y2) return !text.includes('\n');

    const drawn = transformers.reduce((line, transform) => transform(line, 0), text);
    const columns = knownColumnsOf(drawn);
    if (columns === undefined || x < row.columns || x + columns > this.#size.width) return false;

    row.text += ' '.repeat(x - row.columns) + drawn;
    row.columns = x + columns;
    return true;
  }
}
