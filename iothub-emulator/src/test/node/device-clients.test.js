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

// Microsoft's device client for Node, as it comes from the registry.

require('./redirect.js');

const assert = require('node:assert/strict');
const { after } = require('node:test');

const iothub = require('azure-iothub');
const { SharedAccessSignature } = require('azure-iot-common');
const { Client, Message, ModuleClient, SharedAccessKeyAuthenticationProvider } = require('azure-iot-device');
const { Mqtt, MqttWs } = require('azure-iot-device-mqtt');

const { control, eventually, newDevice, newModule, ownerConnectionString, telemetryOf, test, withoutPort } = require('./hub.js');

const registry = iothub.Registry.fromConnectionString(ownerConnectionString);
const service = iothub.Client.fromConnectionString(ownerConnectionString);
const open = [];

/** Each test closes what it has opened, whether it went well or not. */
async function opened(client) {
  open.push(client);
  await client.open();
  return client;
}

after(async () => {
  for (const client of open) {
    await client.close().catch(() => {});
  }
});

async function sendsTelemetry(client, deviceId) {
  const message = new Message('{"temperature":21}');
  message.messageId = 'm-1';
  message.correlationId = 'c 1/2';
  message.contentType = 'application/json';
  message.contentEncoding = 'utf-8';
  message.properties.add('room', 'K\u00fcche & Bad');
  message.properties.add("!'()*", '$%=?/+#');
  message.properties.add('empty', '');

  await client.sendEvent(message);

  const [arrived] = await telemetryOf(deviceId);
  assert.equal(arrived.bodyText, '{"temperature":21}');
  assert.deepEqual(arrived.properties, { room: 'K\u00fcche & Bad', "!'()*": '$%=?/+#', empty: null });
  assert.equal(arrived.systemProperties['message-id'], 'm-1');
  assert.equal(arrived.systemProperties['correlation-id'], 'c 1/2');
  assert.equal(arrived.systemProperties['content-type'], 'application/json');
  assert.equal(arrived.systemProperties['content-encoding'], 'utf-8');
}

test('telemetry arrives with its properties over MQTT', async () => {
  const { deviceId, connectionString } = await newDevice();

  await sendsTelemetry(await opened(Client.fromConnectionString(connectionString, Mqtt)), deviceId);
});

test('telemetry arrives with its properties over WebSocket', async () => {
  const { deviceId, connectionString } = await newDevice();

  await sendsTelemetry(await opened(Client.fromConnectionString(withoutPort(connectionString), MqttWs)), deviceId);
});

for (const [name, transport] of [['MQTT', Mqtt], ['WebSocket', MqttWs]]) {
  test(`a wrong key is refused over ${name}`, async () => {
    const { connectionString } = await newDevice();
    const wrong = connectionString.replace(/SharedAccessKey=.*/, `SharedAccessKey=${Buffer.alloc(32).toString('base64')}`);
    const client = Client.fromConnectionString(transport === MqttWs ? withoutPort(wrong) : wrong, transport);

    await assert.rejects(opened(client), { name: 'UnauthorizedError' });
  });
}

test('an expired token is refused', async () => {
  const { deviceId, connectionString } = await newDevice();
  const [, host, key] = connectionString.match(/HostName=([^;]*);.*SharedAccessKey=(.*)/);
  const anHourAgo = Math.floor(Date.now() / 1000) - 3600;
  const token = SharedAccessSignature.create(`${host}/devices/${deviceId}`, undefined, key, anHourAgo).toString();

  await assert.rejects(opened(Client.fromSharedAccessSignature(token, Mqtt)), { name: 'UnauthorizedError' });
});

/** A device that logs in with a certificate, and a client of it that has this one. */
async function withCertificate(deviceId, authentication, { certificate, privateKey }, transport) {
  await registry.create({ deviceId, authentication });
  const { connectionString } = await control('GET', `/devices/${deviceId}/connectionstring`);
  assert.match(connectionString, /;x509=true$/);
  const client = Client.fromConnectionString(transport === MqttWs ? withoutPort(connectionString) : connectionString, transport);
  await client.setOptions({ cert: certificate, key: privateKey });
  return client;
}

for (const [name, transport] of [['MQTT', Mqtt], ['WebSocket', MqttWs]]) {
  test(`a certificate of the authority lets its device in over ${name}`, async () => {
    const deviceId = `node-authority-${name}`;
    const certificate = await control('POST', '/certificates', { commonName: deviceId });
    const client = await withCertificate(deviceId, { type: 'certificateAuthority' }, certificate, transport);

    await sendsTelemetry(await opened(client), deviceId);

    const [arrived] = await telemetryOf(deviceId);
    assert.match(arrived.annotations['iothub-connection-auth-method'], /"type":"x509Certificate"/);
  });

  test(`the certificate of another device is refused over ${name}`, async () => {
    const certificate = await control('POST', '/certificates', { commonName: 'somebody-else' });
    const client = await withCertificate(`node-other-${name}`, { type: 'certificateAuthority' }, certificate, transport);

    await assert.rejects(opened(client), { name: 'UnauthorizedError' });
  });
}

test('a certificate with a thumbprint that the back end has named lets its device in', async () => {
  const certificate = await control('POST', '/certificates', { commonName: 'any-name' });
  const x509Thumbprint = { primaryThumbprint: certificate.thumbprint };
  const client = await withCertificate('node-thumbprint', { x509Thumbprint }, certificate, Mqtt);

  await sendsTelemetry(await opened(client), 'node-thumbprint');
});

test('messages to the device arrive, those too that were sent before it came', async () => {
  const { deviceId, connectionString } = await newDevice();
  const send = (value) => control('POST', `/devices/${deviceId}/messages`, { ack: 'full', ...value });
  await send({ bodyText: 'early', messageId: 'early', properties: { room: 'K\u00fcche & Bad' } });
  const client = Client.fromConnectionString(connectionString, Mqtt);
  const arrived = [];
  client.on('message', (message) => {
    arrived.push(message);
    client.complete(message, () => {});
  });
  await opened(client);
  await eventually(() => arrived.length === 1);
  await send({ bodyText: 'late', messageId: 'late', correlationId: 'c', contentType: 'text/plain' });
  await eventually(() => arrived.length === 2);

  assert.deepEqual(arrived.map((message) => message.getData().toString()), ['early', 'late']);
  assert.equal(arrived[0].properties.getValue('room'), 'K\u00fcche & Bad');
  assert.equal(arrived[1].messageId, 'late');
  assert.equal(arrived[1].correlationId, 'c');
  await eventually(async () => {
    const feedback = await control('GET', '/feedback');
    return ['early', 'late'].every((id) => feedback.some((each) => each.originalMessageId === id && each.statusCode === 'Success'));
  });
});

test('the twin goes both ways', async () => {
  const { deviceId, connectionString } = await newDevice();
  const client = await opened(Client.fromConnectionString(connectionString, Mqtt));
  const twin = await client.getTwin();
  const desired = [];
  twin.on('properties.desired', (delta) => desired.push(delta));
  await eventually(() => desired.length === 1);

  const atService = (await registry.getTwin(deviceId)).responseBody;
  await atService.update({ tags: { site: 'b43' }, properties: { desired: { interval: '5m' } } });
  await eventually(() => desired.some((delta) => delta.interval === '5m'));
  await new Promise((resolve, reject) => {
    twin.properties.reported.update({ battery: 55, gone: null }, (e) => (e ? reject(e) : resolve()));
  });

  const changed = (await registry.getTwin(deviceId)).responseBody;
  assert.equal(changed.properties.reported.battery, 55);
  assert.equal(changed.tags.site, 'b43');
  assert.equal(twin.properties.desired.interval, '5m');
});

test('methods are called, answered, not answered and not there', async () => {
  const { deviceId, connectionString } = await newDevice();
  const call = (methodName, more) => service.invokeDeviceMethod(deviceId, { methodName, ...more });
  await assert.rejects(call('reboot'), (e) => /404103/.test(e.responseBody));
  const client = await opened(Client.fromConnectionString(connectionString, Mqtt));
  client.onDeviceMethod('reboot', (request, response) => {
    response.send(202, { after: request.payload.delay }, () => {});
  });
  client.onDeviceMethod('sleep', () => {});
  await eventually(async () => (await control('GET', '/connections'))
    .some((each) => each.deviceId === deviceId && each.subscriptions.includes('$iothub/methods/POST/#')));

  const { result } = await call('reboot', { payload: { delay: 5 } });
  assert.equal(result.status, 202);
  assert.deepEqual(result.payload, { after: 5 });
  await assert.rejects(call('sleep', { responseTimeoutInSeconds: 1 }), (e) => /504101/.test(e.responseBody));
});

test('a module has telemetry, inputs, a twin and methods of its own', async () => {
  const { deviceId } = await newDevice();
  const { connectionString } = await newModule(deviceId);
  const module = ModuleClient.fromConnectionString(connectionString, Mqtt);
  const inputs = [];
  module.on('inputMessage', (input, message) => {
    inputs.push([input, message.getData().toString()]);
    module.complete(message, () => {});
  });
  await opened(module);

  await module.sendOutputEvent('alerts', new Message('hot'));
  const [arrived] = await telemetryOf(deviceId);
  assert.equal(arrived.moduleId, 'filter');
  assert.equal(arrived.systemProperties['output-name'], 'alerts');

  await control('POST', `/devices/${deviceId}/modules/filter/messages`, { inputName: 'readings', bodyText: '21' });
  await eventually(() => inputs.length === 1);
  assert.deepEqual(inputs, [['readings', '21']]);

  const twin = await module.getTwin();
  await new Promise((resolve, reject) => {
    twin.properties.reported.update({ rate: 5 }, (e) => (e ? reject(e) : resolve()));
  });
  assert.equal((await registry.getModuleTwin(deviceId, 'filter')).responseBody.properties.reported.rate, 5);

  module.onMethod('reset', (request, response) => { response.send(200, null, () => {}); });
  await eventually(async () => (await control('GET', '/connections'))
    .some((each) => each.moduleId === 'filter' && each.subscriptions.includes('$iothub/methods/POST/#')));
  const { result } = await service.invokeDeviceMethod(deviceId, 'filter', { methodName: 'reset' });
  assert.equal(result.status, 200);
});

test('after a cut the client comes back and sends what was not acknowledged', async () => {
  const { deviceId, connectionString } = await newDevice();
  const client = await opened(Client.fromConnectionString(connectionString, Mqtt));
  await client.sendEvent(new Message('before'));
  await control('POST', '/faults', { at: 'PUBLISH', fault: 'cut', deviceId });

  await client.sendEvent(new Message('during'));
  await client.sendEvent(new Message('after'));

  assert.deepEqual((await telemetryOf(deviceId)).map((each) => each.bodyText), ['before', 'during', 'after']);
});

test('tokens are renewed and nothing is lost meanwhile', async () => {
  const { deviceId, connectionString } = await newDevice();
  const credentials = SharedAccessKeyAuthenticationProvider.fromConnectionString(connectionString, 4, 2);
  const client = await opened(Client.fromAuthenticationProvider(credentials, Mqtt));
  const connects = async () => (await control('GET', '/events'))
    .filter((each) => each.deviceId === deviceId && each.kind === 'CONNECTED').length;
  let sent = 0;
  while (await connects() < 3) {
    await client.sendEvent(new Message(String(sent++)));
  }

  const arrived = (await telemetryOf(deviceId)).map((each) => Number(each.bodyText));
  assert.deepEqual([...new Set(arrived)], [...Array(sent).keys()]);
  credentials.stop();
});
