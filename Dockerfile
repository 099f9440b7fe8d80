# gatherd from Debian's packages, in two steps: built with them, and shipped with the libraries that
# it needs at run time. The configuration is /etc/gather/gather.json; see docs/operating.md.
#
#   docker build --tag gatherd .
#   docker run --publish 50051:50051 --volume /etc/gather:/etc/gather:ro gatherd
FROM debian:12 AS build
WORKDIR /src
COPY . .
RUN apt-get update && ./dev packages
RUN bazel build -c opt --strip=always //server:gatherd \
 && install -D bazel-bin/server/gatherd /out/gatherd \
 && ldd /out/gatherd | awk '$3 ~ "^/" {print "*/" $1}' | xargs dpkg-query --search \
    | cut -d: -f1 | sort -u > /out/packages

FROM debian:12-slim
COPY --from=build /out/packages /tmp/packages
RUN apt-get update \
 && xargs apt-get install --yes --no-install-recommends ca-certificates < /tmp/packages \
 && rm -rf /tmp/packages /var/lib/apt/lists/* \
 && useradd --system --no-create-home gather
COPY --from=build /out/gatherd /usr/bin/gatherd
USER gather
EXPOSE 50051
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/gatherd", "--listen=0.0.0.0:50051"]
CMD ["--config=/etc/gather/gather.json"]
