// Replaces the part of vitest that test/servers needs, for processes that vitest does not run.
export const afterAll = (end: () => unknown): void => void process.on('exit', () => void end())
