import type {ThemeName} from './theme.js';

/** How the screen is to be drawn; fixed for a session, decided by the command from flags, environment and terminal. */
export type ScreenOptions = {
  /** False for `--no-color`, `NO_COLOR` and `TERM=dumb`: bold and inverse at most. */
  readonly colour: boolean;
  /** How colours are used at first, where there are any; `c` goes on to the next. */
  readonly theme: ThemeName;
  /** True for `--ascii` and for terminals without UTF-8: every glyph is one of the 95 printable ASCII characters. */
  readonly ascii: boolean;
  /** Whether clock times start in UTC; `u` switches. */
  readonly utc: boolean;
  /** The local zone's offset east of UTC, minutes: `-new Date().getTimezoneOffset()`. One offset for the whole screen. */
  readonly localOffsetMinutes: number;
};
