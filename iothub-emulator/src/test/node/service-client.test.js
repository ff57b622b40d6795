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
'use strict';

// Microsoft's service client for Node, as it comes from the registry, as far as it speaks HTTPS.

require('./redirect.js');

const assert = require('node:assert/strict');
const { before } = require('node:test');

const { Registry } = require('azure-iothub');

const { control, newDevice, ownerConnectionString, test } = require('./hub.js');

let registry;

before(() => { registry = Registry.fromConnectionString(ownerConnectionString); });

test('a device is created, read, changed, listed and deleted', async () => {
  const created = (await registry.create({ deviceId: 'made-by-node' })).responseBody;
  assert.equal(created.status, 'enabled');
  assert.equal(Buffer.from(created.authentication.symmetricKey.primaryKey, 'base64').length >= 16, true);

  await registry.update({ deviceId: 'made-by-node', status: 'disabled', statusReason: 'repair' });
  const read = (await registry.get('made-by-node')).responseBody;
  assert.equal(read.status, 'disabled');
  assert.equal(read.statusReason, 'repair');
  assert.equal(read.authentication.symmetricKey.primaryKey, created.authentication.symmetricKey.primaryKey);
  assert.ok((await registry.list()).responseBody.some((each) => each.deviceId === 'made-by-node'));

  await registry.delete('made-by-node');
  await assert.rejects(registry.get('made-by-node'), { name: 'DeviceNotFoundError' });
});

test('what cannot be done is told apart', async () => {
  const { deviceId } = await newDevice();

  await assert.rejects(registry.create({ deviceId }), { name: 'DeviceAlreadyExistsError' });
  await assert.rejects(registry.create({ deviceId: 'no/id' }), { name: 'ArgumentError' });
  await assert.rejects(registry.getTwin('nobody'), (e) => /404001/.test(e.responseBody));
  const stranger = Registry.fromConnectionString(ownerConnectionString.replace(/SharedAccessKey=.*/, 'SharedAccessKey=AAAA'));
  await assert.rejects(stranger.list(), { name: 'UnauthorizedError' });
});

test('many devices are added and removed at once', async () => {
  const devices = ['bulk-1', 'bulk-2', 'bulk-3'].map((deviceId) => ({ deviceId }));

  assert.equal((await registry.addDevices(devices)).responseBody.isSuccessful, true);
  const again = await registry.addDevices(devices.slice(0, 1)).catch((e) => e);
  assert.match(JSON.stringify(again.responseBody), /DeviceAlreadyExists|409001/);
  assert.equal((await registry.removeDevices(devices, true)).responseBody.isSuccessful, true);
  assert.ok(!(await control('GET', '/devices')).some((each) => each.deviceId.startsWith('bulk-')));
});

test('modules are created, listed and deleted', async () => {
  const { deviceId } = await newDevice();

  await registry.addModule({ deviceId, moduleId: 'filter' });
  assert.equal((await registry.getModule(deviceId, 'filter')).responseBody.moduleId, 'filter');
  assert.equal((await registry.getModulesOnDevice(deviceId)).responseBody.length, 1);
  await registry.removeModule(deviceId, 'filter');
  assert.equal((await registry.getModulesOnDevice(deviceId)).responseBody.length, 0);
});

test('a twin is changed only when it is as it was', async () => {
  const { deviceId } = await newDevice();
  const first = (await registry.getTwin(deviceId)).responseBody;
  const second = (await registry.getTwin(deviceId)).responseBody;

  await first.update({ properties: { desired: { mode: 'eco' } } });

  await assert.rejects(second.update({ properties: { desired: { mode: 'full' } } }), (e) => /412001|PreconditionFailed/.test(e.responseBody ?? e.name + e.message));
  assert.equal((await registry.getTwin(deviceId)).responseBody.properties.desired.mode, 'eco');
});

test('a query is read page by page', async () => {
  for (let i = 0; i < 5; i++) {
    const { deviceId } = await newDevice();
    await registry.updateTwin(deviceId, { tags: { fleet: 'queried', number: i } }, '*');
  }
  const query = registry.createQuery("SELECT * FROM devices WHERE tags.fleet = 'queried' AND tags.number >= 1", 2);
  const pages = [];
  while (query.hasMoreResults) {
    pages.push((await query.nextAsTwin()).result.map((twin) => twin.tags.number));
  }

  assert.deepEqual(pages.map((page) => page.length), [2, 2]);
  assert.deepEqual(pages.flat().sort(), [1, 2, 3, 4]);
});

test('statistics are given', async () => {
  await newDevice();
  const { responseBody } = await registry.getRegistryStatistics();

  assert.ok(responseBody.totalDeviceCount >= 1);
  assert.equal(responseBody.totalDeviceCount, responseBody.enabledDeviceCount + responseBody.disabledDeviceCount);
});
