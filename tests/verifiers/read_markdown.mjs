// SPDX-License-Identifier: MIT
// Each Markdown text as the HTML that GitHub's dialect makes of it.
import {pathToFileURL} from 'node:url';
import {answer, inputs} from './modules.mjs';

// Both packages are ES modules only, which require() does not load.
const at = name => pathToFileURL(`${process.env.MODULES}/${name}/index.js`).href;
const {micromark} = await import(at('micromark'));
const {gfm, gfmHtml} = await import(at('micromark-extension-gfm'));
answer(inputs.map(text => micromark(text, {
	allowDangerousHtml: true,
	extensions: [gfm()],
	htmlExtensions: [gfmHtml()],
})));
