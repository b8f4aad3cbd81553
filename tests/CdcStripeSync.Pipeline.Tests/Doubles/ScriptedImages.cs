using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>Compares scripted records by the rows that they decode to.</summary>
internal sealed class ScriptedImages(ScriptedSource source) : IRecordImages
{
    public RecordImage? Of(SourceRecord record, ChangeEvent change) =>
        record.Key is { } key && change is { After: { } row, OldKey: null, NewKey: null } ? new RecordImage(new Said(change.Table, row), [.. new byte[RecordImage.Room], .. key.Span], (ushort)key.Length) : null;

    public bool SaysTheSame(in RecordImage image, SourceRecord record, EventStamp stamp)
    {
        var known = (Said)image.Form;
        if (source.Of(record) is not DecodedRecord.Change { Event: { Op: ChangeOp.Update or ChangeOp.Read, After: { } row, OldKey: null, NewKey: null, EndsTable: false } change }) return false;
        stamp.Set(change.Snapshot, change.Position, change.CommittedAt);
        return change.Table == known.Table && row.Equals(known.Row);
    }

    private sealed record Said(TableId Table, Row Row);
}
