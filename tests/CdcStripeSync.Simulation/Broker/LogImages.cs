using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Simulation.Broker;

/// <summary>Compares records by what their rows say of the columns that the mapping reads.</summary>
internal sealed class LogImages(KafkaBroker broker, Core.Mapping.Mapping mapping) : IRecordImages
{
    public RecordImage? Of(SourceRecord record, ChangeEvent change) => record.Key is { } key && change is { After: { } row, OldKey: null, NewKey: null }
        ? new RecordImage(Says(change.Table, row), [.. new byte[RecordImage.Room], .. key.Span], (ushort)key.Length)
        : null;

    public bool SaysTheSame(in RecordImage image, SourceRecord record, EventStamp stamp)
    {
        if (!record.Key.GetValueOrDefault().Span.SequenceEqual(image.Key)) return false;
        if (broker.Decode(record.Origin) is not DecodedRecord.Change { Event: { Op: ChangeOp.Update or ChangeOp.Read, After: { } row, OldKey: null, NewKey: null, EndsTable: false } change }) return false;
        stamp.Set(change.Snapshot, change.Position, change.CommittedAt);
        return Says(change.Table, row) == (Said)image.Form;
    }

    private Said Says(TableId table, Row row) => new(table, row.Project(mapping.For(table).Single().Columns));

    private sealed record Said(TableId Table, Row Row);
}
