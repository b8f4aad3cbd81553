# Two stages: the SDK builds, the runtime runs. As no root, with a root file system that may be read-only; /tmp is all it writes.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends build-essential libssl-dev zlib1g-dev nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# Compiled ahead of time: an instance that begins spends no seconds on that while rows wait.
RUN eng/librdkafka.sh && dotnet publish src/CdcStripeSync.App -c Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true --nologo -v q -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
ENV DOTNET_EnableDiagnostics=0 PATH=/app:$PATH
USER $APP_UID
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 CMD ["cdc-stripe", "health", "--url", "http://127.0.0.1:8080"]
ENTRYPOINT ["cdc-stripe"]
CMD ["run"]
