# syntax=docker/dockerfile:1
# The service alone. docker-compose.yml puts it together with a cluster of EventStoreDB and a proxy; docs/scaling.md tells of both.
ARG NODE=24

# The whole Debian has the compilers that native modules are built with where no built ones can be had.
FROM node:${NODE}-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
# what was built for production stays; the rest is for building only
RUN npm run build && npm prune --omit=dev --no-audit --no-fund && chmod 755 dist/cli/main.js

FROM node:${NODE}-bookworm-slim
LABEL org.opencontainers.image.title="Tanager" \
      org.opencontainers.image.description="Event-sourced SMS one-time-password service, wire-compatible with privacyIDEA and LinOTP" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    TANAGER_HTTP_HOST=0.0.0.0 \
    TANAGER_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
# nothing in the image is writable for the service but the data, so the root file system can be mounted read-only
RUN ln -s /app/dist/cli/main.js /usr/local/bin/tanager && install --directory --owner=1000 --group=1000 --mode=0700 /data
VOLUME /data
USER 1000:1000
EXPOSE 8080
# the service stops cleanly on SIGTERM by itself, as process 1 as well; give it 30 seconds, and TANAGER_STOP_DELAY on top
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TANAGER_HTTP_PORT || 8080}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps", "/app/dist/cli/main.js"]
CMD ["serve"]
