import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  // The content policy lets no data: script or style through, and names without hashes keep the embedded resources steady.
  build: {
    target: 'es2022',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { output: { entryFileNames: 'assets/[name].js', chunkFileNames: 'assets/[name].js', assetFileNames: 'assets/[name][extname]' } },
  },
});
