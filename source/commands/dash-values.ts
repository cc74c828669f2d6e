import {flagNames, flags, flagText, type Flag} from './flags.js';

/** The arguments with `--record -` as `--record=-`: the parser takes no lone dash for the value of a flag. */
export function joinDashValues(args: readonly string[]): readonly string[] {
  const takingValues = new Set(
    flagNames.flatMap((name) => ((flags[name] as Flag).value === undefined ? [] : [flagText(name)])),
  );
  return args.flatMap((arg, index) => {
    const before = args[index - 1];
    if (arg === '-' && before !== undefined && takingValues.has(before)) {
      return [];
    }
    return [takingValues.has(arg) && args[index + 1] === '-' ? `${arg}=-` : arg];
  });
}
