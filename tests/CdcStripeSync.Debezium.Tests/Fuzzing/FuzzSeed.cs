using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Debezium.Projection;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Fuzzing;

/// <summary>A recorded record that is damaged, with its projection and its image where it has them.</summary>
/// <param name="Columns">The columns that the projection reads.</param>
internal sealed record FuzzSeed(
    string Recording, SourceRecord Record, DebeziumDecoder Decoder, ChangeEvent? Change, IReadOnlyList<string> Columns, RecordProjection? Projection,
    AvroRecordImages Images, RecordImage? Image)
{
    public Row? Expected(ChangeEvent change) => change.After?.Project(Columns);
}
