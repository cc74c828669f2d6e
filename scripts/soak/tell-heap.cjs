/** Loaded into the program under watch: writes the live heap, after a full collection, in bytes, where it is told to. */
const {writeFileSync} = require('node:fs');
const {isMainThread} = require('node:worker_threads');
const {runInNewContext} = require('node:vm');
const {getHeapStatistics, setFlagsFromString} = require('node:v8');

if (isMainThread && process.env.GUNSPECT_SOAK_HEAP) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  setInterval(() => {
    collect();
    writeFileSync(process.env.GUNSPECT_SOAK_HEAP, String(getHeapStatistics().used_heap_size));
  }, 20_000).unref();
}
