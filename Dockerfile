# syntax=docker/dockerfile:1

# The program, static and with the time zones in it.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG VERSION=unknown
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/cache \
    GOCACHE=/cache CGO_ENABLED=0 go build -buildvcs=false -trimpath -tags timetzdata -ldflags "-s -w -X main.version=${VERSION}" \
    -o /out/tussentijds ./cmd/tussentijds
# Folders of the final image, which has no shell to make them with.
RUN mkdir -p /out/data /out/tmp

# Nothing but the program, the certificates it trusts, and two folders of its own.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=65532:65532 /out/data /var/lib/tussentijds
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build /out/tussentijds /tussentijds
USER 65532:65532
ENV TUSSENTIJDS_LISTEN=0.0.0.0:8080 TUSSENTIJDS_DATA_DIR=/var/lib/tussentijds
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 CMD ["/tussentijds", "doctor", "--quick"]
ENTRYPOINT ["/tussentijds"]
CMD ["serve"]
