// Runs the service and starts it again whenever src changes and still builds.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const inherit = { cwd: root, stdio: 'inherit' };
const compiler = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput', '--noEmitOnError'], inherit);
const service = spawn(process.execPath, ['--watch', '--watch-preserve-output', '--enable-source-maps', 'dist/cli/main.js', 'serve', ...process.argv.slice(2)], inherit);

const stop = () => {
  compiler.kill();
  service.kill();
};
process.on('SIGINT', stop).on('SIGTERM', stop);
compiler.on('exit', stop);
service.on('exit', stop);
