import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `vite apps/console --port 5173` for development: the API is expected on its default port 7070. */
export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: {
      '@ratchet/domain': at('../../libs/domain/src/index.ts'),
      '@ratchet/contracts': at('../../libs/contracts/src/index.ts'),
    },
  },
  build: { outDir: at('../../dist/apps/console'), emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 1200 },
  server: {
    proxy: Object.fromEntries(['/api', '/v2', '/metrics'].map((path) => [path, { target: 'http://127.0.0.1:7070' }])),
  },
});
