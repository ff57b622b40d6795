/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

// The control API of the hub that this page came from.

const BASE = '/emulator';

let token = null;
let asking = null;
let ask = () => Promise.reject(new Error('The hub wants a token.'));

/** The hub has refused, or does not answer: status 0. The message is a sentence. */
export class HubProblem extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** What gets a token from the reader of this page; given the reason, it returns a promise. */
export function getTokensBy(way) {
  ask = way;
}

/** Where a device or a module is in the API. */
export function pathOf(identity) {
  const device = `/devices/${encodeURIComponent(identity.deviceId)}`;
  return identity.moduleId ? `${device}/modules/${encodeURIComponent(identity.moduleId)}` : device;
}

async function request(method, path, { body, headers = {}, signal } = {}) {
  const used = token;
  const authorization = used ? { Authorization: used } : {};
  let response;
  try {
    response = await fetch(BASE + path, { method, body, signal, cache: 'no-store', headers: { ...headers, ...authorization } });
  } catch (e) {
    if (signal?.aborted) {
      throw e;
    }
    throw new HubProblem(0, used && !/^[\x20-\x7e]*$/.test(used)
      ? 'The token has characters that no token has.'
      : 'The hub does not answer.');
  }
  if (response.ok) {
    return response;
  }
  const sentence = await sentenceOf(response);
  if (response.status === 401) {
    // Somebody else may have got one meanwhile.
    if (used === token) {
      asking ??= ask(sentence).then((given) => { token = given; }).finally(() => { asking = null; });
      await asking;
    }
    return request(method, path, { body, headers, signal });
  }
  throw new HubProblem(response.status, sentence);
}

async function sentenceOf(response) {
  try {
    return (await response.json()).message;
  } catch {
    return `The hub answered with status ${response.status}.`;
  }
}

export const get = async (path) => (await request('GET', path)).json();

export const getResponse = (path) => request('GET', path);

export const remove = (path) => request('DELETE', path);

/** Sends JSON that is text already, as it is. */
export const sendText = (method, path, body, headers) => request(method, path, { body, headers });

export async function post(path, value) {
  const response = await request('POST', path, { body: JSON.stringify(value) });
  return response.status === 204 ? null : response.json();
}

/**
 * Reads server-sent events until the signal or the hub ends them. EventSource would do, but for the token, which it cannot send.
 */
export async function stream(path, signal, onEvent) {
  const response = await request('GET', path, { signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read().catch((e) => {
      throw signal.aborted ? e : new HubProblem(0, 'The connection to the hub was lost.');
    });
    if (done) {
      return;
    }
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop();
    blocks.map(fieldsOf).filter((fields) => fields.data).forEach((fields) => onEvent(Number(fields.id), JSON.parse(fields.data)));
  }
}

function fieldsOf(block) {
  return Object.fromEntries(block.split('\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  }));
}
