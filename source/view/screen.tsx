import {Box} from 'ink';
import {span, type Line} from './line.js';
import {Lines} from './lines.js';
import type {ScreenModel} from './screen-model.js';
import type {Theme} from './theme.js';

type Props = {
  readonly model: ScreenModel;
  readonly columns: number;
  readonly rows: number;
  readonly theme: Theme;
  readonly ascii: boolean;
};

/** Joins the titles of the two panes, and stands between them from there down. */
function separator(height: number): readonly Line[] {
  return Array.from({length: height}, (_, row) => [span(row === 0 ? '─┬─' : ' │ ', 'quiet')]);
}

/** Puts a screen model on the terminal, every region in its place and exactly as high as the terminal. */
export function Screen({model, columns, rows, theme, ascii}: Props) {
  const look = {theme, ascii};
  if (model.kind === 'too-small') {
    return <Lines lines={[model.line]} width={columns} height={rows} {...look} />;
  }
  const {upper, list, card, footer} = model;
  return (
    // Lines are cut to their width already, and cutting them again would be most of the work of a frame.
    <Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
      <Lines lines={upper} width={columns} {...look} />
      <Box flexDirection={card.beside ? 'row' : 'column'} flexGrow={1}>
        <Lines {...list} {...look} />
        {card.beside && card.height > 0 ? <Lines lines={separator(card.height)} width={3} {...look} /> : null}
        <Lines lines={card.lines} width={card.width} height={card.height} {...look} />
      </Box>
      <Lines lines={[footer]} width={columns} {...look} />
    </Box>
  );
}
