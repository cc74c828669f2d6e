import {useEffect, useRef, useState} from 'react';
import {Box, render, Text, useApp, useInput} from 'ink';
import type {FoundMaster} from '../sensors/masters.js';
import type {Io} from './command.js';
import {keyNames} from '../view/key-names.js';
import {masterTable} from './master-table.js';

/** Where a key moves the selection to, which stops at both ends. */
export function moveSelection(selected: number, {key, count}: {readonly key: string; readonly count: number}): number {
  switch (key) {
    case 'up':
    case 'k':
      return Math.max(0, selected - 1);
    case 'down':
    case 'j':
      return Math.min(count - 1, selected + 1);
    default:
      return selected;
  }
}

type Props = {
  readonly lines: readonly string[];
  /** How many rows of the list fit on the terminal; the others are reached by going on. */
  readonly fitting: number;
  readonly onPick: (index: number | undefined) => void;
};

/** A list to choose one line of; the first line is its title. */
export function Picker({lines: [title = '', ...rows], fitting, onPick}: Props) {
  const {exit} = useApp();
  const [selected, setSelected] = useState(0);
  // Several keys may come before the next drawing.
  const newest = useRef(0);
  const [isDone, setDone] = useState(false);
  const leave = (index: number | undefined) => {
    onPick(index);
    setDone(true);
  };
  useEffect(() => {
    if (isDone) {
      exit();
    }
  }, [isDone, exit]);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) {
      if (name === 'enter') {
        return leave(newest.current);
      }
      if (name === 'escape' || name === 'q' || name === 'ctrl-c') {
        return leave(undefined);
      }
      newest.current = moveSelection(newest.current, {key: name, count: rows.length});
    }
    return setSelected(newest.current);
  });
  if (isDone) {
    // Nothing of the question stays in the terminal.
    return null;
  }
  const first = Math.max(0, selected - fitting + 1);
  return (
    <Box flexDirection="column">
      <Text>Several gunicorn masters run here. Which one?</Text>
      <Text wrap="truncate">{`  ${title}`}</Text>
      {rows.slice(first, first + fitting).map((row, index) => (
        <Text key={row} wrap="truncate" inverse={first + index === selected}>
          {`${first + index === selected ? '>' : ' '} ${row}`}
        </Text>
      ))}
      <Text>enter attaches, arrows or j and k move, q leaves</Text>
    </Box>
  );
}

/** What the terminal has besides the question, the title, the keys and the line below. */
function fittingIn({rows}: Io['stdout']): number {
  return Math.max(1, rows - 4);
}

/** Asks at the terminal which master is meant; undefined when none, or when the signal aborts first. */
export async function pickMaster(
  masters: readonly FoundMaster[],
  {stdin, stdout, stderr}: Io,
  signal: AbortSignal,
): Promise<FoundMaster | undefined> {
  let picked: number | undefined;
  const onPick = (index: number | undefined) => {
    picked = index;
  };
  const screen = render(<Picker lines={masterTable(masters)} fitting={fittingIn(stdout)} onPick={onPick} />, {
    exitOnCtrlC: false,
    stdin,
    stdout,
    stderr,
    interactive: true,
    patchConsole: false,
  });
  const leave = () => {
    // The last picture stays in the terminal: an empty one.
    screen.rerender(<></>);
    screen.unmount();
  };
  signal.addEventListener('abort', leave, {once: true});
  await screen.waitUntilExit();
  signal.removeEventListener('abort', leave);
  return picked === undefined ? undefined : masters[picked];
}
