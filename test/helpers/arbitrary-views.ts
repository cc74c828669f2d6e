import fc from 'fast-check';
import type {SourceId} from '../../source/source-state.js';
import type {View} from './history-view.js';
import type {Deed, Step} from './imagined-gunicorn.js';

const sources: readonly SourceId[] = ['log', 'heartbeat', 'activity', 'exits', 'memory', 'settings'];

/** What is read in a story only where it is asked for. */
const moreSources: readonly SourceId[] = ['peek', 'signals'];

/** Some of the sources, to be hidden. */
export const hidden: fc.Arbitrary<readonly SourceId[]> = fc.subarray([...sources, ...moreSources]);

/** Some of the sources that not everybody can read. */
export const more: fc.Arbitrary<readonly SourceId[]> = fc.subarray([...moreSources]);

/** A bad way to look: at any moment, with a lag between log and processes, sources hidden, ticks left out, and a standstill. */
export const views: fc.Arbitrary<View> = fc
  .record({
    phaseMs: fc.nat(249),
    readMs: fc.nat(60),
    without: hidden,
    more,
    skipped: fc.uniqueArray(fc.nat(100), {maxLength: 20}),
    stall: fc.option(
      fc.record({atSeconds: fc.double({min: 0, max: 20, noNaN: true}), ms: fc.integer({min: 100, max: 12_000})}),
      {nil: undefined},
    ),
  })
  .map(({stall, ...view}) => (stall ? {...view, stall} : view));

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  {arbitrary: fc.record({kind: fc.constantFrom('hup', 'ttin', 'ttou')}), weight: 5},
  {arbitrary: fc.record({kind: fc.constantFrom('master-term', 'master-kill')}), weight: 1},
  {
    arbitrary: fc.record({
      kind: fc.constantFrom('term', 'kill', 'segfault', 'os-exit', 'max-requests', 'work', 'hang'),
      whom: fc.nat(5),
    }),
    weight: 8,
  },
);

/** Up to nine things that are done to a gunicorn, some of them almost at once. */
export const plots: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    deed: deeds,
    chance: fc.double({min: 0, max: 0.999, noNaN: true}),
    afterSeconds: fc.oneof(fc.double({min: 0.005, max: 0.6, noNaN: true}), fc.double({min: 0.3, max: 9, noNaN: true})),
  }),
  {minLength: 1, maxLength: 9},
);
