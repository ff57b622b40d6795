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

// What the tests know of the emulator, and its control API: telemetry and devicebound messages, for which Microsoft's back ends use AMQP.

const assert = require('node:assert/strict');
const nodeTest = require('node:test').test;

const { HUB_MQTT_PORT, HUB_HTTPS_PORT, HUB_OWNER_KEY } = process.env;
const CONTROL = `https://localhost:${HUB_HTTPS_PORT}/emulator`;

let last = 0;

/** For back ends. Their port is always 443. */
const ownerConnectionString = `HostName=localhost;SharedAccessKeyName=iothubowner;SharedAccessKey=${HUB_OWNER_KEY}`;

/** For MQTT over WebSocket, whose port is always 443. */
const withoutPort = (connectionString) => connectionString.replace(`localhost:${HUB_MQTT_PORT}`, 'localhost');

/** A test that ends, well or not. */
const test = (name, body) => nodeTest(name, { timeout: 60000 }, body);

async function control(method, path, value, headers) {
  const response = await fetch(CONTROL + path, { method, headers, body: value === undefined ? undefined : JSON.stringify(value) });
  const text = await response.text();
  assert.ok(response.ok, text);
  return text ? JSON.parse(text) : null;
}

/** A new device, unknown to other files of tests; its id and connection string. */
async function newDevice() {
  return control('POST', '/devices', { deviceId: `node-${process.pid}-${++last}` });
}

/** A new module of the device. */
async function newModule(deviceId) {
  return control('POST', `/devices/${deviceId}/modules`, { moduleId: 'filter' });
}

const telemetryOf = (deviceId) => control('GET', `/telemetry?deviceId=${deviceId}`);

/** Waits for what the attempt gives when it gives anything. */
async function eventually(attempt) {
  const end = Date.now() + 30000;
  for (;;) {
    const result = await attempt();
    if (result) {
      return result;
    }
    assert.ok(Date.now() < end, `It has not happened: ${attempt}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

module.exports = { control, eventually, newDevice, newModule, ownerConnectionString, telemetryOf, test, withoutPort };
