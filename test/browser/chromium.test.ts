import { cases } from './cases.js'

cases('Chromium')
