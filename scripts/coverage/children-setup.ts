/**
 * vitest setup file. Set here, not for vitest itself: Node reads NODE_V8_COVERAGE when it starts and hands it to every
 * process it spawns (whatever `env` the spawn names), so exactly the children of tests write coverage.
 */
const directory = process.env['CARTWRIGHT_CHILD_COVERAGE'];
if (directory !== undefined) {
  process.env['NODE_V8_COVERAGE'] = directory;
  // Functions that come out of the compile cache have no block counts.
  process.env['NODE_DISABLE_COMPILE_CACHE'] = '1';
}
