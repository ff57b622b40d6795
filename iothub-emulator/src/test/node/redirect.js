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

// The clients go to port 443 of the hub over HTTPS and WebSocket, whatever their connection string says. That port is for root alone,
// so this does what a rule in the network would do: such a connection ends at the emulator. The clients stay as they are.

const tls = require('node:tls');

const connect = tls.connect;
const port = Number(process.env.HUB_HTTPS_PORT);

tls.connect = (options, ...others) =>
  connect(Number(options.port) === 443 && options.host === 'localhost' ? { ...options, port } : options, ...others);
