/**
 * The picture of a terminal: one `<text>` for each run of cells of one style, block elements as rectangles, so that
 * bars and curves have no gaps in any font. The same screen gives the same bytes.
 */
import type {IBufferCell, Terminal} from '@xterm/headless';

const palette = [
  '#1d1f21', '#cc6666', '#8abe63', '#e0b060', '#81a2be', '#b294bb', '#6fc3b8', '#c5c8c6',
  '#7c7f80', '#f07178', '#a8d47a', '#f5d17e', '#9cc4f0', '#d3b0dd', '#8fe0d5', '#ffffff',
];
const background = '#16181a';
const foreground = '#d6d9d6';

const fontSize = 15;
const cellWidth = 9.03;
const cellHeight = 18;
const baseline = 14;
const padding = 12;

type Style = {readonly colour: string; readonly dim: boolean; readonly bold: boolean; readonly italic: boolean; readonly underline: boolean};

/** The screen as it stands, as an SVG document. */
export function svgOf(terminal: Terminal): string {
  const {active} = terminal.buffer;
  const cell = active.getNullCell();
  const parts: string[] = [];
  for (let row = 0; row < terminal.rows; row++) {
    const line = active.getLine(active.viewportY + row);
    let run: {style: Style; from: number; text: string} | undefined;
    const flush = (): void => {
      if (run && run.text.trim() !== '') parts.push(textElement(run.style, run.from, row, run.text));
      run = undefined;
    };
    for (let column = 0; column < terminal.cols; column++) {
      line?.getCell(column, cell);
      if (cell.getWidth() === 0) continue;
      const {style, fill} = styleOf(cell);
      if (fill !== background) parts.push(rectangle(column, row, 1, 0, fill));
      const characters = cell.getChars() || ' ';
      const eighths = (characters.codePointAt(0) ?? 0) - 0x25_80;
      if (eighths >= 1 && eighths <= 8) {
        flush();
        parts.push(rectangle(column, row, 1, 1 - eighths / 8, style.colour, style.dim));
        continue;
      }
      const leftEighths = 0x25_90 - (characters.codePointAt(0) ?? 0);
      if (leftEighths >= 1 && leftEighths <= 7) {
        flush();
        parts.push(rectangle(column, row, leftEighths / 8, 0, style.colour, style.dim));
        continue;
      }
      if (run && sameStyle(run.style, style)) run.text += characters;
      else {
        flush();
        run = {style, from: column, text: characters};
      }
    }
    flush();
  }
  const width = Math.ceil(terminal.cols * cellWidth + 2 * padding);
  const height = terminal.rows * cellHeight + 2 * padding;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    ` font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="${fontSize}" xml:space="preserve">\n`,
    `<rect width="${width}" height="${height}" rx="8" fill="${background}"/>\n`,
    parts.join('\n'),
    '\n</svg>\n',
  ].join('');
}

function styleOf(cell: IBufferCell): {readonly style: Style; readonly fill: string} {
  const front = cell.isFgDefault() ? foreground : colourOf(cell.isFgRGB(), cell.getFgColor());
  const back = cell.isBgDefault() ? background : colourOf(cell.isBgRGB(), cell.getBgColor());
  const isInverse = cell.isInverse() !== 0;
  return {
    style: {
      colour: isInverse ? back : front,
      dim: cell.isDim() !== 0,
      bold: cell.isBold() !== 0,
      italic: cell.isItalic() !== 0,
      underline: cell.isUnderline() !== 0,
    },
    fill: isInverse ? front : back,
  };
}

function colourOf(isRgb: boolean, value: number): string {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  if (value < 16) return palette[value] ?? foreground;
  if (value >= 232) return grey(8 + (value - 232) * 10);
  const levels = [0, 95, 135, 175, 215, 255];
  const index = value - 16;
  return `rgb(${levels[Math.floor(index / 36)]},${levels[Math.floor(index / 6) % 6]},${levels[index % 6]})`;
}

function grey(level: number): string {
  return `rgb(${level},${level},${level})`;
}

function sameStyle(a: Style, b: Style): boolean {
  return a.colour === b.colour && a.dim === b.dim && a.bold === b.bold && a.italic === b.italic && a.underline === b.underline;
}

function textElement(style: Style, column: number, row: number, text: string): string {
  const length = text.length * cellWidth;
  const attributes = [
    `x="${at(column)}" y="${padding + row * cellHeight + baseline}"`,
    // Pins the run to the grid, whatever the reader's font is as wide as.
    `textLength="${length.toFixed(2)}" lengthAdjust="spacingAndGlyphs"`,
    `fill="${style.colour}"`,
    style.dim ? 'opacity="0.6"' : '',
    style.bold ? 'font-weight="700"' : '',
    style.italic ? 'font-style="italic"' : '',
    style.underline ? 'text-decoration="underline"' : '',
  ];
  return `<text ${attributes.filter(Boolean).join(' ')}>${escaped(text)}</text>`;
}

/** `top` is the share of the cell left free above, `share` how much of its width is filled. */
function rectangle(column: number, row: number, share: number, top: number, fill: string, dim = false): string {
  const y = padding + (row + top) * cellHeight;
  const opacity = dim ? ' opacity="0.6"' : '';
  return `<rect x="${at(column)}" y="${y.toFixed(2)}" width="${(share * cellWidth + 0.6).toFixed(2)}" height="${((1 - top) * cellHeight).toFixed(2)}" fill="${fill}"${opacity}/>`;
}

function at(column: number): string {
  return (padding + column * cellWidth).toFixed(2);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
