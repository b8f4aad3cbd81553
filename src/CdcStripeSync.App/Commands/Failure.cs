using System.Net.Sockets;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Kafka.Consuming;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Postgres.Migrations;
using CdcStripeSync.Stripe.Reading;
using Confluent.Kafka;
using Npgsql;

namespace CdcStripeSync.App.Commands;

/// <summary>Any failure in one line, with a hint where one is known. The last resort: a part that knows better says so itself, by <see cref="UserErrorException"/>.</summary>
internal static class Failure
{
    private const string Unforeseen = "nobody foresaw this: --verbose prints all of it, for a report";

    public static (string Message, string Hint) Describe(Exception failure)
    {
        var told = Known(failure);
        for (var inner = failure.InnerException; told is null && inner is not null; inner = inner.InnerException) told = Known(inner);
        var (message, hint) = told ?? ($"{failure.GetType().Name}: {failure.Message}", Unforeseen);
        return (message.ReplaceLineEndings(" "), hint);
    }

    private static (string Message, string Hint)? Known(Exception failure) => failure switch
    {
        UserErrorException e => (e.Message, e.Hint),
        KafkaSourceException e => (e.Message, e.Hint),
        RowReadException e => (e.Message, e.Hint),
        RecordingException e => (e.Message, "record it again, or mend the file"),
        StripeReadException e => (e.Message, "check stripe.apiKey, stripe.baseAddress and the network"),
        StoreSchemaException e => (e.Message, "use the program's version that wrote the store, or another state.schema"),
        StateStoreUnavailableException e => ($"the state store: {(e.InnerException ?? e).Message}", "start PostgreSQL, or mend state.connectionString"),
        StateStoreFellBackException e => (e.Message, "run it again: it reads again what was lost, and looks for each row's object before one is created"),
        StateConflictException e => ($"the state store: {e.Message}", "run it again: another process wrote at the same time"),
        PostgresException e => ($"PostgreSQL refuses: {e.SqlState} {e.MessageText}", "look at the rights of the user in the connection string; --verbose shows the statement"),
        NpgsqlException e => ($"PostgreSQL: {e.Message}", "start PostgreSQL, or mend the connection string"),
        SchemaRegistryUnavailableException e => (e.Message, "start it, or mend registry.url"),
        KafkaException e => ($"Kafka: {e.Error.Reason}", "start it, or mend kafka.bootstrapServers and kafka.properties"),
        HttpRequestException e => (e.Message, "check the address and the network"),
        SocketException e => (e.Message, "check the address and the network"),
        DllNotFoundException e => (e.Message, "run `make setup`: it makes the native Kafka library available"),
        UnauthorizedAccessException e => (e.Message, "look at the file's owner and rights"),
        FileNotFoundException or DirectoryNotFoundException => (failure.Message, "look at the path"),
        IOException e => (e.Message, "look at the file or the disk"),
        _ => null,
    };
}
