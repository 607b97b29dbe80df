// SPDX-License-Identifier: MIT
// What test-results-parser reads from each JUnit file that is named.
import {answer, inputs, load} from './modules.mjs';

const {parse} = load('test-results-parser');
answer(inputs.map(file => parse({type: 'junit', files: [file]})));
