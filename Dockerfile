# The steps stand in scripts/build-image-steps.sh; `make docker-steps` runs the same ones without Docker.

FROM node:20-bookworm-slim AS pages
WORKDIR /src
COPY scripts/ scripts/
COPY web/worker/package.json web/worker/package-lock.json web/worker/.npmrc web/worker/
COPY web/console/package.json web/console/package-lock.json web/console/.npmrc web/console/
COPY api/openapi.yaml api/
COPY web/ web/
RUN --mount=type=cache,target=/root/.npm scripts/build-image-steps.sh pages

FROM golang:1.26-bookworm AS server
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
COPY --from=pages /src/web/worker/dist/ web/worker/dist/
COPY --from=pages /src/web/console/dist/ web/console/dist/
ARG VERSION=dev
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    VERSION=$VERSION scripts/build-image-steps.sh server /out

FROM debian:bookworm-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates ffmpeg \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --user-group --uid 10001 --home-dir /data nianwei \
 && install -d -o nianwei -g nianwei -m 700 /data
COPY --from=server /out/ /usr/local/bin/
COPY LICENSE NOTICE /usr/local/share/doc/nianwei/
USER nianwei
WORKDIR /data
VOLUME /data
ENV NIANWEI_LISTEN=:8080 NIANWEI_DATA_DIR=/data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=20s CMD ["nianwei", "healthcheck"]
ENTRYPOINT ["nianwei"]
CMD ["serve"]
