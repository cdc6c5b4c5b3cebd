import { defineConfig } from "vite";

// The server hands out dist/index.html at /graphql and everything beside it under /assets/graphiql/, so every file but
// the page bears the hash of its content and may be kept for ever.
export default defineConfig({
  base: "/assets/",
  build: {
    outDir: "dist",
    assetsDir: "graphiql",
    target: "es2022",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      // Libraries mark what is for clients only; everything here is, and the marks are dropped.
      onLog: (level, log, warn) => log.code === "MODULE_LEVEL_DIRECTIVE" || warn(level, log),
    },
  },
  server: { proxy: { "/graphql": { target: "http://127.0.0.1:8000", ws: true } } },
});
