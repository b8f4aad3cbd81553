using CdcStripeSync.Core.Changes;
using CdcStripeSync.Debezium.Avro;
using CdcStripeSync.Debezium.Columns;
using CdcStripeSync.Debezium.Projection;
using CdcStripeSync.Debezium.Recordings;
using CdcStripeSync.Debezium.Wire;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Debezium.Tests.Projection;

/// <summary>On recorded bytes a projection reads what the generic decoder reads, whatever columns it is compiled for.</summary>
public sealed class ProjectionAgreementTests
{
    public static TheoryData<string> AvroRecordings() => [.. Fixtures.Recordings.Where(r => !r.Contains("json", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(AvroRecordings))]
    public async Task Columns_OfRecordedEnvelopes_AreTheGenericDecoders(string name)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        var buffer = new ProjectionBuffer();
        var random = new Random(4);
        foreach (var decoded in (await Decoded.AllAsync(name)).Where(d => d.IsChange && d.Record.Value is { } value && value.Span[0] == 0 && d.Change.WriterColumns is not null))
        {
            var (frame, schema) = await FrameAsync(recording, decoded.Record);
            if (schema.Field("source") is null) continue;
            var all = decoded.Change.WriterColumns!.ToList();
            foreach (var columns in new[] { all, [.. all.Where(_ => random.Next(2) == 0)], [all[^1]] })
            {
                if (columns.Count == 0) continue;
                var projection = RecordProjection.Compile(frame.SchemaId, schema, columns);
                Assert.NotNull(projection);
                projection.Read(frame.Body.Span, buffer);
                Assert.Equal(decoded.Change.After?.Project(columns), projection.Row(frame.Body.Span, buffer, new Placeholder()));
            }
        }
    }

    [Theory]
    [MemberData(nameof(AvroRecordings))]
    public async Task Images_OfRecordedChanges_SayTheSameWithTheirOwnStampOnly(string name)
    {
        var recording = Recording.Open(Fixtures.Folder(name));
        var images = new AvroRecordImages(recording, _ => null);
        var stamp = new EventStamp();
        var changes = (await Decoded.AllAsync(name)).Where(d => d.IsChange && d.Change.After is not null && d.Change.WriterColumns is not null).ToList();
        foreach (var decoded in changes)
        {
            Assert.Null(images.Of(decoded.Record, decoded.Change));
            var mapped = decoded.Change.WriterColumns!.Where((_, i) => i % 3 != 2).ToList();
            var own = new AvroRecordImages(recording, _ => mapped);
            if (own.Of(decoded.Record, decoded.Change) is not { } image) continue;
            foreach (var other in changes.Where(c => c.Record.Origin.Topic == decoded.Record.Origin.Topic))
            {
                var same = own.SaysTheSame(image, other.Record, stamp);
                var change = other.Change;
                var expected = change is { Op: ChangeOp.Update or ChangeOp.Read, EndsTable: false } && change.Table == decoded.Change.Table
                    && other.Recorded.Record.Value!.Value.Span[..5].SequenceEqual(decoded.Record.Value!.Value.Span[..5])
                    && other.Record.Key!.Value.Span.SequenceEqual(decoded.Record.Key!.Value.Span)
                    && change.After!.Project(mapped).Equals(decoded.Change.After!.Project(mapped));
                Assert.Equal(expected, same);
                if (same) Assert.Equal((change.Snapshot, change.Position, change.CommittedAt), (stamp.Snapshot, stamp.Place.Position, stamp.Place.CommittedAt));
            }
        }
    }

    private static async Task<(ConfluentFrame Frame, AvroSchema Schema)> FrameAsync(Recording recording, SourceRecord record)
    {
        Assert.Null(ConfluentFrame.TryRead(record.Value!.Value, out var frame));
        return (frame, (await recording.FindAsync(frame.SchemaId, CancellationToken.None)).Schema!);
    }
}
