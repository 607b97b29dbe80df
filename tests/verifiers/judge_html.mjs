// SPDX-License-Identifier: MIT
// What html-validate complains of in each page.
import {answer, inputs, load} from './modules.mjs';

const {HtmlValidate, StaticConfigLoader} = load('html-validate');
const judge = new HtmlValidate(new StaticConfigLoader({
	root: true,
	extends: ['html-validate:standard', 'html-validate:a11y'],
}));
const complaints = [];
for (const text of inputs) {
	const report = await judge.validateString(text);
	complaints.push(report.results.flatMap(result => result.messages)
		.map(({ruleId, message, line, column}) => `${ruleId} at ${line}:${column}: ${message}`));
}
answer(complaints);
