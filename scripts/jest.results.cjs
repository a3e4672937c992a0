const fs = require('node:fs');
const path = require('node:path');

/** Leaves the counts and failures of one project's tests where `npm test` sums them up. */
module.exports = class Results {
  constructor(globalConfig, { directory }) {
    this.file = path.join(directory, `${path.basename(globalConfig.rootDir)}.json`);
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
