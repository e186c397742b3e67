import { cases } from './cases.js'

cases('Firefox')
