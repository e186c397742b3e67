import { cases } from './browser.js'

cases('Firefox')
