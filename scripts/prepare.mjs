// Makes a clone ready to run: installs what package-lock.json names and builds src into dist, each only when something changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Tanager needs Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const digestOf = (files) => files.reduce((hash, file) => hash.update(file).update('\0').update(readFileSync(join(root, file))), createHash('sha256')).digest('hex');
const below = (folder) => readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)).sort();
const isStamped = (stamp, digest) => existsSync(join(root, stamp)) && readFileSync(join(root, stamp), 'utf8') === digest;

const run = (what, command, args) => {
  console.error(what);
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
};

// a native module is built for one version of Node.js
const installed = digestOf(['package-lock.json']) + process.versions.modules;
if (!isStamped('node_modules/.prepared', installed)) {
  run('Installing packages (this takes a minute or two the first time) …', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(join(root, 'node_modules/.prepared'), installed);
}

const built = digestOf(['tsconfig.json', 'tsconfig.build.json', 'package.json', ...below('src')]);
if (!isStamped('dist/.prepared', built)) {
  // what was renamed or deleted in src must not live on in dist
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  mkdirSync(join(root, 'dist'));
  run('Building …', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  writeFileSync(join(root, 'dist/.prepared'), built);
}
