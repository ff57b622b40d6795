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

// Messages to the chosen device, or to an input of the chosen module, and those that wait.

import * as api from './api.js';
import { button, byId, element, fill, isolated, onSubmit, say } from './dom.js';

const SYSTEM = ['messageId', 'correlationId', 'userId', 'contentType', 'contentEncoding', 'expiry', 'ack'];

export class Devicebound {
  #selected;

  constructor(selected) {
    this.#selected = selected;
    byId('add-property').addEventListener('click', () => addProperty().querySelector('input').focus());
    onSubmit(byId('message-form'), byId('message-problem'), async (fields) => {
      say(byId('message-done'));
      const identity = this.#selected();
      if (!identity) {
        throw new Error('Choose a device first.');
      }
      const { messageId } = await api.post(`${api.pathOf(identity)}/messages`, message(fields, identity));
      say(byId('message-done'), `The hub has taken message ${messageId}.`);
      await this.refresh();
    });
  }

  async refresh() {
    const identity = this.#selected();
    byId('input-name').hidden = !identity?.moduleId;
    const queue = identity ? await api.get(`${api.pathOf(identity)}/messages`) : [];
    byId('queue-count').textContent = queue.length ? `${queue.length}` : 'is empty';
    fill(byId('queue'), queue, () => queue.map(row));
  }
}

function row(message) {
  const state = message.state === 'INVISIBLE' ? 'sent, not acknowledged' : 'waits';
  return element('li', '',
    element('div', 'meta', isolated(message.messageId, 'who data'), element('span', 'kind', state)),
    element('div', 'faint', `sent ${message.deliveryCount} times, expires ${message.expiry}`));
}

function addProperty() {
  const field = (name, label) => {
    const made = element('input');
    made.name = name;
    made.placeholder = label;
    made.setAttribute('aria-label', `${label} of the property`);
    made.autocomplete = 'off';
    made.spellcheck = false;
    return made;
  };
  const line = element('div', 'line', field('propertyName', 'Name'), field('propertyValue', 'Value'));
  line.append(button('Remove', 'quiet', () => line.remove()));
  byId('properties').append(line);
  return line;
}

function message(fields, identity) {
  const made = {};
  made[fields.get('form') === 'base64' ? 'body' : 'bodyText'] = fields.get('body');
  if (identity.moduleId) {
    made.inputName = fields.get('inputName');
  }
  SYSTEM.map((name) => [name, fields.get(name)]).filter(([, value]) => value).forEach(([name, value]) => { made[name] = value; });
  const names = fields.getAll('propertyName');
  const values = fields.getAll('propertyValue');
  // A map, for a name may be __proto__.
  const properties = new Map();
  names.forEach((name, at) => {
    if (properties.has(name)) {
      throw new Error(`There are two properties '${name}'. Remove one.`);
    }
    if (name || values[at]) {
      properties.set(name, values[at]);
    }
  });
  if (properties.has('')) {
    throw new Error('A property has no name. Give it one, or remove it.');
  }
  made.properties = Object.fromEntries(properties);
  return made;
}
