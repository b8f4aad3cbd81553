using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>Compares scripted records by the rows that they decode to.</summary>
internal sealed class ScriptedImages(ScriptedSource source) : IRecordImages
{
    public RecordImage? Of(SourceRecord record, ChangeEvent change) =>
        record.Key is { } key && change is { After: { } row, OldKey: null, NewKey: null } ? new Image(change.Table, row, key) : null;

    public bool SaysTheSame(RecordImage image, SourceRecord record, out EventStamp stamp)
    {
        stamp = default;
        var known = (Image)image;
        if (source.Of(record) is not DecodedRecord.Change { Event: { Op: ChangeOp.Update or ChangeOp.Read, After: { } row, OldKey: null, NewKey: null } change }) return false;
        stamp = new EventStamp(change.Snapshot, change.Position, change.CommittedAt);
        return change.Table == known.Table && row.Equals(known.Row);
    }

    private sealed class Image(TableId table, Row row, ReadOnlyMemory<byte> key) : RecordImage
    {
        public TableId Table => table;

        public Row Row => row;

        public override ReadOnlyMemory<byte> Key => key;

        public override int Size => key.Length;
    }
}
