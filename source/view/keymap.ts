/**
 * The keys of the screen, as one table: the handler, the help and the footer are all made from it.
 *
 * There are no Alt bindings: many terminals send Alt as an Escape before the key, which is also what Escape followed
 * quickly by a key looks like.
 */
export type Command =
  | 'quit'
  | 'help'
  | 'next-pane'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'top'
  | 'bottom'
  | 'open'
  | 'back'
  | 'pause'
  | 'faults-only'
  | 'follow'
  | 'sort'
  | 'reverse-sort'
  | 'filter'
  | 'zone'
  | 'redraw'
  | 'sources'
  | 'guide'
  | 'step-back'
  | 'step-forward'
  | 'jump'
  | 'live'
  | 'restart'
  | 'copy'
  | 'report'
  | 'theme'
  | 'mouse';

export type Binding = {
  readonly command: Command;
  /** Names as `key-names.ts` gives them; a printable key is itself. */
  readonly keys: readonly string[];
  /** The keys as they are written in the help. */
  readonly written: string;
  /** What it does, as a clause. */
  readonly help: string;
  /** The footer's words, the most useful first: absent where the footer does not name the key. */
  readonly footer?: {readonly key: string; readonly text: string; readonly rank: number};
};

export const keymap: readonly Binding[] = [
  {
    command: 'quit',
    keys: ['q', 'ctrl-c'],
    written: 'q, ctrl-c',
    help: 'quit',
    footer: {key: 'q', text: 'quit', rank: 1},
  },
  {command: 'help', keys: ['?', 'h'], written: '?', help: 'this help', footer: {key: '?', text: 'help', rank: 2}},
  {
    command: 'next-pane',
    keys: ['tab', 'shift-tab'],
    written: 'tab',
    help: 'move between workers and restarts',
    footer: {key: 'tab', text: 'pane', rank: 4},
  },
  {command: 'up', keys: ['up', 'k'], written: '↑, k', help: 'up one row'},
  {command: 'down', keys: ['down', 'j'], written: '↓, j', help: 'down one row'},
  {command: 'page-up', keys: ['page-up'], written: 'page up', help: 'up one page'},
  {command: 'page-down', keys: ['page-down'], written: 'page down', help: 'down one page'},
  {command: 'top', keys: ['g', 'home'], written: 'g, home', help: 'to the first row'},
  {command: 'bottom', keys: ['G', 'end'], written: 'G, end', help: 'to the last row'},
  {
    command: 'open',
    keys: ['enter'],
    written: 'enter',
    help: 'open the selected restart or worker, with all its evidence',
    footer: {key: 'enter', text: 'open', rank: 3},
  },
  {
    command: 'back',
    keys: ['escape'],
    written: 'esc',
    help: 'back; clears the filter; then selects the newest fault again',
  },
  {
    command: 'pause',
    keys: ['p', 'space'],
    written: 'p, space',
    help: 'freeze the picture; collection goes on',
    footer: {key: 'p', text: 'pause', rank: 8},
  },
  {
    command: 'faults-only',
    keys: ['f'],
    written: 'f',
    help: 'faults only: hide the expected restarts',
    footer: {key: 'f', text: 'faults', rank: 7},
  },
  {
    command: 'filter',
    keys: ['/'],
    written: '/',
    help: 'only rows that contain a text',
    footer: {key: '/', text: 'filter', rank: 9},
  },
  {
    command: 'sort',
    keys: ['s'],
    written: 's',
    help: 'order the workers by the next column, as they are now',
    footer: {key: 's', text: 'sort', rank: 10},
  },
  {command: 'reverse-sort', keys: ['S'], written: 'S', help: 'the same order, the other way round'},
  {
    command: 'follow',
    keys: ['F'],
    written: 'F',
    help: 'follow the selected worker: when it ends, on to the one that takes its place',
  },
  {
    command: 'redraw',
    keys: ['ctrl-l'],
    written: 'ctrl-l',
    help: 'draw the screen anew, when something else wrote over it',
  },
  {command: 'theme', keys: ['c'], written: 'c', help: 'colours: dark, light, mono, colour-blind safe'},
  {
    command: 'mouse',
    keys: ['m'],
    written: 'm',
    help: 'mouse on or off: the wheel moves, a click selects, a second click opens',
  },
  {command: 'zone', keys: ['u'], written: 'u', help: 'clock times in UTC or local time'},
  {
    command: 'sources',
    keys: ['e'],
    written: 'e',
    help: 'sources of evidence: what is readable, and what would unlock the rest',
    footer: {key: 'e', text: 'evidence', rank: 6},
  },
  {
    command: 'guide',
    keys: ['d'],
    written: 'd',
    help: 'the guide: its five steps, what each has found, and where to look next',
    footer: {key: 'd', text: 'guide', rank: 5},
  },
  {
    command: 'step-back',
    keys: ['T'],
    written: 'T',
    help: 'back in time by one kept picture; collection goes on',
    footer: {key: 'T', text: 'back in time', rank: 11},
  },
  {command: 'step-forward', keys: ['t'], written: 't', help: 'forward in time by one kept picture'},
  {
    command: 'jump',
    keys: ['b'],
    written: 'b',
    help: 'jump to 14:03, -5m or #9101; with enter alone to the event before',
  },
  {command: 'live', keys: ['l'], written: 'l', help: 'back to live'},
  {
    command: 'copy',
    keys: ['y'],
    written: 'y',
    help: 'copy the selected restart as Markdown, to the clipboard of your terminal or into a file',
  },
  {
    command: 'report',
    keys: ['w'],
    written: 'w',
    help: 'write the incident so far as a Markdown report, and say where',
    footer: {key: 'w', text: 'report', rank: 12},
  },
  {command: 'restart', keys: ['#'], written: '#', help: "select a worker's restart by its pid: #9101"},
];

/** The command of a key, or undefined for a key without one. */
export function commandOf(keyName: string): Command | undefined {
  return keymap.find((binding) => binding.keys.includes(keyName))?.command;
}
