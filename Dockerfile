# syntax=docker/dockerfile:1

# The README says how this was checked, and that no engine was at hand. Pin it by digest where you build.
ARG NODE_IMAGE=node:22.21.1-bookworm-slim

FROM ${NODE_IMAGE} AS build
# better-sqlite3 is compiled where its prebuilt binary cannot be downloaded.
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /muster
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY projections ./projections
COPY schema ./schema
COPY scripts ./scripts
COPY src ./src
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json
# Sources and objects of the binding are most of what it weighs.
RUN npm prune --omit=dev --no-audit --no-fund \
  && find node_modules/better-sqlite3/build -type f ! -name better_sqlite3.node -delete \
  && rm -rf node_modules/better-sqlite3/deps

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /muster
COPY --from=build /muster/package.json ./
COPY --from=build /muster/node_modules ./node_modules
COPY --from=build /muster/dist ./dist
# Volumes take the owner of the folder they are mounted over.
RUN mkdir /data /ledger && chown node:node /data /ledger
USER node
VOLUME /data
EXPOSE 4000
STOPSIGNAL SIGTERM
# Alive, not ready: whoever ends what is unhealthy must not end what is catching up. compose.yaml asks for more.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MUSTER_PORT || 4000}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell between: signals reach the process itself, which handles them from its first moment on.
ENTRYPOINT ["node", "--enable-source-maps", "dist/scripts/muster.js"]
CMD ["serve", "--data", "/data"]
