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

// Who is registered, and who of them is connected.

import * as api from './api.js';
import { byId, element, fill, isSame, isolated, nameOf, onPress, onSubmit, say } from './dom.js';

const SHOWN = 200;

/** onSelect(identity) is told of each choice; null is nobody. */
export class Devices {
  #onSelect;
  #devices = [];
  #selected = null;
  #filter = byId('device-filter');

  constructor(onSelect) {
    this.#onSelect = onSelect;
    this.#filter.addEventListener('input', () => this.#draw());
    onSubmit(byId('add-device'), byId('devices-problem'), async (fields) => {
      const deviceId = fields.get('id').trim();
      const added = await api.post('/devices', { deviceId });
      byId('add-device').reset();
      await this.refresh();
      this.select({ deviceId });
      byId('connection-string').value = added.connectionString;
    });
    onSubmit(byId('add-module'), byId('device-problem'), async (fields) => {
      const { deviceId } = this.#selected;
      const moduleId = fields.get('id').trim();
      const added = await api.post(`${api.pathOf({ deviceId })}/modules`, { moduleId });
      byId('add-module').reset();
      await this.refresh();
      this.select({ deviceId, moduleId });
      byId('connection-string').value = added.connectionString;
    });
    onPress(byId('copy'), byId('device-problem'), () => this.#copyConnectionString());
    onPress(byId('remove'), byId('device-problem'), async () => {
      if (window.confirm(`Remove ${nameOf(this.#selected)} with its twin and its queue?`)) {
        await api.remove(api.pathOf(this.#selected));
        await this.refresh();
      }
    });
  }

  get selected() {
    return this.#selected;
  }

  async refresh() {
    const listed = await api.get('/devices');
    this.#devices = listed.flatMap((device) =>
      [device, ...device.modules.map((module) => ({ ...module, deviceId: device.deviceId, status: device.status }))]);
    this.#draw();
    if (this.#selected && !this.#find(this.#selected)) {
      this.select(null);
    }
  }

  /** Chooses it if it is there, and nobody else otherwise. */
  select(identity) {
    this.#selected = identity && (this.#find(identity) ?? null);
    byId('connection-string').value = '';
    say(byId('device-problem'));
    this.#draw();
    this.#onSelect(this.#selected);
  }

  #find(identity) {
    return this.#devices.find((each) => isSame(each, identity));
  }

  async #copyConnectionString() {
    const { connectionString } = await api.get(`${api.pathOf(this.#selected)}/connectionstring`);
    const field = byId('connection-string');
    field.value = connectionString;
    field.select();
    const copy = byId('copy');
    try {
      await navigator.clipboard.writeText(connectionString);
      copy.textContent = 'Copied';
      setTimeout(() => { copy.textContent = 'Copy connection string'; }, 2000);
    } catch {
      throw new Error('The browser does not let this page copy: the string is selected, press Ctrl-C.');
    }
  }

  #draw() {
    const wanted = this.#filter.value.trim().toLowerCase();
    const found = this.#devices.filter((each) => nameOf(each).toLowerCase().includes(wanted));
    const focused = document.activeElement?.dataset?.name;
    fill(byId('device-list'), [found, this.#selected && nameOf(this.#selected), this.#devices.length], () => {
      const rows = found.slice(0, SHOWN).map((each) => this.#row(each));
      if (found.length > SHOWN) {
        rows.push(element('li', 'faint', `and ${found.length - SHOWN} more: filter them by id`));
      }
      if (!found.length) {
        rows.push(element('li', 'faint', this.#devices.length ? 'None has this in its id.' : 'There is none yet.'));
      }
      return rows;
    });
    if (focused !== undefined && document.activeElement === document.body) {
      [...byId('device-list').querySelectorAll('button')].find((each) => each.dataset.name === focused)?.focus();
    }
    const connected = this.#devices.filter((each) => each.connectedAt).length;
    byId('device-count').textContent = `${connected} of ${this.#devices.length} connected`;
    this.#drawSelected();
  }

  #row(identity) {
    const state = stateOf(identity);
    const made = element('button', identity.moduleId ? 'device module' : 'device',
      element('span', 'dot'), isolated(identity.moduleId ?? identity.deviceId, 'data'), element('span', 'hidden', `, ${state}`));
    made.type = 'button';
    made.dataset.state = state;
    made.dataset.name = nameOf(identity);
    made.title = `${nameOf(identity)}: ${state}`;
    made.setAttribute('aria-pressed', isSame(identity, this.#selected));
    if (identity.queued) {
      made.append(element('span', 'badge', `${identity.queued} queued`));
    }
    made.addEventListener('click', () => this.select(identity));
    return element('li', '', made);
  }

  #drawSelected() {
    const device = this.#selected && this.#find(this.#selected);
    byId('no-device').hidden = Boolean(device);
    byId('device').hidden = !device;
    if (device) {
      byId('tools-title').textContent = nameOf(device);
      byId('device-state').textContent = stateOf(device);
      byId('device-state').dataset.state = stateOf(device);
      byId('add-module').hidden = Boolean(device.moduleId);
    }
  }
}

function stateOf(identity) {
  if (identity.status === 'disabled') {
    return 'disabled';
  }
  return identity.connectedAt ? 'connected' : 'not connected';
}
