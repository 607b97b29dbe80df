// SPDX-License-Identifier: MIT
// Reads traces as OpenTelemetry's own protocol buffers do. In: [TEXT, …], JSON each. Out: for each {problem} or
// {kept}, the document as the library keeps it, so that a key that it does not know is missing there.
import {answer, inputs, load} from './modules.mjs';

const root = load('@opentelemetry/otlp-transformer/build/src/generated/root.js');
const Request = root.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
const ids = new Set(['traceId', 'spanId', 'parentSpanId']);

// JSON has ids in hex, which the library wants as bytes and prints in base64.
const toBytes = (key, value) => ids.has(key) ? Buffer.from(value, 'hex').toString('base64') : value;
const toHex = (key, value) => ids.has(key) ? Buffer.from(value, 'base64').toString('hex') : value;

answer(inputs.map(text => {
  try {
    const object = JSON.parse(text, toBytes);
    const problem = Request.verify(Request.fromObject(object));
    if (problem)
      return {problem};
    const kept = Request.toObject(Request.decode(Request.encode(Request.fromObject(object)).finish()),
      {longs: String, bytes: String, enums: Number});
    return {kept: JSON.parse(JSON.stringify(kept), toHex)};
  } catch (error) {
    return {problem: String(error)};
  }
}));
