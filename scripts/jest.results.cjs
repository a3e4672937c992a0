const fs = require('node:fs');
const path = require('node:path');

/** Leaves the counts and failures of one project's tests where `npm test` sums them up. */
module.exports = class Results {
  constructor(globalConfig, { directory }) {
    // By the project's name, as Nx looks for it when it caches a run: a folder's may be another.
    const { name } = require(path.join(globalConfig.rootDir, 'project.json'));
    this.file = path.join(directory, `${name}.json`);
    // Part of a project's tests says nothing about the project.
    this.whole = !globalConfig.testPathPatterns?.patterns?.length && !globalConfig.testNamePattern;
  }

  onRunComplete(_contexts, results) {
    if (!this.whole) return;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    const counts = {
      passed: results.numPassedTests,
      // A file that does not even load is a failure, though none of its tests ran.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      failures: results.testResults.filter((file) => file.failureMessage).map((file) => file.failureMessage),
    };
    fs.writeFileSync(this.file, `${JSON.stringify(counts)}\n`);
  }
};
