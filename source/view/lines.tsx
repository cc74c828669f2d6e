import {memo} from 'react';
import {Box, Text} from 'ink';
import {asciiLine} from './ascii.js';
import {sameLine, type Line} from './line.js';
import {painted} from './paint.js';
import type {Theme} from './theme.js';

type RowProps = {readonly line: Line; readonly theme: Theme; readonly ascii: boolean};

/** One row of the screen: a single text. */
function Row({line, theme, ascii}: RowProps) {
  return <Text wrap="truncate">{painted(ascii ? asciiLine(line) : line, theme) || ' '}</Text>;
}

const MemoRow = memo(
  Row,
  (before, after) => before.theme === after.theme && before.ascii === after.ascii && sameLine(before.line, after.line),
);

type Props = {
  readonly lines: readonly Line[];
  readonly width: number;
  /** Rows to fill; without it as many as there are lines. */
  readonly height?: number;
  readonly theme: Theme;
  readonly ascii: boolean;
};

/** A region of the screen. Only rows whose text or tones changed are drawn again. */
export function Lines({lines, width, height, theme, ascii}: Props) {
  return (
    <Box flexDirection="column" flexShrink={0} width={width} height={height ?? lines.length}>
      {lines.slice(0, height).map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a row of the screen is its place
        <MemoRow key={index} line={line} theme={theme} ascii={ascii} />
      ))}
    </Box>
  );
}
