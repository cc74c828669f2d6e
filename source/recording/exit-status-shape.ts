import type {ExitStatus} from '../observation.js';
import {boolean, eitherBy, number, object, optional, text, type Shape} from './shape.js';

type ByCode = Extract<ExitStatus, {readonly code: number}>;
type BySignal = Extract<ExitStatus, {readonly signal: string}>;

export const exitStatus: Shape<ExitStatus> = eitherBy(
  'code',
  object<ByCode>({code: number}),
  object<BySignal>({signal: text, core: optional(boolean)}),
);
