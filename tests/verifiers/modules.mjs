// SPDX-License-Identifier: MIT
// What the scripts here have in common: packages from MODULES, arguments as JSON on stdin.
import fs from 'node:fs';
import {createRequire} from 'node:module';

export const load = createRequire(process.env.MODULES + '/');
export const inputs = JSON.parse(fs.readFileSync(0, 'utf8'));
export const answer = value => fs.writeSync(1, JSON.stringify(value));
