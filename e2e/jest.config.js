// Each spec starts the whole platform: one at a time.
module.exports = { ...require('../jest.preset.js')(__dirname), maxWorkers: 1, testTimeout: 900_000 };
