// SPDX-License-Identifier: Apache-2.0
// Talks to a gateway knowing its address only: learns the API by reflection, reads the status, pauses and resumes a student, and
// ingests a PNG.
//
//   node client.mjs <host:port> [<student>] [<image.png>]      token in WILDSTREAM_TOKEN
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import grpc from '@grpc/grpc-js';
import { fromJSON, loadFileDescriptorSetFromObject } from '@grpc/proto-loader';
import descriptor from 'protobufjs/ext/descriptor/index.js';

const [address, student, image] = process.argv.slice(2);
if (!address) {
  console.error('usage: node client.mjs <host:port> [<student>] [<image.png>]');
  process.exit(2);
}
const metadata = new grpc.Metadata();
if (process.env.WILDSTREAM_TOKEN) {
  metadata.set('authorization', `Bearer ${process.env.WILDSTREAM_TOKEN}`);
}
const credentials = grpc.credentials.createInsecure();
const shape = { longs: String, enums: String, defaults: true, keepCase: true };

/** The reflection protocol itself, the only API that is known beforehand. */
const REFLECTION = {
  nested: { grpc: { nested: { reflection: { nested: { v1: { nested: {
    ServerReflection: { methods: { ServerReflectionInfo: {
      requestType: 'ServerReflectionRequest', requestStream: true,
      responseType: 'ServerReflectionResponse', responseStream: true } } },
    ServerReflectionRequest: {
      oneofs: { message_request: { oneof: ['file_by_filename', 'file_containing_symbol', 'list_services'] } },
      fields: {
        file_by_filename: { type: 'string', id: 3 },
        file_containing_symbol: { type: 'string', id: 4 },
        list_services: { type: 'string', id: 7 } } },
    ServerReflectionResponse: { fields: {
      file_descriptor_response: { type: 'FileDescriptorResponse', id: 4 },
      list_services_response: { type: 'ListServiceResponse', id: 6 },
      error_response: { type: 'ErrorResponse', id: 7 } } },
    FileDescriptorResponse: { fields: { file_descriptor_proto: { rule: 'repeated', type: 'bytes', id: 1 } } },
    ListServiceResponse: { fields: { service: { rule: 'repeated', type: 'ServiceResponse', id: 1 } } },
    ServiceResponse: { fields: { name: { type: 'string', id: 1 } } },
    ErrorResponse: { fields: { error_code: { type: 'int32', id: 1 }, error_message: { type: 'string', id: 2 } } },
  } } } } } } },
};

const Reflection = grpc.loadPackageDefinition(fromJSON(REFLECTION, { keepCase: true })).grpc.reflection.v1.ServerReflection;

/** Asks one question on a reflection stream of its own. */
function ask(reflection, question) {
  return new Promise((resolve, reject) => {
    const stream = reflection.ServerReflectionInfo(metadata);
    stream.on('error', reject);
    stream.on('data', (answer) => {
      stream.end();
      answer.error_response ? reject(new Error(answer.error_response.error_message)) : resolve(answer);
    });
    stream.write(question);
  });
}

/** The API of a service, with the files that its file needs. */
async function learn(reflection, service) {
  const files = new Map();
  const wanted = [{ file_containing_symbol: service }];
  while (wanted.length > 0) {
    const answer = await ask(reflection, wanted.pop());
    for (const bytes of answer.file_descriptor_response.file_descriptor_proto) {
      const file = descriptor.FileDescriptorProto.decode(bytes);
      if (!files.has(file.name)) {
        files.set(file.name, file);
        file.dependency.filter((name) => !files.has(name)).forEach((name) => wanted.push({ file_by_filename: name }));
      }
    }
  }
  const set = descriptor.FileDescriptorSet.toObject(descriptor.FileDescriptorSet.create({ file: [...files.values()] }));
  return grpc.loadPackageDefinition(loadFileDescriptorSetFromObject(set, shape));
}

function call(client, method, request) {
  return new Promise((resolve, reject) => {
    client[method](request, metadata, { deadline: Date.now() + 30000 }, (error, reply) => (error ? reject(error) : resolve(reply)));
  });
}

/** The smallest PNG of an 8 x 8 gray ramp. */
function ramp() {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes) => (bytes.reduce((c, b) => table[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0]);
  const rows = Buffer.concat(Array.from({ length: 8 }, (_, y) => Buffer.from([0, ...Array.from({ length: 8 }, (_, x) => 4 * (8 * y + x))])));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function ingest(client, samples) {
  return new Promise((resolve, reject) => {
    const stream = client.Ingest(metadata, (error, reply) => (error ? reject(error) : resolve(reply)));
    samples.forEach((sample) => stream.write({ sample }));
    stream.end();
  });
}

const reflection = new Reflection(address, credentials);
const listed = await ask(reflection, { list_services: '*' });
const services = listed.list_services_response.service.map((service) => service.name).sort();
console.log('services', services.join(' '));

const api = (await learn(reflection, 'wildstream.v1.PipelineService')).wildstream.v1;
console.log('methods', Object.keys(api.PipelineService.service).concat(Object.keys(api.StudentService.service), Object.keys(api.IngestService.service)).join(' '));

const status = await call(new api.PipelineService(address, credentials), 'GetPipelineStatus', {});
console.log('status', JSON.stringify({ ingest: status.ingest, teacher: status.teacher, curricula: status.curricula.map((c) => c.name), instances: status.instances.map((i) => i.instance) }));

const students = new api.StudentService(address, credentials);
const names = student ? [student] : (await call(students, 'ListStudents', {})).students.map((s) => s.student);
for (const name of names.slice(0, 1)) {
  console.log('paused', name, (await call(students, 'PauseStudent', { student: name })).paused);
  console.log('resumed', name, (await call(students, 'ResumeStudent', { student: name })).paused);
}

try {
  await call(new api.CurriculumService(address, credentials), 'UpdateSelectionPolicy', { curriculum: 'any', policy: {} });
} catch (error) {
  console.log('refused', grpc.status[error.code], error.details);
}

const payload = image ? readFileSync(image) : ramp();
const reply = await ingest(new api.IngestService(address, credentials), [
  { source: 'node', content_type: 'image/png', payload },
  { id: 'not-an-image', source: 'node', content_type: 'text/plain', payload },
]);
console.log('ingested', JSON.stringify(reply));
process.exit(reply.accepted === '1' && reply.refused === '1' ? 0 : 1);
