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

// Faults on demand.

import * as api from './api.js';
import { button, byId, element, fill, nameOf, onPress, onSubmit, say } from './dom.js';

const AT_ONCE = 'now';
const NEEDS_CODE = { refuse: '5', close: '429001', answerStatus: '429' };
const WORDS = {
  expireToken: 'its token expires',
  evict: 'another client takes its place',
  forgetSession: 'the hub forgets its session',
  cut: 'the connection is cut',
  reset: 'the connection is reset',
  cutMidPacket: 'the connection is cut within a packet',
  close: 'the hub closes the connection, with a code',
  silence: 'the hub falls silent',
  drop: 'the packet is lost',
  delay: 'the packet is late',
  duplicate: 'the packet comes twice',
  reorder: 'the packet comes after the next',
  refuse: 'the CONNECT is refused, with a code',
  refuseSubscription: 'the SUBSCRIBE is refused',
  answerStatus: 'the answer has a status',
  answerOtherRid: 'the answer is for another request',
};

export class Faults {
  #selected;
  #points = new Map();
  #form = byId('fault-form');
  #problem = byId('fault-problem');

  constructor(selected) {
    this.#selected = selected;
    this.#form.elements.at.addEventListener('change', () => this.#drawFaults());
    this.#form.elements.fault.addEventListener('change', () => this.#drawFields());
    onSubmit(this.#form, this.#problem, async () => {
      say(byId('fault-done'));
      const armed = await api.post('/faults', this.#request());
      say(byId('fault-done'), armed ? `Armed as number ${armed.number}.` : 'It has happened.');
      await this.refresh();
    });
    onPress(byId('disarm-all'), this.#problem, async () => {
      await api.remove('/faults');
      await this.refresh();
    });
  }

  async refresh() {
    if (!this.#points.size) {
      await this.#load();
    }
    const identity = this.#selected();
    byId('fault-only').textContent = identity ? `only ${nameOf(identity)}` : 'only the chosen device';
    const faults = await api.get('/faults');
    fill(byId('fault-list'), faults, () => (faults.length
      ? faults.reverse().map((fault) => this.#row(fault))
      : [element('li', 'faint', 'None was armed.')]));
  }

  async #load() {
    const points = await api.get('/faults/points');
    this.#points.set(AT_ONCE, ['expireToken', 'evict', 'forgetSession']);
    points.forEach((point) => this.#points.set(point.at, point.faults));
    this.#form.elements.at.replaceChildren(...[...this.#points.keys()].map((at) => option(at, at)));
    this.#drawFaults();
  }

  #drawFaults() {
    const faults = this.#points.get(this.#form.elements.at.value);
    this.#form.elements.fault.replaceChildren(...faults.map((fault) => option(fault, WORDS[fault] ?? fault)));
    this.#drawFields();
  }

  #drawFields() {
    const { at, fault, code } = this.#form.elements;
    const needed = {
      point: at.value !== AT_ONCE,
      code: fault.value in NEEDS_CODE,
      duration: fault.value === 'delay',
    };
    this.#form.querySelectorAll('[data-for]').forEach((each) => { each.hidden = !needed[each.dataset.for]; });
    code.value = NEEDS_CODE[fault.value] ?? '';
  }

  #request() {
    const { at, fault, code, duration, after, times, always, only } = this.#form.elements;
    const identity = this.#selected();
    const request = { fault: fault.value };
    if (at.value === AT_ONCE || only.checked) {
      if (!identity) {
        throw new Error('Choose the device first to which it is to happen.');
      }
      request.deviceId = identity.deviceId;
      if (identity.moduleId) {
        request.moduleId = identity.moduleId;
      }
    }
    if (at.value === AT_ONCE) {
      return request;
    }
    request.at = at.value;
    request.after = Number(after.value);
    request.times = Number(times.value);
    if (always.checked) {
      request.always = true;
    }
    if (fault.value === 'delay') {
      request.duration = `PT${Number(duration.value) / 1000}S`;
    }
    if (fault.value in NEEDS_CODE) {
      // The API has two names for it.
      request[fault.value === 'close' ? 'logCode' : 'code'] = Number(code.value);
    }
    return request;
  }

  #row(fault) {
    const disarm = button('Disarm', 'quiet', async () => {
      try {
        await api.remove(`/faults/${fault.number}`);
        await this.refresh();
      } catch (e) {
        say(this.#problem, e.message);
      }
    });
    disarm.setAttribute('aria-label', `Disarm fault ${fault.number}`);
    const made = element('li', '',
      element('div', 'meta', element('span', 'kind', fault.armed ? 'armed' : 'over'),
        element('span', 'data', `#${fault.number} ${fault.description}`)),
      element('div', 'faint', `happened ${fault.occurrences} times`));
    if (fault.armed) {
      made.append(disarm);
    }
    return made;
  }
}

function option(value, text) {
  const made = element('option', '', text);
  made.value = value;
  return made;
}
