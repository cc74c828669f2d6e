/** How the screen uses its terminal: the colours, and whose the mouse is. */
import {themeNames} from '../theme.js';
import type {UiState} from './ui-state.js';

export function toggleMouse(state: UiState): UiState {
  const message = state.mouse
    ? 'the terminal has the mouse again, and marks text with it'
    : 'the wheel moves, a click selects, another one opens; m gives the mouse back to the terminal';
  return {...state, mouse: !state.mouse, message};
}

export function nextTheme(state: UiState): UiState {
  if (!state.colour) {
    return {...state, message: 'no colours are wanted: NO_COLOR, --no-color or TERM=dumb says so'};
  }
  const theme = themeNames[(themeNames.indexOf(state.theme) + 1) % themeNames.length] ?? 'dark';
  return {...state, theme, message: `theme ${theme}; --theme ${theme} begins with it`};
}
