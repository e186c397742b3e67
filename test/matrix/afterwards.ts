// What test/servers needs of vitest, for processes that are none of its own.
export const afterAll = (end: () => unknown): void => void process.on('exit', () => void end())
