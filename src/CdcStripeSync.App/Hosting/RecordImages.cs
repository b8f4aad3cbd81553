using CdcStripeSync.Core.Mapping;
using CdcStripeSync.Debezium.Projection;
using CdcStripeSync.Debezium.Registry;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.App.Hosting;

/// <summary>Which columns of a record are compared with what is settled: those that the table's one map reads.</summary>
internal static class RecordImages
{
    /// <remarks>A table that feeds several resources has no images: its records settle several entities.</remarks>
    public static IRecordImages Of(Mapping mapping, ISchemaSource schemas) =>
        new AvroRecordImages(schemas, table => mapping.For(table).Take(2).ToList() is [var map] ? map.Columns : null);
}
