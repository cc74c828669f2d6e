import fc from 'fast-check';

// Where a submission is judged, made-up values are the same every time: it is not refused for what it did not change.
// Everywhere else they are others at every run, and what they find is told with its seed.
if (process.env['CI'] !== undefined) fc.configureGlobal({seed: 20_261_130});

// Ink draws no frames where CI is set, and chalk colours by the variables below: without them a frame in a test is the
// same text on every machine. The variables are absent and not '0' because programs started by tests inherit them.
for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'TF_BUILD', 'TEAMCITY_VERSION', 'NODE_ENV']) {
  delete process.env[name];
}
