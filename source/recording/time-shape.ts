import type {Moment} from '../observation.js';
import {object, within} from './shape.js';

/**
 * Times and what times are made of. A calendar ends 8.64e15 ms after 1970 (ECMA-262, 21.4.1.1), and printing what lies
 * behind that throws: sums of these stay before it.
 */
export const wallMs = within(4e15);
export const monotonicMs = within(1e15);
export const clockTicks = within(1e13);

export const moment = object<Moment>({wallMs, monotonicMs});
