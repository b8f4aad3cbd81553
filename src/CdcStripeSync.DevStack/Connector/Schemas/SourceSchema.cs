using System.Text.Json.Nodes;
using CdcStripeSync.DevStack.Avro;

namespace CdcStripeSync.DevStack.Connector.Schemas;

/// <summary>The <c>source</c> block of Debezium's PostgreSQL connector.</summary>
internal static class SourceSchema
{
    public const string Namespace = "io.debezium.connector.postgresql";

    public static readonly AvroRecord Record = new(
        Namespace, "Source",
        [
            AvroField.Of("version", AvroKind.String),
            AvroField.Of("connector", AvroKind.String),
            AvroField.Of("name", AvroKind.String),
            AvroField.Of("ts_ms", AvroKind.Long),
            new AvroField("snapshot", new AvroOptional(Snapshot, nullFirst: false), JsonValue.Create("false")),
            AvroField.Of("db", AvroKind.String),
            AvroField.Optional("sequence", AvroKind.String),
            AvroField.Optional("ts_us", AvroKind.Long),
            AvroField.Optional("ts_ns", AvroKind.Long),
            AvroField.Of("schema", AvroKind.String),
            AvroField.Of("table", AvroKind.String),
            AvroField.Optional("txId", AvroKind.Long),
            AvroField.Optional("lsn", AvroKind.Long),
            AvroField.Optional("xmin", AvroKind.Long),
            AvroField.Optional("origin", AvroKind.String),
            AvroField.Optional("origin_lsn", AvroKind.Long),
        ],
        ConnectAttributes.Of("io.debezium.connector.postgresql.Source", 1));

    private static AvroPrimitive Snapshot => new(
        AvroKind.String,
        new AvroAttribute("connect.version", 1),
        new AvroAttribute(
            "connect.parameters",
            new JsonObject { ["allowed"] = "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental" }),
        new AvroAttribute("connect.default", "false"),
        new AvroAttribute("connect.name", "io.debezium.data.Enum"));
}
