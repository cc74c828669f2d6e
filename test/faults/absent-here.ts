import {readFileSync} from 'node:fs';
import {isAbsent, type Absence} from '../helpers/absence.js';

const absences = JSON.parse(readFileSync(new URL('not-here.json', import.meta.url), 'utf8')) as readonly Absence[];

/**
 * The words with which to skip a fault that needs what this machine is proven not to have; undefined when it has it.
 * What `not-here.json` does not list is never skipped.
 */
export function absentHere(need: string | undefined): string | undefined {
  return absences.find((absence) => absence.what === need && isAbsent(absence))?.what;
}
