import { defineConfig } from 'vitest/config'
import { Stalled } from '../stalled.js'

export default defineConfig({
  test: { include: ['*.still.ts'], pool: 'forks', maxWorkers: 2, reporters: [new Stalled(3000)] },
})
