import { cases } from './browser.js'

cases('Chromium')
