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

// Calls of direct methods.

import * as api from './api.js';
import { byId, nameOf, onSubmit, say } from './dom.js';
import * as json from './json.js';

export class Methods {
  constructor(selected) {
    const waiting = byId('method-waiting');
    onSubmit(byId('method-form'), byId('method-problem'), async (fields) => {
      byId('method-answer').hidden = true;
      const identity = selected();
      if (!identity) {
        throw new Error('Choose a device first.');
      }
      const called = performance.now();
      waiting.textContent = `${nameOf(identity)} has not answered yet.`;
      try {
        const response = await api.sendText('POST', `${api.pathOf(identity)}/methods`, request(fields));
        show(json.parse(await response.text()), performance.now() - called);
      } finally {
        waiting.textContent = '';
      }
    });
  }

  /** An answer is of the device that was chosen. */
  forget() {
    byId('method-answer').hidden = true;
    say(byId('method-problem'));
  }
}

function request(fields) {
  const payload = fields.get('payload').trim();
  const members = [
    `"methodName":${JSON.stringify(fields.get('name'))}`,
    `"responseTimeoutInSeconds":${Number(fields.get('response'))}`,
    `"connectTimeoutInSeconds":${Number(fields.get('connect'))}`,
  ];
  if (payload) {
    members.push(`"payload":${json.checked(payload, 'The payload')}`);
  }
  return `{${members.join(',')}}`;
}

function show(answer, milliseconds) {
  byId('method-status').textContent = answer.status;
  byId('method-time').textContent = `after ${Math.round(milliseconds)} ms`;
  byId('method-payload').textContent = json.pretty(answer.payload);
  byId('method-answer').hidden = false;
}
