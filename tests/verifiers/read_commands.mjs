// SPDX-License-Identifier: MIT
// What github-action-ts-run-api reads from each {outputs, log}: a step that writes both.
import fs from 'node:fs';
import {answer, inputs, load} from './modules.mjs';

const {RunOptions, RunTarget} = load('github-action-ts-run-api');
const results = [];
for (const {outputs, log} of inputs) {
	const target = RunTarget.syncFn(() => {
		fs.appendFileSync(process.env.GITHUB_OUTPUT, Buffer.from(outputs, 'base64'));
		process.stdout.write(Buffer.from(log, 'base64').toString());
	});
	const options = RunOptions.create().setOutputOptions({printStdout: false, printStderr: false});
	results.push((await target.run(options)).commands);
}
answer(results);
