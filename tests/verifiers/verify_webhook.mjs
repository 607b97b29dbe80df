// SPDX-License-Identifier: MIT
// In: [{secret, headers, body}, …]. Out: for each null, or why the reference library of Standard Webhooks refuses it.
import {answer, inputs, load} from './modules.mjs';

const {Webhook} = load('standardwebhooks');

answer(inputs.map(({secret, headers, body}) => {
  try {
    new Webhook(secret).verify(body, headers);
    return null;
  } catch (error) {
    return String(error);
  }
}));
