# Booth on Debian 12 with Node 20: the README's steps, once for building and once for running.
FROM node:20-bookworm-slim AS build
WORKDIR /booth
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg espeak-ng libvulkan1 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /booth
COPY --from=build /booth/package.json ./
COPY --from=build /booth/node_modules node_modules
COPY --from=build /booth/dist dist
COPY models/kickabout/hub models/kickabout/hub
COPY models/kickabout/lexicon.json models/kickabout/
COPY models/known models/known
COPY samples samples
RUN mkdir /out && chown node:node /out
USER node
# glibc's own threshold, held where it is: it would rise, and memory for hours of looks would stay in pieces (docs/performance.md).
ENV MALLOC_MMAP_THRESHOLD_=131072
VOLUME /out
EXPOSE 8790
HEALTHCHECK --interval=30s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8790/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--single-threaded-gc", "--max-semi-space-size=2", "dist/cli.js"]
CMD ["--help"]
