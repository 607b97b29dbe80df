# SPDX-License-Identifier: MIT
# The image of lockgate: the binary, the libraries that it needs, certificates. No compiler is in it, and no shell is
# needed. `docker build .` gives the default target; `--target nonroot` one that is not root, for clusters.
# The Makefile names the packages of the build; those at run time are read from the binary.

ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
ENV DEBIAN_FRONTEND=noninteractive
WORKDIR /src
COPY Makefile ./
COPY plugin/version.h plugin/
RUN apt-get update \
 && apt-get install -y --no-install-recommends make \
 && apt-get install -y --no-install-recommends $(make -s print-build-packages)
COPY . .
RUN make -j2 \
 && strip -o /lockgate build/lockgate \
 && make -s print-runtime-packages >/runtime-packages

FROM ${BASE} AS runtime
COPY --from=build /runtime-packages /usr/local/share/lockgate/runtime-packages
RUN export DEBIAN_FRONTEND=noninteractive \
 && apt-get update \
 && xargs -a /usr/local/share/lockgate/runtime-packages apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
 && ln -s lockgate /usr/local/bin/lockgate-action \
 && ln -s lockgate /usr/local/bin/lockgate-action-post
COPY --from=build /lockgate /usr/local/bin/lockgate
LABEL org.opencontainers.image.title="lockgate" \
      org.opencontainers.image.description="SQL migrations from build to production: bundle, gate, apply, report" \
      org.opencontainers.image.licenses="MIT"
ENTRYPOINT ["/usr/local/bin/lockgate"]
CMD ["help"]
HEALTHCHECK NONE

FROM runtime AS nonroot
USER 65532:65532

# GitHub runs an action's image as root, for the workspace is root's: no USER here.
FROM runtime AS default
